/**
 * When do windows close, and over how long are rates taken?
 * Windows are aligned to the clock, so that replicas and restarts agree on them. A rate needs two samples and
 * survives a missed scrape and jitter with four; over two windows every scrape is seen by two of them, evenly.
 */

/** A rate spans at least this many scrapes. */
export const MIN_SCRAPES = 4;
/** After a longer absence only this many windows are read back: 7 days of 30 s. */
export const MAX_MISSED_WINDOWS = 20_160;

/** 30 s windows: 60 s at a scrape each 15 s, 120 s at a scrape each 30 s. */
export function rateWindowSec(windowSec: number, scrapeIntervalSec: number): number {
  return Math.ceil(Math.max(2 * windowSec, MIN_SCRAPES * scrapeIntervalSec));
}

/** The end of the last window that closed at or before `nowMs`, in milliseconds since 1970. */
export function lastWindowEnd(nowMs: number, windowSec: number): number {
  const windowMs = windowSec * 1000;
  return Math.floor(nowMs / windowMs) * windowMs;
}

/** Milliseconds until the next window closes; never 0. */
export function msToNextWindow(nowMs: number, windowSec: number): number {
  return lastWindowEnd(nowMs, windowSec) + windowSec * 1000 - nowMs;
}

/** Ends of the windows after `lastMs` up to `nowMs`, oldest first; the newest `MAX_MISSED_WINDOWS` of them. */
export function missedWindows(lastMs: number, nowMs: number, windowSec: number): number[] {
  const windowMs = windowSec * 1000;
  const newest = lastWindowEnd(nowMs, windowSec);
  const count = Math.max(0, Math.floor((newest - lastWindowEnd(lastMs, windowSec)) / windowMs));
  const kept = Math.min(count, MAX_MISSED_WINDOWS);
  return Array.from({ length: kept }, (_, index) => newest - (kept - 1 - index) * windowMs);
}
