/**
 * What is read back next? Raw windows for the last hours, older history as 5-minute means; the newest first, since that is
 * what somebody looks at. Invariant: a chunk is one stretch of equal steps, never larger than memory and time allow.
 */

/** Holes younger than this are filled with raw windows. */
export const RAW_BACKFILL_SEC = 6 * 3600;
/** A source that is read for the first time gets this much raw history, and 5-minute means before. */
export const FIRST_RAW_SEC = 3600;
export const HISTORY_DAYS = 7;
/** Steps of one range query. */
export const CHUNK_MAX_STEPS = 120;
/** Numbers of one range answer: some 50 MB while they are adapted. */
const CHUNK_MAX_VALUES = 300_000;
/** What a chunk may keep Prometheus busy for, judged by what one window costs. */
const CHUNK_MAX_MS = 8000;

export interface Chunk {
  start: Date;
  end: Date;
  stepSec: number;
}

/** The stretch that ends with the newest of `missing` (newest first). Undefined when nothing is missing. */
export function nextChunk(missing: readonly Date[], stepSec: number, maxSteps: number): Chunk | undefined {
  const [end] = missing;
  if (!end) return undefined;
  let steps = 1;
  while (steps < maxSteps && missing[steps]?.getTime() === end.getTime() - steps * stepSec * 1000) steps += 1;
  return { start: new Date(end.getTime() - (steps - 1) * stepSec * 1000), end, stepSec };
}

/** How many steps a chunk may have, from what the last window took. */
export function stepsWithin({ rows, prometheusMs }: { rows: number; prometheusMs: number }): number {
  const byMemory = CHUNK_MAX_VALUES / Math.max(1, rows);
  const byTime = CHUNK_MAX_MS / Math.max(1, prometheusMs);
  return Math.max(1, Math.min(CHUNK_MAX_STEPS, Math.floor(Math.min(byMemory, byTime))));
}

/** The first raw window of a source that is new at `now`: aligned, so that its first 5 minutes are whole. */
export function firstRawAt(now: Date): Date {
  const alignMs = 300_000;
  return new Date(Math.floor((now.getTime() - FIRST_RAW_SEC * 1000) / alignMs) * alignMs);
}

/** Where raw holes are looked for, and before it 5-minute ones; both exclude their start and include their end. */
export function backfillSpans(
  now: Date,
  firstAt: Date,
  lastWindowAt: Date,
): { raw: { from: Date; to: Date }; rollup: { from: Date; to: Date } } {
  const rawFrom = new Date(Math.max(now.getTime() - RAW_BACKFILL_SEC * 1000, firstAt.getTime()));
  return {
    raw: { from: rawFrom, to: lastWindowAt },
    rollup: { from: new Date(now.getTime() - HISTORY_DAYS * 86_400_000), to: rawFrom },
  };
}
