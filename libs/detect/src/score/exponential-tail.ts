/**
 * How rare is a deviation of z scales? Above u the tail is taken as exponential with mean excess m (peaks over threshold,
 * Pickands 1975, with shape 0), below it as normal would be too sure: the tail runs straight from 1 at 0 to its value at u.
 * Invariant: continuous, falling in z, 1 at 0.
 */

export interface Tail {
  /** Where the tail begins, in scales. */
  readonly from: number;
  /** Mean excess over it, in scales. */
  readonly meanExcess: number;
  /** The share of normal observations beyond `from`. */
  readonly share: number;
}

/** What holds before a series has shown its own tail: heavier than normal, as measured on service metrics. */
export const PRIOR_TAIL: Tail = { from: 3, meanExcess: 0.8, share: 0.01 };

/** -log10 of the probability of z or more. */
export function tailRarity(z: number, tail: Tail = PRIOR_TAIL): number {
  if (Number.isNaN(z)) return Number.NaN;
  const atFrom = -Math.log10(tail.share);
  if (z <= tail.from) return tail.from > 0 ? (atFrom * Math.max(0, z)) / tail.from : 0;
  return atFrom + (z - tail.from) / (tail.meanExcess * Math.LN10);
}

/** The deviation that is as rare as `rarity`: the inverse of tailRarity. */
export function quantileOf(rarity: number, tail: Tail = PRIOR_TAIL): number {
  const atFrom = -Math.log10(tail.share);
  return rarity <= atFrom ? (tail.from * rarity) / atFrom : tail.from + (rarity - atFrom) * tail.meanExcess * Math.LN10;
}
