/**
 * Where on the axis of time does each incident lie? One bar each, the newest at the top, in per cent of the span.
 * Invariant: a bar is never outside the axis and never too thin to point at; what does not fit in rows is counted.
 */
import type { IncidentSummary, IncidentTimelineReply } from '@observatory/contracts';
import type { ChartSeries } from '../../../components/chart-model.js';
import { SEVERITIES } from './words.js';
import { goesOn } from '../../../lib/scores.js';

export const TIMELINE_ROWS = 60;
const MIN_WIDTH = 0.6;

export interface TimelineBar {
  incident: IncidentSummary;
  /** Per cent of the axis. */
  left: number;
  width: number;
  /** It began before the span, or goes on after it. */
  before: boolean;
  after: boolean;
}

/** Of these namespaces; none named means all. */
export function timelineBars(
  { from, to, incidents }: Pick<IncidentTimelineReply, 'from' | 'to' | 'incidents'>,
  within: readonly string[] = [],
): { bars: TimelineBar[]; omitted: number } {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const length = Math.max(1, end - start);
  const shown = incidents.filter(({ namespaces }) => within.length === 0 || namespaces.some((name) => within.includes(name)));
  const sorted = shown.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const bars = sorted.slice(0, TIMELINE_ROWS).map((incident) => {
    const began = Date.parse(incident.startedAt);
    const over = goesOn(incident.state) ? Infinity : Date.parse(incident.closedAt ?? incident.updatedAt);
    const at = (time: number) => ((Math.min(end, Math.max(start, time)) - start) / length) * 100;
    const width = Math.max(MIN_WIDTH, at(over) - at(began));
    return { incident, left: Math.min(at(began), 100 - width), width, before: began < start, after: over > end };
  });
  return { bars, omitted: sorted.length - bars.length };
}

const COLOURS = { critical: 'failing', warning: 'degraded', info: 'healthy' };

/** How many were open at each step, by severity. */
export function openSeries(open: IncidentTimelineReply['open']): ChartSeries[] {
  return SEVERITIES.map((severity) => ({
    label: { critical: 'critical', warning: 'warnings', info: 'notes' }[severity],
    values: open[severity],
    colour: COLOURS[severity],
    look: severity === 'critical' ? ('area' as const) : ('line' as const),
  }));
}

const MINUTE_MS = 60_000;
const TICK_STEPS_MIN = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880];
/** A label in the middle of its tick needs room on both sides. */
const TICK_EDGE_PERCENT = 3;

/** Round times along the axis, `most` at most: their places in per cent. `offsetMin`: how far the viewer's clock is ahead of UTC. */
export function axisTicks(span: { from: string; to: string }, most: number, offsetMin: number): { at: string; left: number }[] {
  const [start, end] = [Date.parse(span.from), Date.parse(span.to)];
  const fits = (minutes: number) => (end - start) / (minutes * MINUTE_MS) <= most;
  const step = (TICK_STEPS_MIN.find(fits) ?? Math.ceil((end - start) / MINUTE_MS / most)) * MINUTE_MS;
  const offset = offsetMin * MINUTE_MS;
  const first = Math.ceil((start + offset) / step) * step - offset;
  return Array.from({ length: most + 1 }, (_, index) => first + index * step)
    .map((at) => ({ at: new Date(at).toISOString(), left: ((at - start) / (end - start)) * 100 }))
    .filter(({ left }) => left >= TICK_EDGE_PERCENT && left <= 100 - TICK_EDGE_PERCENT);
}
