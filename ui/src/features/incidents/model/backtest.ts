/**
 * What would another configuration have raised? Its incidents beside those of the current one, and both beside what really was raised.
 * Two are the same where they overlap in time and share a subject. Invariant: each is matched once, the nearest start first, and
 * what was raised and would not be is a row too.
 */
import type { BacktestIncident, BacktestReply, DetectionConfig, IncidentSummary } from '@observatory/contracts';
import { counted, percent, significant, span } from '../../../lib/format.js';
import { goesOn } from '../../../lib/scores.js';

export interface ConfigForm {
  budget: DetectionConfig['budget'];
  needed: string;
  of: string;
  closeAfter: string;
  minimumRequestsPerMinute: string;
  /** In per cent. */
  minimumChange: string;
}

export function formOf(config: DetectionConfig): ConfigForm {
  return {
    budget: config.budget,
    needed: String(config.persistence.needed),
    of: String(config.persistence.of),
    closeAfter: String(config.closeAfter),
    minimumRequestsPerMinute: String(config.minimumRequestsPerMinute),
    minimumChange: significant(config.minimumRelativeChange * 100),
  };
}

const whole = (text: string, low: number, high: number) => {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= low && value <= high ? value : undefined;
};
const number = (text: string, high: number) => {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= high ? value : undefined;
};

/** What differs from the current configuration, or which field cannot be read. */
export function changedConfig(form: ConfigForm, current: DetectionConfig): { changed: Partial<DetectionConfig> } | { problem: string } {
  const [needed, of] = [whole(form.needed, 1, 60), whole(form.of, 1, 60)];
  if (needed === undefined || of === undefined || needed > of)
    return { problem: 'Windows: so many of so many, each 1 to 60, the first no more than the second' };
  const closeAfter = whole(form.closeAfter, 1, 240);
  if (closeAfter === undefined) return { problem: 'Quiet windows: a whole number, 1 to 240' };
  const load = number(form.minimumRequestsPerMinute, 100_000);
  if (load === undefined) return { problem: 'Least load: requests a minute, up to 100,000' };
  const change = number(form.minimumChange, 1000);
  if (change === undefined) return { problem: 'Least change: per cent, up to 1,000' };
  const changed: Partial<DetectionConfig> = {};
  if (form.budget !== current.budget) changed.budget = form.budget;
  if (needed !== current.persistence.needed || of !== current.persistence.of) changed.persistence = { needed, of };
  if (closeAfter !== current.closeAfter) changed.closeAfter = closeAfter;
  if (load !== current.minimumRequestsPerMinute) changed.minimumRequestsPerMinute = load;
  if (Math.abs(change / 100 - current.minimumRelativeChange) > 1e-9) changed.minimumRelativeChange = change / 100;
  return { changed };
}

interface Spell {
  start: number;
  end: number;
  subjects: ReadonlySet<string>;
}

export interface BacktestRow {
  key: string;
  startedAt: string;
  title: string;
  severity: BacktestIncident['severity'];
  peakScore: number;
  types: BacktestIncident['types'];
  current: boolean;
  /** Undefined where no other configuration was asked for. */
  changed: boolean | undefined;
  /** The incident that really was raised then. */
  raised: IncidentSummary | undefined;
}

const spell = ({ startedAt, closedAt, subjects }: BacktestIncident, to: string): Spell => ({
  start: Date.parse(startedAt),
  end: Date.parse(closedAt ?? to),
  subjects: new Set(subjects.map(({ id }) => id)),
});
const overlap = (a: Pick<Spell, 'start' | 'end'>, b: Pick<Spell, 'start' | 'end'>) => a.start <= b.end && b.start <= a.end;
const share = (a: Spell, b: Spell) => [...a.subjects].some((subject) => b.subjects.has(subject));

