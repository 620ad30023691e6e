/**
 * What ends when, as bars over time. The service gives only steps in which something happens; here every step is a bar, and so many
 * steps make one that all fit on a screen. Invariant: the bars together count exactly what the steps count.
 */
import type { CertificateKind, CertificateTimeline } from '@observatory/contracts';
import type { UrlValues } from '../../../lib/url-values.js';
import { counted } from '../../../lib/format.js';
import { KIND_WORDS } from './words.js';

export const SPANS = [7, 30, 90, 365, 1825, 3650] as const;
export type Days = (typeof SPANS)[number];
export const DEFAULT_DAYS: Days = 365;
export const SPAN_WORDS: Record<Days, string> = { 7: '7 d', 30: '30 d', 90: '90 d', 365: '1 y', 1825: '5 y', 3650: '10 y' };

/** After `in the next`. */
export const SPAN_PHRASES: Record<Days, string> = {
  7: '7 days',
  30: '30 days',
  90: '90 days',
  365: 'year',
  1825: '5 years',
  3650: '10 years',
};

/** Kinds that are there, in the order of the words. */
const kindsOf = (byKind: TimelineBar['byKind']) => (Object.keys(KIND_WORDS) as CertificateKind[]).filter((kind) => (byKind[kind] ?? 0) > 0);

/** So many bars are still wide enough to point at on a laptop. */
const BARS_MAX = 122;

export const parseDays = (values: UrlValues): Days => SPANS.find((days) => String(days) === values['days']) ?? DEFAULT_DAYS;

export interface TimelineBar {
  from: string;
  to: string;
  ends: number;
  renews: number;
  byKind: Partial<Record<CertificateKind, number>>;
  /** Of the highest bar, which counts what ends and what renews. */
  height: { ends: number; renews: number };
}

type Shape = Pick<CertificateTimeline, 'from' | 'to' | 'stepSec' | 'steps'>;

export function timelineBars({ from, to, stepSec, steps }: Shape): TimelineBar[] {
  const stepMs = stepSec * 1000;
  const start = Math.floor(Date.parse(from) / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((Date.parse(to) - start) / stepMs));
  const barMs = Math.ceil(count / BARS_MAX) * stepMs;
  const bars = Array.from({ length: Math.ceil((count * stepMs) / barMs) }, (_, index): TimelineBar => ({
    from: new Date(start + index * barMs).toISOString(),
    to: new Date(start + (index + 1) * barMs).toISOString(),
    ends: 0,
    renews: 0,
    byKind: {},
    height: { ends: 0, renews: 0 },
  }));
  for (const step of steps) {
    const place = Math.floor((Date.parse(step.at) - start) / barMs);
    const bar = bars[Math.min(bars.length - 1, Math.max(0, place))];
    if (!bar) continue;
    bar.ends += step.ends;
    bar.renews += step.renews;
    for (const kind of kindsOf(step.byKind)) bar.byKind[kind] = (bar.byKind[kind] ?? 0) + (step.byKind[kind] ?? 0);
  }
  const highest = Math.max(1, ...bars.map(({ ends, renews }) => ends + renews));
  return bars.map((bar) => ({ ...bar, height: { ends: bar.ends / highest, renews: bar.renews / highest } }));
}

/** `3 end: 2 gateway hosts, 1 root. 5 renew.` */
export function barWords({ ends, renews, byKind }: Pick<TimelineBar, 'ends' | 'renews' | 'byKind'>): string {
  if (ends + renews === 0) return 'Nothing ends.';
  const kinds = kindsOf(byKind).map((kind) => `${byKind[kind]} ${KIND_WORDS[kind].label}`);
  const words = [
    ends > 0 && `${counted(ends, 'ends', 'end')}: ${kinds.join(', ')}.`,
    renews > 0 && `${counted(renews, 'is to be renewed', 'are to be renewed')}.`,
  ];
  return words.filter(Boolean).join(' ');
}

/** The bar that a link names: by its beginning, as long as there is one there. */
export const chosenBar = (bars: readonly TimelineBar[], values: UrlValues): TimelineBar | undefined =>
  bars.find(({ from }) => from === values['step']);

export const endsIn = ({ from, to }: Pick<TimelineBar, 'from' | 'to'>, notAfter: string): boolean =>
  Date.parse(notAfter) >= Date.parse(from) && Date.parse(notAfter) < Date.parse(to);

/** Where on the axis the thresholds are, as shares of the span. */
export function thresholdMarks({ from, to }: Pick<Shape, 'from' | 'to'>): { days: number; at: number }[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const marks = [7, 30, 60, 90].map((days) => ({ days, at: (days * 86_400_000) / (end - start) }));
  // Closer than this, one could not tell them apart.
  return marks.filter(({ at }, index) => at < 0.995 && (index === 0 || at - (marks[index - 1]?.at ?? 0) > 0.012));
}

/** The sentence over the page. */
export function timelineSentence(
  { items, itemsOmitted, expired }: Pick<CertificateTimeline, 'items' | 'itemsOmitted' | 'expired'>,
  span: string,
): string {
  const ends = items.length + itemsOmitted;
  const first =
    ends === 0 ? `Nothing ends in the next ${span}.` : `${counted(ends, 'certificate ends', 'certificates end')} in the next ${span}.`;
  return expired === 0 ? first : `${first} ${counted(expired, 'has', 'have')} ended already.`;
}
