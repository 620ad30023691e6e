/**
 * What a decision of a person makes of an incident. Of an anomaly it is about that one, of an incident about all that goes on in it;
 * an incident follows when all of it is decided alike. Invariant: what is over stays over.
 */
import type { Actor, Anomaly, AnomalyState, DecisionBody, IncidentDetail, Suppression } from '@observatory/contracts';
import { isOver } from '@observatory/detect';
import { shortId } from './anomaly-view.js';

export interface Decided {
  readonly detail: IncidentDetail;
  readonly suppressions: readonly Suppression[];
  /** Whether nobody needs to look any more: the alert is taken back. */
  readonly quiet: boolean;
}
export interface Decision {
  readonly anomalyId: string | undefined;
  readonly body: DecisionBody;
  readonly actor: Actor;
  readonly now: Date;
}

const DAY_MS = 86_400_000;
const NOTES_MAX = 200;

export function decide(known: IncidentDetail, { anomalyId, body, actor, now }: Decision): Decided {
  const at = now.toISOString();
  const expiresAt = body.expiresAt ?? new Date(now.getTime() + DAY_MS).toISOString();
  const isMeant = (member: Anomaly) => !isOver(member) && (anomalyId === undefined || member.id === anomalyId);
  const meant = known.members.filter(isMeant);
  const members = known.members.map((member) => (isMeant(member) ? stateOf(member, body.state, at) : member));
  const live = members.filter((member) => !isOver(member));
  const state = incidentState(known, { live, state: body.state, isWhole: anomalyId === undefined });
  const over = isOver({ state });
  const note = body.note === undefined || body.note === '' ? {} : { note: body.note };
  const detail: IncidentDetail = {
    ...known,
    members,
    state,
    version: known.version + 1,
    updatedAt: at,
    score: Math.max(0, ...live.map(({ score }) => score)),
    notes: [...known.notes, { at, actor, action: body.state, ...note }].slice(-NOTES_MAX),
    ...(over && known.closedAt === undefined ? { closedAt: at } : {}),
    ...(state === 'acknowledged' ? { acknowledgedBy: actor.name } : {}),
    ...(state === 'suppressed' ? { suppressedUntil: expiresAt } : {}),
  };
  const suppressions = body.state === 'suppressed' ? meant.map((member) => suppressionOf(member, { body, actor, at, expiresAt })) : [];
  return { detail, suppressions, quiet: over || state === 'suppressed' };
}

function stateOf(member: Anomaly, state: DecisionBody['state'], at: string): Anomaly {
  return { ...member, state, updatedAt: at, ...(state === 'resolved' ? { closedAt: at } : {}) };
}

function incidentState(
  known: IncidentDetail,
  { live, state, isWhole }: { live: readonly Anomaly[]; state: DecisionBody['state']; isWhole: boolean },
): AnomalyState {
  if (isOver(known)) return known.state;
  if (live.length === 0) return 'resolved';
  return isWhole || live.every((member) => member.state === state) ? state : known.state;
}

function suppressionOf(
  { subject, type, incidentId }: Anomaly,
  { body, actor, at, expiresAt }: { body: DecisionBody; actor: Actor; at: string; expiresAt: string },
): Suppression {
  return {
    id: shortId('suppression', subject.id, type, at),
    subject: subject.id,
    type,
    label: subject.label,
    reason: body.note ?? '',
    expiresAt,
    createdAt: at,
    createdBy: actor,
    incidentId,
  };
}
