/**
 * How long did requests take? Histograms as rates per bucket, and quantiles of them.
 * `quantile` is PromQL's histogram_quantile (promql/quantile.go, bucketQuantile) on non-cumulative rates.
 * Invariant: quantiles come from merged buckets only; histograms of different bounds do not merge.
 */
import type { LatencyHistogram } from '@observatory/contracts';

const sameBounds = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));

/** Cumulative [upper bound, rate] pairs in any order, with +Inf, as a histogram. Undefined without +Inf or a finite bound. */
export function histogramOfBuckets(buckets: readonly (readonly [number, number])[], readAt: string): LatencyHistogram | undefined {
  const sorted = [...buckets].sort((a, b) => a[0] - b[0]);
  if (sorted.length < 2 || sorted.at(-1)?.[0] !== Infinity) return undefined;
  const perSecond: number[] = [];
  let below = 0;
  for (const [, cumulative] of sorted) {
    // Each bucket's rate is extrapolated on its own, so a larger bucket may be a hair smaller: Prometheus evens that out too.
    const upTo = Math.max(below, cumulative);
    perSecond.push(upTo - below);
    below = upTo;
  }
  return { upperBoundsMs: sorted.slice(0, -1).map(([bound]) => bound), perSecond, readAt };
}

/** The sum; as old as its older part. Undefined where the bounds differ. */
export function mergeHistograms(a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram | undefined {
  if (!sameBounds(a.upperBoundsMs, b.upperBoundsMs)) return undefined;
  return {
    upperBoundsMs: a.upperBoundsMs,
    perSecond: a.perSecond.map((rate, index) => rate + (b.perSecond[index] ?? 0)),
    readAt: a.readAt < b.readAt ? a.readAt : b.readAt,
  };
}

/** Merges what can be merged with the first. Undefined for none. */
export function mergeAllHistograms(histograms: Iterable<LatencyHistogram | undefined>): LatencyHistogram | undefined {
  let bounds: readonly number[] | undefined;
  let perSecond: number[] = [];
  let readAt = '';
  for (const histogram of histograms) {
    if (histogram === undefined) continue;
    if (bounds === undefined) {
      bounds = histogram.upperBoundsMs;
      perSecond = [...histogram.perSecond];
      readAt = histogram.readAt;
    } else if (sameBounds(bounds, histogram.upperBoundsMs)) {
      for (let index = 0; index < perSecond.length; index += 1) perSecond[index]! += histogram.perSecond[index] ?? 0;
      if (histogram.readAt < readAt) readAt = histogram.readAt;
    }
  }
  return bounds === undefined ? undefined : { upperBoundsMs: [...bounds], perSecond, readAt };
}

/** Milliseconds below which a share `q` (0 to 1) of requests stayed. Undefined without observations. */
export function quantile(histogram: Pick<LatencyHistogram, 'upperBoundsMs' | 'perSecond'>, q: number): number | undefined {
  const { upperBoundsMs: bounds, perSecond } = histogram;
  const total = perSecond.reduce((sum, rate) => sum + rate, 0);
  if (!(q >= 0 && q <= 1) || total <= 0 || bounds.length === 0) return undefined;
  const rank = q * total;
  let below = 0;
  for (let index = 0; index < bounds.length; index += 1) {
    const inBucket = perSecond[index] ?? 0;
    const upper = bounds[index]!;
    if (below + inBucket >= rank) {
      if (index === 0 && upper <= 0) return upper;
      const lower = index === 0 ? 0 : bounds[index - 1]!;
      return inBucket === 0 ? lower : lower + ((upper - lower) * (rank - below)) / inBucket;
    }
    below += inBucket;
  }
  // Above every bound nothing is known but the bound: Prometheus answers the highest one.
  return bounds.at(-1);
}