/** What really was raised names no subjects in the list: the same namespace at the same time is taken for the same. */
function raisedAt(incident: BacktestIncident, raised: readonly IncidentSummary[], to: string): IncidentSummary | undefined {
  const one = spell(incident, to);
  const places = new Set(incident.subjects.map(({ namespace }) => namespace));
  return raised.find(({ startedAt, closedAt, state, updatedAt, namespaces, types }) => {
    const end = goesOn(state) ? Infinity : Date.parse(closedAt ?? updatedAt);
    const same = namespaces.some((namespace) => places.has(namespace)) && types.some((type) => incident.types.includes(type));
    return same && overlap(one, { start: Date.parse(startedAt), end });
  });
}

export function backtestRows(
  { current, changed, to }: Pick<BacktestReply, 'current' | 'changed' | 'to'>,
  raised: readonly IncidentSummary[],
): BacktestRow[] {
  const row = (incident: BacktestIncident, where: Pick<BacktestRow, 'current' | 'changed'>): BacktestRow => ({
    key: `${incident.startedAt} ${incident.title} ${where.current}`,
    startedAt: incident.startedAt,
    title: incident.title,
    severity: incident.severity,
    peakScore: incident.peakScore,
    types: incident.types,
    ...where,
    raised: raisedAt(incident, raised, to),
  });
  const left = (changed?.incidents ?? []).map((incident) => ({ incident, spell: spell(incident, to) }));
  const rows = current.incidents.map((incident) => {
    const one = spell(incident, to);
    const twins = left.filter((each) => overlap(one, each.spell) && share(one, each.spell));
    const twin = twins.toSorted((a, b) => Math.abs(a.spell.start - one.start) - Math.abs(b.spell.start - one.start))[0];
    if (twin) left.splice(left.indexOf(twin), 1);
    return row(incident, { current: true, changed: changed === undefined ? undefined : twin !== undefined });
  });
  const replayed = [...rows, ...left.map(({ incident }) => row(incident, { current: false, changed: true }))];
  const seen = new Set(replayed.map((each) => each.raised?.id));
  const missed = raised.filter(({ id }) => !seen.has(id)).map((incident): BacktestRow => missedRow(incident, changed !== undefined));
  return [...replayed, ...missed].toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** Was raised, and no configuration of the replay would. */
function missedRow(incident: IncidentSummary, compared: boolean): BacktestRow {
  const { id, startedAt, title, severity, peakScore, types } = incident;
  return { key: id, startedAt, title, severity, peakScore, types, current: false, changed: compared ? false : undefined, raised: incident };
}

/** `412 series of 60 subjects over 24 h, 98 % of the windows present.` */
export function coverageWords({ from, to, subjects, series, windowsExpected, windowsPresent, warmUpSec }: BacktestReply): string {
  const present = windowsExpected === 0 ? 'no window was stored' : `${percent(windowsPresent / windowsExpected)} of its windows are stored`;
  const warm = warmUpSec === 0 ? 'nothing before it was learned from' : `${span(warmUpSec)} before it were learned from first`;
  return `${counted(series, 'series', 'series')} of ${counted(subjects, 'subject')} over ${span((Date.parse(to) - Date.parse(from)) / 1000)}: ${present}; ${warm}.`;
}

/** History is stored in longer steps than windows, so that `3 of 5 windows` are fewer steps: what the replay really asked for. */
export function stepWords({ stepSec, current, changed }: Pick<BacktestReply, 'stepSec' | 'current' | 'changed'>): string {
  const of = ({ config }: BacktestReply['current']) => `${config.persistence.needed} of ${config.persistence.of}`;
  const asked = changed === undefined || of(changed) === of(current) ? of(current) : `${of(current)}, or ${of(changed)} as changed,`;
  const raised = asked === '1 of 1' ? 'as soon as one step is unusual' : `when ${asked} steps are unusual`;
  return `Judged in steps of ${span(stepSec)}, as history is stored: raised ${raised}. What is shorter than a step may be missed.`;
}

/** `0.02 alerts a series and day: one in 50 days`, for one configuration. */
export function rateWords(alertsPerSeriesDay: number): string {
  if (alertsPerSeriesDay === 0) return 'no alert';
  return `${significant(alertsPerSeriesDay, 2)} alerts a series and day, one in ${span(86_400 / alertsPerSeriesDay)}`;
}
