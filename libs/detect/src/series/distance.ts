/**
 * How far is a distance, which is never negative, from what it usually is? In its usual deviations, both learned as they come.
 * Invariants: silent until WARM_UP distances were seen; learning is clipped, so that one far distance does not become usual.
 */

const COUNT = 0;
const MEAN = 1;
const DEVIATION = 2;
/** Floats that one takes. */
export const DISTANCE_SIZE = 3;

const WARM_UP = 30;
/** Distances follow about this many observations: a week of five-minute ones. */
const MEMORY = 2016;
const CLIP = 4;
const TO_DEVIATION = 1.25;

/** In deviations, which are never taken for less than `floor`; NaN while too few were seen. Learns. */
export function unusualDistance(floats: Float32Array, at: number, { distance, floor }: { distance: number; floor: number }): number {
  const count = floats[at + COUNT]! + 1;
  const deviation = floats[at + DEVIATION]! * TO_DEVIATION;
  const away = distance - floats[at + MEAN]!;
  const weight = Math.max(1 / count, 1 / MEMORY);
  const limit = CLIP * deviation;
  const step = count > WARM_UP ? Math.max(-limit, Math.min(limit, away)) : away;
  floats[at + COUNT] = count;
  floats[at + MEAN]! += weight * step;
  floats[at + DEVIATION]! += weight * (Math.abs(step) - floats[at + DEVIATION]!);
  return count > WARM_UP ? away / Math.max(deviation, floor) : Number.NaN;
}
