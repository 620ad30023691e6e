/**
 * How unusual, from 0 to 1? Detectors say how rare what they saw would be, as -log10 of a tail probability; the mean of
 * those, each capped so that one view cannot outvote the others, becomes the score. 0.85 is where a person is told.
 * Invariants: the score grows with every detector's rarity, is finite, and reaches 1 for nothing that can be ranked above.
 */

/** One view's vote ends here: beyond one in 800,000 a tail is a guess. */
export const RAREST = 5.9;
export const ALERT_SCORE = 0.85;
/** How fast scores above the alert line approach 1: a tenth of the rest of the way for every two orders of magnitude. */
const DECADES_PER_STEP = 2;

/** How rare an alert must be, as -log10(p): the stated budgets of false alerts per series and day. */
export const PRESETS = { sensitive: 2.9, balanced: 3.8, strict: 5 } as const;
export type Preset = keyof typeof PRESETS;

/**
 * A mean of votes is rare more seldom than its votes are: detectors do not all err at once. Measured on quiet series,
 * a mean of 1.93 comes as seldom as 10^-2.9.
 */
export const MEAN_TO_TAIL = 1.5;

/** The weighted mean of the votes; NaN is a detector that has nothing to say. 0 where none speaks. */
export function rarity(votes: readonly number[], weightOf: (index: number) => number = () => 1): number {
  let sum = 0;
  let weights = 0;
  votes.forEach((vote, index) => {
    if (Number.isNaN(vote)) return;
    sum += weightOf(index) * Math.min(RAREST, Math.max(0, vote));
    weights += weightOf(index);
  });
  return weights === 0 ? 0 : sum / weights;
}

/**
 * 0 to 1; ALERT_SCORE exactly at the preset's rarity, or as many orders of magnitude beyond it as `harder` says (before it, where negative).
 */
export function scoreOf(meanRarity: number, preset: Preset = 'sensitive', harder = 0): number {
  const line = PRESETS[preset] + harder;
  const tail = meanRarity * MEAN_TO_TAIL;
  if (!(tail > 0)) return 0;
  if (tail < line) return (ALERT_SCORE * tail) / line;
  return 1 - (1 - ALERT_SCORE) * 10 ** ((line - tail) / DECADES_PER_STEP);
}
