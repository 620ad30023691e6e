/**
 * Has the level moved? The mean of the last twelve values against the level, in usual distances of such means: small and lasting
 * changes that no single value shows.
 * Invariant: silent until twelve values and as many again were seen.
 */
import type { Level } from './level.js';
import type { Recent } from './shape-memory.js';

const SCALE = 0;
const COUNT = 1;
export const SHIFT_LENGTH = 12;
const WARM_UP = 24;
const CLIP = 3;

export interface Shift {
  readonly away: number;
  readonly scale: number;
  /** In scales; NaN while nothing can be said. */
  readonly scales: number;
}

export function shiftOf(floats: Float32Array, { at, recent }: { at: number; recent: Recent }, level: Level): Shift {
  const length = Math.min(SHIFT_LENGTH, recent.length);
  const scale = Math.max(floats[at + SCALE]!, level.floor);
  if (recent.count < 2 * length) return { away: Number.NaN, scale, scales: Number.NaN };
  let sum = 0;
  for (let back = 0; back < length; back += 1) sum += floats[recent.at + ((recent.count - 1 - back) % recent.length)]!;
  const away = sum / length - level.mean;
  return { away, scale, scales: floats[at + COUNT]! >= WARM_UP ? away / scale : Number.NaN };
}

export function learnShift(floats: Float32Array, at: number, { shift, weight }: { shift: Shift; weight: number }): void {
  if (Number.isNaN(shift.away)) return;
  const count = floats[at + COUNT]! + 1;
  const limit = CLIP * shift.scale;
  const step = count > WARM_UP ? Math.max(-limit, Math.min(limit, shift.away)) : shift.away;
  const squared = floats[at + SCALE]! ** 2;
  floats[at + COUNT] = count;
  floats[at + SCALE] = Math.sqrt(squared + Math.max(1 / count, weight) * (step * step - squared));
}
