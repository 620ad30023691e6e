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

/** How rare the mean of all detectors must be for an alert, as -log10(p): the stated budgets of false alerts per series and day. */
export const PRESETS = { sensitive: 2.9, balanced: 3.8, strict: 5 } as const;
export type Preset = keyof typeof PRESETS;

/** The mean of the votes; NaN is a detector that has nothing to say. 0 where none speaks. */
export function rarity(votes: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const vote of votes) {
    if (Number.isNaN(vote)) continue;
    sum += Math.min(RAREST, Math.max(0, vote));
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** 0 to 1; ALERT_SCORE exactly at the preset's rarity. */
export function scoreOf(meanRarity: number, preset: Preset = 'sensitive'): number {
  const line = PRESETS[preset];
  if (!(meanRarity > 0)) return 0;
  if (meanRarity < line) return (ALERT_SCORE * meanRarity) / line;
  return 1 - (1 - ALERT_SCORE) * 10 ** ((line - meanRarity) / DECADES_PER_STEP);
}
