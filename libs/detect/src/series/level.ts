/**
 * Where does the series lie, and how far does it spread? Exponentially weighted mean and variance (West 1979) with the time
 * constant of a trailing week, learning clipped (Huber 1964) so that what is unusual is learned slowly, yet a new level within days.
 * Invariant: scales are never below SMALLEST_SHARE of the level.
 */

const COUNT = 0;
const MEAN = 1;
const VARIANCE = 2;
const INTERVAL = 3;

/** Changes below a thousandth of the level are of no interest to anybody, and may be rounding. */
const SMALLEST_SHARE = 1e-3;
const SMALLEST = 1e-12;
/** Before this many observations nothing is clipped: nobody knows yet what is normal. */
const WARM_UP = 30;
const CLIP = 6;
/** How fast the usual interval follows. */
const INTERVAL_WEIGHT = 0.05;

export interface Level {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  /** Usual time between observations. */
  readonly intervalMs: number;
  /** No scale of this series is below it. */
  readonly floor: number;
}

/** A share of the spread below which no view's scale falls: a view that is nearly exact is not nearly certain. */
const FLOOR_SHARE = 0.05;

export function levelOf(floats: Float32Array, at: number): Level {
  const mean = floats[at + MEAN]!;
  const deviation = Math.sqrt(floats[at + VARIANCE]!);
  const least = Math.max(SMALLEST_SHARE * Math.abs(mean), SMALLEST);
  return {
    count: floats[at + COUNT]!,
    mean,
    deviation: Math.max(deviation, least),
    intervalMs: floats[at + INTERVAL]! * 1000,
    floor: Math.max(least, FLOOR_SHARE * deviation),
  };
}

export interface Step {
  readonly value: number;
  /** Since the observation before; 0 for the first. */
  readonly elapsedMs: number;
  /** How much this observation counts. */
  readonly weight: number;
}

export function learnLevel(floats: Float32Array, at: number, { value, elapsedMs, weight }: Step): void {
  const { count, mean, deviation, intervalMs } = levelOf(floats, at);
  const away = value - mean;
  const step = count >= WARM_UP ? Math.max(-CLIP * deviation, Math.min(CLIP * deviation, away)) : away;
  const variance = floats[at + VARIANCE]!;
  floats[at + COUNT] = count + 1;
  floats[at + MEAN] = count === 0 ? value : mean + weight * step;
  floats[at + VARIANCE] = count === 0 ? 0 : variance + weight * (step * step * (1 - weight) - variance);
  if (elapsedMs > 0) {
    const change = Math.max(-intervalMs / 2, Math.min(intervalMs, elapsedMs - intervalMs));
    floats[at + INTERVAL] = (intervalMs === 0 ? elapsedMs : intervalMs + INTERVAL_WEIGHT * change) / 1000;
  }
}
