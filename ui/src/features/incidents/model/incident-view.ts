/**
 * One incident in words: since when, how sure, where it probably starts, what was seen and what was to be expected, what people did.
 * Invariant: a cause is called probable, never certain; what could not be looked for is said beside what was found.
 */
import type { Anomaly, AnomalyEvidence, IncidentCause, IncidentDetail, IncidentNote } from '@observatory/contracts';
import { clockTime, compactNumber, counted, formatQuantity, span, type Zone } from '../../../lib/format.js';
import { subjectLabel } from './signals.js';
import { scoreText, sureWords, goesOn } from '../../../lib/scores.js';
import { detectorWords, oddsWords, STATE_WORDS } from './words.js';

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
  if (mergedInto(incident) !== undefined) return `${when} It is part of an older incident now, where all that was seen of it stands.`;
  const cause = causes[0] === undefined ? 'Where it starts is not known.' : `Probably starts at ${causes[0].label}.`;
  const said = `${when}${back} ${sure.charAt(0).toUpperCase()}${sure.slice(1)} (highest score ${scoreText(peakScore)}). ${cause}`;
  return `${said}${peopleWords(incident, { zone, now })}`;
}

/** Who looks after it, or until when nobody is told. */
function peopleWords({ state, acknowledgedBy, suppressedUntil }: IncidentDetail, { zone, now }: Reader): string {
  if (state === 'acknowledged') return acknowledgedBy === undefined ? ' Somebody looks after it.' : ` ${acknowledgedBy} looks after it.`;
  if (state === 'suppressed' && suppressedUntil !== undefined)
    return ` Nobody is told about it until ${clockTime(suppressedUntil, zone, now)}.`;
  return '';
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
  return [oddsWords(probability), detectorWords(detectors.map(({ name }) => name))].filter((note) => note !== undefined);
}

/** Of the evidence that nothing else explains, how much speaks against each cause: to be compared with each other, no probability. */
export function evidenceShares(causes: readonly Pick<IncidentCause, 'score'>[]): number[] {
  const total = causes.reduce((sum, { score }) => sum + score, 0);
  return causes.map(({ score }) => (total === 0 ? 0 : score / total));
}

const ABOUT: Record<string, string> = {
  source: 'from',
  destination: 'to',
  target: 'to',
  targets: 'to',
  excessBytes: 'more than usual by',
  everySec: 'every',
  heaviestCaller: 'most of it from',
  callerEntropyBits: 'spread over callers',
  failures: 'most calls fail at',
};
const ABOUT_UNITS: Record<string, (value: number) => string> = {
  excessBytes: (value) => compactNumber(value).replace(/([kMGT]?)$/, '\u00a0$1B'),
  everySec: span,
  callerEntropyBits: (value) => `${value}\u00a0bits`,
};

/** What a pattern is about besides its subject, in words and units; what the subject says already is left out. */
export function aboutFacts({ about = {}, subject }: Pick<Anomaly, 'about' | 'subject'>): { name: string; value: string }[] {
  const ends = subject.label.split(' -> ');
  return Object.entries(about)
    .filter(([, value]) => !ends.includes(value))
    .map(([key, value]) => ({
      name: ABOUT[key] ?? key.replaceAll(/([A-Z])/g, ' $1').toLowerCase(),
      value: ABOUT_UNITS[key]?.(Number(value)) ?? value,
    }));
}

/** How long before it began something changed: `4 min before it began`. */
export function beforeWords(at: string, startedAt: string): string {
  const seconds = (Date.parse(startedAt) - Date.parse(at)) / 1000;
  return seconds >= 1 ? `${span(seconds)} before it began` : 'as it began';
}

export interface Subject {
  id: string;
  label: string;
}

const SUBJECTS_MAX = 40;

/**
 * Whose signals one may look at: the probable cause first, then whatever shows it, the most unusual first. A cause that shows nothing
 * itself (an attacker, a service without a workload, a host outside) may have no series of its own: its calls come before it.
 */
export function chartSubjects({ causes, members }: Pick<IncidentDetail, 'causes' | 'members'>): Subject[] {
  const shown = members.toSorted((a, b) => b.peakScore - a.peakScore).map(({ subject }) => subject);
  const cause = causes[0]?.node;
  const showsIt = shown.some(({ id }) => id === cause) && cause?.startsWith('workload~') === true;
  const calls = showsIt ? [] : shown.filter(({ source, target }) => cause !== undefined && (source === cause || target === cause));
  const lead = [...calls.map(({ id }) => id), ...(cause === undefined ? [] : [cause])];
  return [...new Set([...lead, ...shown.map(({ id }) => id), ...causes.map(({ node }) => node)])]
    .slice(0, SUBJECTS_MAX)
    .map((id) => ({ id, label: subjectLabel(id) }));
}

const BEFORE_MIN_MS = 30 * 60_000;
const BEFORE_MAX_MS = 6 * 3_600_000;
const AFTER_MS = 15 * 60_000;
/** A mark at the very edge is hard to see. */
const MARK_ROOM_MS = 2 * 60_000;

/** As much time before it began as it lasted, and what changed just before; a little after its end, no end while it goes on. */
export function chartSpan({
  startedAt,
  closedAt,
  updatedAt,
  state,
  changes,
}: Pick<IncidentDetail, 'startedAt' | 'closedAt' | 'updatedAt' | 'state' | 'changes'>): {
  from: string;
  to: string | undefined;
} {
  const start = Date.parse(startedAt);
  const end = Date.parse(closedAt ?? updatedAt);
  const changed = changes.map(({ at }) => start - Date.parse(at) + MARK_ROOM_MS);
  const before = Math.min(BEFORE_MAX_MS, Math.max(BEFORE_MIN_MS, end - start, ...changed));
  return { from: new Date(start - before).toISOString(), to: goesOn(state) ? undefined : new Date(end + AFTER_MS).toISOString() };
}

export interface HistoryEntry {
  at: string;
  who: string | undefined;
  what: string;
  note: string | undefined;
  /** Another incident, to go to. */
  incidentId?: string;
}

/** The older incident that this one became part of. */
export function mergedInto({ state, notes }: Pick<IncidentDetail, 'state' | 'notes'>): string | undefined {
  return state === 'closed' ? notes.findLast(({ action }) => action === MERGED)?.note : undefined;
}
const MERGED = 'merged';

const MERGED_WORDS = 'It lies beside an older incident and became part of it';

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
  if (verb === MERGED && note !== undefined) return { at, who: undefined, what: MERGED_WORDS, note: undefined, incidentId: note };
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
    ...(closedAt === undefined || mergedInto({ state, notes }) !== undefined
      ? []
      : [seen(closedAt, `${STATE_WORDS[state === 'resolved' ? 'resolved' : 'closed']}: nothing unusual was seen any more`)]),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
}
