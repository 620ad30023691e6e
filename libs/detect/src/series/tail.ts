/**
 * How rare is a deviation in this series? Beyond a fixed line the tail is exponential (peaks over threshold, Pickands 1975,
 * shape 0); the share of observations beyond it and their mean excess are the series' own, drawn towards the prior
 * by what little was seen (Bayesian shrinkage) and by OWN for what was seen of a dirty week.
 * Invariant: learned after it was asked; decays with a time constant of a week.
 */
import { PRIOR_TAIL, tailRarity, type Tail } from '../score/exponential-tail.js';

const SEEN = 0;
const BEYOND = 1;
const EXCESS = 2;

/** How far the series' own tail counts, the rest is the prior's: fully own hides what came a few times. */
const OWN = 0.4;
/** A tail that was seen very often is how the series is: this many observations beyond the line go half of the way to MOST_OWN. */
const OFTEN = 60;
const MOST_OWN = 0.95;
/** The prior weighs as much as this many observations, and as this many beyond the line. */
const PRIOR_SEEN = 200;
const PRIOR_BEYOND = 12;
const LARGEST_EXCESS = 24;
const LARGEST_SHARE = 0.5;

export function tailOf(floats: Float32Array, at: number): Tail {
  const { share, meanExcess, from } = PRIOR_TAIL;
  const beyond = floats[at + BEYOND]!;
  const ownShare = (beyond + PRIOR_SEEN * share) / (floats[at + SEEN]! + PRIOR_SEEN);
  const ownExcess = (floats[at + EXCESS]! + PRIOR_BEYOND * meanExcess) / (beyond + PRIOR_BEYOND);
  const own = OWN + ((MOST_OWN - OWN) * beyond) / (beyond + OFTEN);
  return {
    from,
    share: Math.min(LARGEST_SHARE, Math.exp(own * Math.log(ownShare) + (1 - own) * Math.log(share))),
    meanExcess: own * ownExcess + (1 - own) * meanExcess,
  };
}

/** -log10 of the probability of z or more on its side. */
export const rarityOf = (floats: Float32Array, at: number, z: number): number => tailRarity(z, tailOf(floats, at));

/** `z` is the deviation on this tail's side, negative or 0 where it was on the other. `keep` is what is left of the past. */
export function learnTail(floats: Float32Array, at: number, { z, keep }: { z: number; keep: number }): void {
  const { from } = PRIOR_TAIL;
  const beyond = z > from;
  floats[at + SEEN] = floats[at + SEEN]! * keep + 1;
  floats[at + BEYOND] = floats[at + BEYOND]! * keep + (beyond ? 1 : 0);
  floats[at + EXCESS] = floats[at + EXCESS]! * keep + (beyond ? Math.min(LARGEST_EXCESS, z - from) : 0);
}
