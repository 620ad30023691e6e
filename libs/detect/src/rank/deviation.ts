/**
 * How did a metric leave its normal values, and when? Deviations from the median of normal time beyond what load explains, on the points
 * in time of the target's own trouble, so that two courses can be laid beside each other; positive where trouble is.
 * Load changes between normal time and trouble, and how a metric answers to load cannot be learned from a calm hour: whatever lies
 * between "did not change" and "changed as load did" is explained. Invariants: too few normal values, or too little overlap with the
 * trouble, is no finding; scales have floors; a counter counts by its increases.
 */
import { quantile, sampleOf } from '../detectors/spread.js';
import { blamed, type Place } from '../graph/blame.js';
import { kindOf, type MetricKind } from './metric-kind.js';

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
  readonly place: Place;
  /** The node that it speaks of. */
  readonly node: string;
  readonly kind: MetricKind;
  readonly normal: number;
  readonly recent: number;
  readonly scale: number;
  /** On the grid, in the direction of trouble, NaN where nothing was measured. */
  readonly course: readonly number[];
  /** Mean of the course. */
  readonly away: number;
  /** The mean in scales. */
  readonly z: number;
  /** The point farthest from normal, in scales. */
  readonly reach: number;
  /** Load changed, and what it explains is left out. */
  readonly isForLoad: boolean;
}

const FEWEST_NORMAL = 10;
/** Below this share of the grid a series has not seen the trouble. */
const COVERAGE = 0.5;
/** Normal time may hold old trouble, which widens the deviation, or hardly vary, which makes the median deviation 0: the larger counts. */
const DEVIATION_SHARE = 0.5;
/** Symptoms are told apart to a thousandth of their level; a node's own metrics are not worth a word within a twentieth of it. */
const LEVEL_SHARE: Readonly<Record<MetricKind, number>> = { latency: 1e-3, errors: 1e-3, load: 1e-3, own: 0.05 };
const SMALLEST = 1e-9;
/** Load within a hundredth of what is usual explains nothing. */
const LOAD_NOTABLE = 0.01;
const COUNTER_FEWEST = 20;
const ARROW = '->';

export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where a series was measured; undefined where the graph knows nothing of it. */
export function placeOf(subject: string, nodes: ReadonlySet<string>): Place | undefined {
  if (nodes.has(subject)) return { id: subject };
  const at = subject.lastIndexOf(ARROW);
  const target = subject.slice(at + ARROW.length).trim();
  return at > 0 && nodes.has(target) ? { id: subject, source: subject.slice(0, at).trim(), target } : undefined;
}

/** Increases from value to value where the series never falls and rises often; else itself. The step over the gap is left out. */
export function increases(series: MetricSeries): MetricSeries {
  const values = [...series.normal, ...series.recent.map(([, value]) => value)];
  let rises = 0;
  for (let index = 1; index < values.length; index += 1) {
    if (values[index]! < values[index - 1]!) return series;
    if (values[index]! > values[index - 1]!) rises += 1;
  }
  if (rises < COUNTER_FEWEST) return series;
  return {
    ...series,
    normal: series.normal.slice(1).map((value, index) => value - series.normal[index]!),
    recent: series.recent.slice(1).map(([at, value], index) => [at, value - series.recent[index]![1]] as const),
  };
}

/** Values on the grid: the mean of the points nearest to each of its times. */
export function onGrid(points: MetricSeries['recent'], grid: readonly number[]): number[] {
  const sums = new Float64Array(grid.length);
  const counts = new Float64Array(grid.length);
  const step = grid.length > 1 ? (grid.at(-1)! - grid[0]!) / (grid.length - 1) : Infinity;
  for (const [at, value] of points) {
    const index = Number.isFinite(step) ? Math.round((at - grid[0]!) / step) : 0;
    if (!Number.isFinite(value) || index < 0 || index >= grid.length) continue;
    sums[index]! += value;
    counts[index]! += 1;
  }
  return Array.from(sums, (sum, index) => (counts[index] === 0 ? Number.NaN : sum / counts[index]!));
}

export interface Ground {
  readonly grid: readonly number[];
  readonly nodes: ReadonlySet<string>;
  /** 1 where the metric is in trouble when it rises, -1 where it is when it falls. */
  directionOf(metric: string): number;
  /** Load of a node at each time of the grid as a multiple of what is normal; undefined or NaN where it is not known. */
  loadOf(node: string): readonly number[] | undefined;
}

/** What load does not explain of a value. */
function beyondLoad(value: number, normal: number, load: number): number {
  if (!(load > 0) || normal <= 0) return value - normal;
  const [low, high] = [normal * Math.min(1, load), normal * Math.max(1, load)];
  return value > high ? value - high : Math.min(0, value - low);
}

export function deviationOf(series: MetricSeries, { grid, nodes, directionOf, loadOf }: Ground): Deviation | undefined {
  const place = placeOf(series.subject, nodes);
  const { sorted, deviation, robustDeviation } = sampleOf(series.normal);
  if (place === undefined || sorted.length < Math.max(2, Math.min(FEWEST_NORMAL, series.normal.length))) return undefined;
  const values = onGrid(series.recent, grid);
  const seen = values.filter((value) => !Number.isNaN(value));
  if (seen.length === 0 || seen.length < COVERAGE * grid.length) return undefined;
  const kind = kindOf(series.metric);
  const node = blamed(place, 'callee');
  const normal = quantile(sorted, 0.5);
  const scale = Math.max(robustDeviation, DEVIATION_SHARE * deviation, LEVEL_SHARE[kind] * Math.abs(normal), SMALLEST);
  const load = kind === 'latency' || kind === 'own' ? loadOf(node) : undefined;
  const direction = directionOf(series.metric);
  const course = values.map((value, index) => direction * beyondLoad(value, normal, load?.[index] ?? Number.NaN));
  const known = course.filter((value) => !Number.isNaN(value));
  const away = meanOf(known);
  const peak = known.reduce((farthest, value) => (Math.abs(value) > Math.abs(farthest) ? value : farthest), 0);
  const isForLoad = normal > 0 && (load ?? []).some((ratio) => Math.abs(ratio - 1) > LOAD_NOTABLE);
  return { series, place, node, kind, normal, recent: meanOf(seen), scale, course, away, z: away / scale, reach: peak / scale, isForLoad };
}

/** Points of normal time that stand before the trouble, for each of its own, so that a course that is high all the time can be compared. */
const NORMAL_SHARE = 1 / 3;

/** Correlation of two courses of deviations, normal time included; 0 where one does not vary or they do not overlap. */
export function alike(a: readonly number[], b: readonly number[]): number {
  let [count, sumA, sumB, products, squaresA, squaresB] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    const [x, y] = [a[index]!, b[index]!];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    count += 1;
    sumA += x;
    sumB += y;
    products += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  const all = count + Math.max(1, Math.round(NORMAL_SHARE * count));
  const varies = (squaresA - sumA ** 2 / all) * (squaresB - sumB ** 2 / all);
  return varies > 0 ? (products - (sumA * sumB) / all) / Math.sqrt(varies) : 0;
}

/** The part of a course that noise of its scale does not account for, 0..1: what is hardly in trouble has no course to compare with. */
export function signalShare({ course, scale }: Pick<Deviation, 'course' | 'scale'>): number {
  const power = meanOf(course.filter((value) => !Number.isNaN(value)).map((value) => value ** 2));
  return power > 0 ? Math.max(0, 1 - scale ** 2 / power) : 0;
}
