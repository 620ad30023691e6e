/**
 * How far is a value from a sample of normal ones? In standard deviations, in deviations estimated from the median (Hampel 1974),
 * and beyond the quartiles in interquartile ranges (Tukey 1977). Scales have floors: a sample that hardly varies is not infinitely sure.
 * Invariants: 0 in the middle, never NaN for finite samples; NaN for an empty one.
 */

/** A thousandth of the level, and a twentieth of the range: below that a scale is taken for too sure. */
const LEVEL_SHARE = 1e-3;
const RANGE_SHARE = 0.05;
const MAD_TO_DEVIATION = 1.4826;
const SMALLEST = 1e-12;

export interface Sample {
  readonly sorted: Float64Array;
  readonly mean: number;
  readonly deviation: number;
  /** What the deviation would be of a normal distribution with the same median distance from its median. */
  readonly robustDeviation: number;
}

export function sampleOf(values: Iterable<number>): Sample {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const median = quantile(sorted, 0.5);
  const distances = sorted.map((one) => Math.abs(one - median)).sort();
  return {
    sorted,
    mean,
    deviation: Math.sqrt(squares / Math.max(1, sorted.length - 1)),
    robustDeviation: MAD_TO_DEVIATION * quantile(distances, 0.5),
  };
}

/** Linear between order statistics, as numpy's default. */
export function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const upper = sorted[Math.min(sorted.length - 1, below + 1)]!;
  return sorted[below]! + (position - below) * (upper - sorted[below]!);
}

const floorOf = ({ sorted, mean }: Sample): number => {
  const range = quantile(sorted, 0.99) - quantile(sorted, 0.01);
  return Math.max(LEVEL_SHARE * Math.abs(mean), RANGE_SHARE * range, SMALLEST);
};

export const zScore = (value: number, sample: Sample): number => (value - sample.mean) / Math.max(sample.deviation, floorOf(sample));

export const robustZ = (value: number, sample: Sample): number =>
  (value - quantile(sample.sorted, 0.5)) / Math.max(sample.robustDeviation, floorOf(sample));

/** 0 between the quartiles, else how many interquartile ranges beyond the nearer one, with its sign. */
export function iqrDistance(value: number, sample: Sample): number {
  const [low, high] = [quantile(sample.sorted, 0.25), quantile(sample.sorted, 0.75)];
  const away = value > high ? value - high : value < low ? value - low : 0;
  return away === 0 ? 0 : away / Math.max(high - low, floorOf(sample));
}
