/**
 * Where on the slider is a time? The slider is the last hour, day or week, in steps that are whole windows.
 * Invariant: the right end is now; a time before the span widens it, so that a link's time is always on the slider.
 */
export const SPANS = [
  { text: '1 h', seconds: 3600, stepSec: 30 },
  { text: '24 h', seconds: 86_400, stepSec: 300 },
  { text: '7 d', seconds: 7 * 86_400, stepSec: 1800 },
] as const;
export type TimeSpan = (typeof SPANS)[number];

/** The shortest span that holds every time. */
export function spanHolding(times: readonly number[], now: number): TimeSpan {
  const oldest = Math.min(...times, now);
  return SPANS.find(({ seconds }) => now - oldest <= seconds * 1000) ?? SPANS[2];
}

/** Milliseconds at a place on the slider, on a whole step; the last step is now itself. */
export function timeAt(share: number, span: TimeSpan, now: number): number {
  const step = span.stepSec * 1000;
  const at = now - span.seconds * 1000 * (1 - share);
  return Math.min(now, Math.round(at / step) * step);
}

export function shareOf(at: number, span: TimeSpan, now: number): number {
  return Math.max(0, Math.min(1, 1 - (now - at) / (span.seconds * 1000)));
}

/** Marks under the slider: whole hours or local midnights, at most eight. */
export function marks(span: TimeSpan, now: number, offsetMinutes: number): number[] {
  const every = span.seconds <= 3600 ? 10 * 60_000 : span.seconds <= 86_400 ? 4 * 3_600_000 : 86_400_000;
  const shift = offsetMinutes * 60_000;
  const found: number[] = [];
  for (let at = Math.floor((now + shift) / every) * every - shift; at > now - span.seconds * 1000; at -= every) found.push(at);
  return found.toReversed();
}
