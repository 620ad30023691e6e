/**
 * Which stored windows answer a question about a span of time, and in which steps?
 * Raw windows where the span is short and they are still kept, else 5-minute rollups, else hours.
 * Invariant: at most STEPS_MAX steps; a step is a whole number of windows and ends on the clock.
 */
import { ROLLUP_SEC, type Resolution } from '../storage/tables.js';

export const STEPS_MAX = 1000;
const STEPS_USUAL = 400;
const RAW_SPAN_MAX_SEC = 6 * 3600;
const ROLLUP_SPAN_MAX_SEC = 8 * 86_400;
export const DEFAULT_SPAN_SEC = 3600;

export interface SpanQuestion {
  from?: string | undefined;
  to?: string | undefined;
  stepSec?: number | undefined;
}

export interface Steps {
  from: Date;
  to: Date;
  stepSec: number;
  /** Length of one stored window at this resolution. */
  windowSec: number;
  resolution: Resolution;
  /** Ends of the steps, ms since 1970. */
  endsMs: number[];
}

export interface StepsFacts {
  now: Date;
  windowSec: number;
  /** The oldest window that is kept raw; undefined while there is none. */
  rawSince: Date | undefined;
}

export function resolutionOf(from: Date, spanSec: number, rawSince: Date | undefined): Resolution {
  if (spanSec <= RAW_SPAN_MAX_SEC && rawSince && from >= rawSince) return 'raw';
  // What was there before the first start is known in rollups only.
  return spanSec <= ROLLUP_SPAN_MAX_SEC ? '5m' : '1h';
}

export const lengthOf = (resolution: Resolution, windowSec: number): number => (resolution === 'raw' ? windowSec : ROLLUP_SEC[resolution]);

export function stepsOf({ from, to, stepSec }: SpanQuestion, { now, windowSec, rawSince }: StepsFacts): Steps {
  const end = to === undefined ? now : new Date(to);
  const start = from === undefined ? new Date(end.getTime() - DEFAULT_SPAN_SEC * 1000) : new Date(from);
  const spanSec = Math.max(1, (end.getTime() - start.getTime()) / 1000);
  const wanted = resolutionOf(start, spanSec, rawSince);
  // A short span is asked for in detail: its newest part is there raw, though its oldest may not be.
  const resolution = wanted === '5m' && spanSec <= DEFAULT_SPAN_SEC ? 'raw' : wanted;
  const unit = lengthOf(resolution, windowSec);
  const least = Math.max(stepSec ?? spanSec / STEPS_USUAL, spanSec / STEPS_MAX);
  const step = Math.max(1, Math.ceil(least / unit)) * unit;
  const [first, last] = [Math.floor(start.getTime() / (step * 1000)) + 1, Math.floor(end.getTime() / (step * 1000))];
  const endsMs = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step * 1000);
  return { from: start, to: end, stepSec: step, windowSec: unit, resolution, endsMs };
}
