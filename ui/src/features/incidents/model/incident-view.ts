/**
 * One incident in words: since when, how sure, where it probably starts, what was seen and what was to be expected, what people did.
 * Invariant: a cause is called probable, never certain; what could not be looked for is said beside what was found.
 */
import type { AnomalyEvidence, IncidentDetail, IncidentNote } from '@observatory/contracts';
import { clockTime, counted, formatQuantity, span, type Zone } from '../../../lib/format.js';
import { subjectLabel } from './signals.js';
import { scoreText, sureWords, goesOn } from '../../../lib/scores.js';
import { oddsWords, STATE_WORDS } from './words.js';

export interface Reader {
  zone: Zone;
  now: number;
}

/** `Since 14:02, for 12 min. Very sure (highest score 0.99). Probably starts at shop/payments.` */
export function incidentWords(incident: IncidentDetail, { zone, now }: Reader): string {
  const { startedAt, closedAt, updatedAt, state, peakScore, causes, reopened } = incident;
  const end = goesOn(state) ? now : Date.parse(closedAt ?? updatedAt);
  const lasted = span((end - Date.parse(startedAt)) / 1000);
  const when = goesOn(state)
    ? `Since ${clockTime(startedAt, zone, now)}, for ${lasted}.`
    : `From ${clockTime(startedAt, zone, now)} to ${clockTime(end, zone, now)}, for ${lasted}.`;
  const sure = sureWords(peakScore);
  const back = reopened > 0 ? ` It came back ${counted(reopened, 'time')}.` : '';
  const cause = causes[0] === undefined ? 'Where it starts is not known.' : `Probably starts at ${causes[0].label}.`;
  return `${when}${back} ${sure.charAt(0).toUpperCase()}${sure.slice(1)} (highest score ${scoreText(peakScore)}). ${cause}`;
}

/** Whom it reaches: those that show it, and those that may feel it next. */
export function blastWords({ blast }: Pick<IncidentDetail, 'blast'>): string {
  const { affectedNodes, affectedEdges, exposedNodes, requestsPerSecond } = blast;
  const shown = [
    affectedNodes.length > 0 && counted(affectedNodes.length, 'workload'),
    affectedEdges.length > 0 && counted(affectedEdges.length, 'edge'),
  ].filter(Boolean);
  const affected =
    shown.length === 0
      ? 'Nothing shows it now'
      : `${shown.join(' and ')} ${affectedNodes.length + affectedEdges.length === 1 ? 'shows' : 'show'} it`;
  const carried = requestsPerSecond > 0 ? `, with ${formatQuantity(requestsPerSecond, 'requests')}` : '';
  const next =
    exposedNodes.length === 0
      ? 'nobody else calls them'
      : `${counted(exposedNodes.length, 'more workload')} ${exposedNodes.length === 1 ? 'calls' : 'call'} them, directly or not, and may feel it next`;
  return `${affected}${carried}; ${next}.`;
}

/** What stands under a sentence of evidence: how rare it is in normal windows, and which detectors agree. */
export function evidenceNotes({ probability, detectors }: Pick<AnomalyEvidence, 'probability' | 'detectors'>): string[] {
  const odds = oddsWords(probability);
  const names = [...new Set(detectors.map(({ name }) => name))];
  return [...(odds === undefined ? [] : [`as much in ${odds}`]), ...(names.length === 0 ? [] : [`found by ${names.join(', ')}`])];
}

export interface Subject {
  id: string;
  label: string;
}

const SUBJECTS_MAX = 40;

/**
 * Whose signals one may look at: the probable cause first, then whatever shows it, the most unusual first. What is no workload (a
 * service without one, a host outside) has no series of its own: the calls to it come before it.
 */
export function chartSubjects({ causes, members }: Pick<IncidentDetail, 'causes' | 'members'>): Subject[] {
  const shown = members.toSorted((a, b) => b.peakScore - a.peakScore).map(({ subject }) => subject);
  const cause = causes[0]?.node;
  const calls =
    cause === undefined || cause.startsWith('workload~') ? [] : shown.filter(({ target }) => target === cause).map(({ id }) => id);
  const lead = [...calls, ...(cause === undefined ? [] : [cause])];
  return [...new Set([...lead, ...shown.map(({ id }) => id), ...causes.map(({ node }) => node)])]
    .slice(0, SUBJECTS_MAX)
    .map((id) => ({ id, label: subjectLabel(id) }));
}

const BEFORE_MIN_MS = 30 * 60_000;
const BEFORE_MAX_MS = 6 * 3_600_000;
const AFTER_MS = 15 * 60_000;

/** As much time before it began as it lasted, and a little after its end; no end while it goes on. */
export function chartSpan({
  startedAt,
  closedAt,
  updatedAt,
  state,
}: Pick<IncidentDetail, 'startedAt' | 'closedAt' | 'updatedAt' | 'state'>): {
  from: string;
  to: string | undefined;
} {
  const start = Date.parse(startedAt);
  const end = Date.parse(closedAt ?? updatedAt);
  const before = Math.min(BEFORE_MAX_MS, Math.max(BEFORE_MIN_MS, end - start));
  return { from: new Date(start - before).toISOString(), to: goesOn(state) ? undefined : new Date(end + AFTER_MS).toISOString() };
}

export interface HistoryEntry {
  at: string;
  who: string | undefined;
  what: string;
  note: string | undefined;
}

const ACTIONS: Record<string, string> = {
  acknowledged: 'acknowledged it',
  resolved: 'resolved it',
  suppressed: 'suppressed it',
  reopened: 'opened it again',
  raised: 'raised it',
  closed: 'closed it',
  useful: 'found it useful',
  useless: 'found it useless',
};

function noteEntry({ at, actor, action, note }: IncidentNote): HistoryEntry {
  const verb = action.split('.').at(-1) ?? action;
  return { at, who: actor.name, what: ACTIONS[verb] ?? action.replaceAll('.', ' '), note };
}

/** What became of it, the newest first: what the detection saw, and what people did. */
export function history({
  startedAt,
  openedAt,
  closedAt,
  state,
  notes,
}: Pick<IncidentDetail, 'startedAt' | 'openedAt' | 'closedAt' | 'state' | 'notes'>): HistoryEntry[] {
  const seen = (at: string, what: string): HistoryEntry => ({ at, who: undefined, what, note: undefined });
  return [
    seen(startedAt, 'The first unusual window began'),
    ...(openedAt === startedAt ? [] : [seen(openedAt, 'Enough for an alert: it was raised')]),
    ...notes.map(noteEntry),
    ...(closedAt === undefined
      ? []
      : [seen(closedAt, `${STATE_WORDS[state === 'resolved' ? 'resolved' : 'closed']}: nothing unusual was seen any more`)]),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
}
