/**
 * At which resolution is a span read, and in which steps is it shown? Steps are aligned to the clock, so that two readers
 * of one hour see the same numbers. Invariant: a step is a whole number of windows of its resolution; never more than MAX_POINTS.
 */
import { ROLLUP_SEC, type Resolution } from './resolution.js';

export const DEFAULT_SPAN_SEC = 3600;
/** Some 400 points are as many as a chart can show. */
const WANTED_POINTS = 400;
/** What a caller may ask for with `stepSec`. */
export const MAX_POINTS = 2000;
/** Raw windows of an edge over 6 hours are 720 rows. */
const RAW_MAX_SEC = 6 * 3600;
const FIVE_MINUTES_MAX_SEC = 3 * 86_400;

export interface Steps {
  from: Date;
  /** End of the last step. */
  to: Date;
  stepSec: number;
  resolution: Resolution;
  count: number;
}

export const resolutionSec = (resolution: Resolution, windowSec: number): number =>
  resolution === 'raw' ? windowSec : ROLLUP_SEC[resolution];

/** The finest that the span can be read at. */
export function resolutionFor(spanSec: number): Resolution {
  if (spanSec <= RAW_MAX_SEC) return 'raw';
  return spanSec <= FIVE_MINUTES_MAX_SEC ? '5m' : '1h';
}

/** Windows that end in (from, to]. */
export interface WindowSpan {
  readonly from: Date;
  readonly to: Date;
  /** How many there are when all are stored. */
  readonly expected: number;
}

/**
 * The windows of a resolution that a span of `spanSec` up to `at` is answered by. A rollup that is longer than the span is the one that the
 * middle of the span is in, whether it is stored yet or not: another one would tell of another time.
 */
export function windowsOfSpan(
  resolution: Resolution,
  { at, spanSec, windowSec }: { at: Date; spanSec: number; windowSec: number },
): WindowSpan {
  const baseSec = resolutionSec(resolution, windowSec);
  const baseMs = baseSec * 1000;
  if (resolution !== 'raw' && spanSec <= baseSec) {
    const to = Math.ceil((at.getTime() - (spanSec * 1000) / 2) / baseMs) * baseMs;
    return { from: new Date(to - baseMs), to: new Date(to), expected: 1 };
  }
  const longSec = Math.max(spanSec, baseSec);
  return { from: new Date(at.getTime() - longSec * 1000), to: at, expected: Math.max(1, Math.floor(longSec / baseSec)) };
}

/** `known` is the share of each resolution's windows that are stored: history may be there as rollups only. */
export function betterResolution(wanted: Resolution, known: Record<Resolution, number>): Resolution {
  const order: Resolution[] = ['raw', '5m', '1h'];
  let best = wanted;
  for (const coarser of order.slice(order.indexOf(wanted) + 1)) if (known[coarser] > known[best] * 1.1 + 0.05) best = coarser;
  return best;
}

export function stepsOf(span: { from: Date; to: Date; stepSec?: number }, resolution: Resolution, windowSec: number): Steps {
  const baseSec = resolutionSec(resolution, windowSec);
  const spanSec = Math.max(1, (span.to.getTime() - span.from.getTime()) / 1000);
  const leastSec = Math.max(baseSec, spanSec / MAX_POINTS, span.stepSec ?? spanSec / WANTED_POINTS);
  const stepSec = Math.max(1, Math.ceil(Number((leastSec / baseSec).toFixed(6)))) * baseSec;
  const stepMs = stepSec * 1000;
  const from = Math.floor(span.from.getTime() / stepMs) * stepMs;
  const to = Math.max(from + stepMs, Math.floor(span.to.getTime() / stepMs) * stepMs);
  return { from: new Date(from), to: new Date(to), stepSec, resolution, count: (to - from) / stepMs };
}
