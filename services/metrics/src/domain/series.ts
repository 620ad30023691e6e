/**
 * Rows of windows as columns for a chart. Rates are sums over the windows of a step, divided by the windows that are known;
 * ratios and means come from those sums, quantiles from merged buckets. Invariant: a step without a known window is `null`,
 * a known window without a row had no traffic.
 */
import type { TrafficSeries } from '@observatory/contracts';
import { quantile } from '@observatory/mesh';

/** The columns of a series, `at` apart. */
export const SERIES_COLUMNS = [
  'requestsPerSecond',
  'errorRatio',
  'clientErrorRatio',
  'latencyMsMean',
  'latencyMsP50',
  'latencyMsP95',
  'latencyMsP99',
  'sentBytesPerSecond',
  'receivedBytesPerSecond',
  'connectionsPerSecond',
  'mtlsRatio',
] as const satisfies readonly (keyof TrafficSeries)[];

export interface SeriesRow {
  sourceKey: number;
  /** 0 = the first step. */
  step: number;
  requests: number;
  errors: number;
  clientErrors: number;
  latencySumMs: number | null;
  latencyCount: number | null;
  sentBytes: number;
  receivedBytes: number;
  connections: number | null;
  mutualTls: number;
  plaintext: number;
}

export interface HistogramRow {
  step: number;
  upperBoundsMs: readonly number[];
  perSecond: readonly number[];
}

/** How many windows of a source are known in each step. */
export type Coverage = ReadonlyMap<number, readonly number[]>;

export interface SeriesInput {
  /** Ends of the steps. */
  at: readonly string[];
  rows: readonly SeriesRow[];
  histograms: readonly HistogramRow[];
  coverage: Coverage;
  /** What several sources say: of one edge the same (the largest is taken), of a node or mesh its parts. */
  sources: 'same' | 'parts';
}

const FIELDS = [
  'requests',
  'errors',
  'clientErrors',
  'latencySumMs',
  'latencyCount',
  'sentBytes',
  'receivedBytes',
  'connections',
  'mutualTls',
  'plaintext',
] as const;
type Totals = Record<(typeof FIELDS)[number], number>;

const none = (): Totals => Object.fromEntries(FIELDS.map((field) => [field, 0])) as Totals;
const weight = (totals: Totals): number => totals.requests * 1e6 + totals.sentBytes + totals.receivedBytes;
const share = (part: number, whole: number): number | null => (whole > 0 ? Math.min(1, part / whole) : null);

/** The totals of each step, null where nothing is known. */
function totalsByStep({ at, rows, coverage, sources }: SeriesInput): (Totals | null)[] {
  const bySource = new Map<number, Map<number, Totals>>();
  for (const row of rows) {
    const known = coverage.get(row.sourceKey)?.[row.step] ?? 0;
    if (known === 0) continue;
    let steps = bySource.get(row.sourceKey);
    if (!steps) bySource.set(row.sourceKey, (steps = new Map()));
    let totals = steps.get(row.step);
    if (!totals) steps.set(row.step, (totals = none()));
    for (const field of FIELDS) totals[field] += (row[field] ?? 0) / known;
  }
  const relevant = bySource.size > 0 ? [...bySource.keys()] : [...coverage.keys()];
  return at.map((_, step) => {
    if (!relevant.some((source) => (coverage.get(source)?.[step] ?? 0) > 0)) return null;
    const told = relevant.flatMap((source) => bySource.get(source)?.get(step) ?? []);
    if (sources === 'same') return told.reduce((best, totals) => (weight(totals) > weight(best) ? totals : best), told[0] ?? none());
    return told.reduce(
      (sum, totals) => Object.assign(sum, Object.fromEntries(FIELDS.map((field) => [field, sum[field] + totals[field]]))),
      none(),
    );
  });
}

function quantilesByStep(
  count: number,
  histograms: readonly HistogramRow[],
): { p50: number | null; p95: number | null; p99: number | null }[] {
  const merged: ({ upperBoundsMs: readonly number[]; perSecond: number[] } | undefined)[] = Array.from({ length: count });
  for (const { step, upperBoundsMs, perSecond } of histograms) {
    const into = merged[step];
    if (!into)
      merged[step] = {
        upperBoundsMs,
        perSecond: upperBoundsMs.map((_, index) => perSecond[index] ?? 0).concat(perSecond[upperBoundsMs.length] ?? 0),
      };
    else if (into.upperBoundsMs.join() === upperBoundsMs.join()) perSecond.forEach((rate, index) => (into.perSecond[index]! += rate));
  }
  return merged.map((histogram) => {
    const at = (q: number) =>
      (histogram && quantile({ upperBoundsMs: [...histogram.upperBoundsMs], perSecond: histogram.perSecond }, q)) ?? null;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  });
}

export function trafficSeries(input: SeriesInput): TrafficSeries {
  const totals = totalsByStep(input);
  const quantiles = quantilesByStep(input.at.length, input.histograms);
  const counted = input.rows.some(({ connections }) => connections !== null);
  const column = (value: (step: Totals) => number | null) => totals.map((step) => (step === null ? null : value(step)));
  return {
    at: [...input.at],
    requestsPerSecond: column((step) => step.requests),
    errorRatio: column((step) => share(step.errors, step.requests)),
    clientErrorRatio: column((step) => share(step.clientErrors, step.requests)),
    latencyMsMean: column((step) => (step.latencyCount > 0 ? step.latencySumMs / step.latencyCount : null)),
    latencyMsP50: quantiles.map(({ p50 }) => p50),
    latencyMsP95: quantiles.map(({ p95 }) => p95),
    latencyMsP99: quantiles.map(({ p99 }) => p99),
    sentBytesPerSecond: column((step) => step.sentBytes),
    receivedBytesPerSecond: column((step) => step.receivedBytes),
    connectionsPerSecond: column((step) => (counted ? step.connections : null)),
    mtlsRatio: column((step) => share(step.mutualTls, step.mutualTls + step.plaintext)),
  };
}

/** Everything `null`: nothing is known of it. */
export function unknownSeries(at: readonly string[]): TrafficSeries {
  return trafficSeries({ at, rows: [], histograms: [], coverage: new Map(), sources: 'parts' });
}
