/**
 * How did a metric leave its normal values, and when? Deviations from the median of normal time, on the points in time of the target's
 * own trouble, so that two courses can be laid beside each other.
 * Invariants: too few normal values, or too little overlap with the trouble, is no finding; scales have floors.
 */
import { quantile, sampleOf } from '../detectors/spread.js';

export interface MetricSeries {
  /** A node, or `source->target`. */
  readonly subject: string;
  readonly metric: string;
  readonly normal: readonly number[];
  /** [time in ms, value] of the time to be explained. */
  readonly recent: readonly (readonly [number, number])[];
}

export interface Deviation {
  readonly series: MetricSeries;
  readonly normal: number;
  readonly recent: number;
  readonly scale: number;
  /** On the grid, NaN where nothing was measured. */
  readonly course: readonly number[];
  /** Mean of the course. */
  readonly away: number;
  /** The mean in scales, with its sign. */
  readonly z: number;
}

const FEWEST_NORMAL = 10;
/** Below this share of the grid a series has not seen the trouble. */
const COVERAGE = 0.5;
const MAD_TO_DEVIATION = 1.4826;
/** Normal time may hold old trouble, which widens the deviation, or hardly vary, which makes the median deviation 0: the larger counts. */
const DEVIATION_SHARE = 0.5;
const LEVEL_SHARE = 1e-3;
const SMALLEST = 1e-9;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Values on the grid: the mean of the points nearest to each of its times. */
export function onGrid(points: MetricSeries['recent'], grid: readonly number[]): number[] {
  const sums = grid.map(() => [0, 0] as [number, number]);
  const step = grid.length > 1 ? (grid.at(-1)! - grid[0]!) / (grid.length - 1) : Infinity;
  for (const [at, value] of points) {
    if (!Number.isFinite(value) || grid.length === 0) continue;
    const index = Number.isFinite(step) && step > 0 ? Math.round((at - grid[0]!) / step) : 0;
    const slot = sums[index];
    if (slot === undefined) continue;
    slot[0] += value;
    slot[1] += 1;
  }
  return sums.map(([sum, count]) => (count === 0 ? Number.NaN : sum / count));
}

export function deviationOf(series: MetricSeries, grid: readonly number[]): Deviation | undefined {
  const { sorted, deviation } = sampleOf(series.normal);
  if (sorted.length < Math.min(FEWEST_NORMAL, Math.max(2, series.normal.length))) return undefined;
  if (sorted.length < 2) return undefined;
  const normal = quantile(sorted, 0.5);
  const spread = quantile(sorted.map((value) => Math.abs(value - normal)).sort(), 0.5) * MAD_TO_DEVIATION;
  const scale = Math.max(spread, DEVIATION_SHARE * deviation, LEVEL_SHARE * Math.abs(normal), SMALLEST);
  const course = onGrid(series.recent, grid).map((value) => value - normal);
  const seen = course.filter((value) => !Number.isNaN(value));
  if (seen.length === 0 || seen.length < COVERAGE * grid.length) return undefined;
  const away = meanOf(seen);
  return { series, normal, recent: normal + away, scale, course, away, z: away / scale };
}

/** Two points of normal time stand before the trouble, so that a course that is simply high all the time can be compared too. */
const NORMAL_POINTS = 2;

/** Correlation of two courses of deviations, normal time included; 0 where one does not vary or they hardly overlap. */
export function alike(a: readonly number[], b: readonly number[]): number {
  const pairs = a.flatMap((value, index) => (Number.isNaN(value) || Number.isNaN(b[index]!) ? [] : [[value, b[index]!] as const]));
  if (pairs.length === 0) return 0;
  const all = [...Array.from({ length: NORMAL_POINTS }, () => [0, 0] as const), ...pairs];
  const [meanA, meanB] = [meanOf(all.map(([x]) => x)), meanOf(all.map(([, y]) => y))];
  let [products, squaresA, squaresB] = [0, 0, 0];
  for (const [x, y] of all) {
    products += (x - meanA) * (y - meanB);
    squaresA += (x - meanA) ** 2;
    squaresB += (y - meanB) ** 2;
  }
  return squaresA > 0 && squaresB > 0 ? products / Math.sqrt(squaresA * squaresB) : 0;
}
