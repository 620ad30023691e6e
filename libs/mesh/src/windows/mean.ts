/**
 * What was the traffic over several windows? The mean of rates: an edge that a window does not have had none in it.
 * Invariant: shares of traffic come from sums, never from means of ratios; latencies from sums, counts and buckets.
 */
import type { EdgeSample, LatencyHistogram, ResponseRate } from '@observatory/contracts';

const SUMMED = [
  'requestsPerSecond',
  'errorsPerSecond',
  'clientErrorsPerSecond',
  'sentBytesPerSecond',
  'receivedBytesPerSecond',
  'mutualTlsPerSecond',
  'plaintextPerSecond',
] as const;
const SUMMED_WHERE_KNOWN = ['latencySumMsPerSecond', 'latencyCountPerSecond', 'connectionsPerSecond'] as const;

const sameBounds = (a: LatencyHistogram, b: LatencyHistogram) =>
  a.upperBoundsMs.length === b.upperBoundsMs.length && a.upperBoundsMs.every((bound, index) => bound === b.upperBoundsMs[index]);

/** Of histograms read at different times the mean of those that merge with the newest: a rotation reads few of them. */
export function meanHistogram(newestFirst: readonly LatencyHistogram[]): LatencyHistogram | undefined {
  const newest = newestFirst[0];
  if (newest === undefined) return undefined;
  const merging = newestFirst.filter((histogram) => sameBounds(histogram, newest));
  const perSecond = newest.perSecond.map(
    (_, index) => merging.reduce((sum, histogram) => sum + histogram.perSecond[index]!, 0) / merging.length,
  );
  return { upperBoundsMs: newest.upperBoundsMs, perSecond, readAt: newest.readAt };
}

/**
 * The same shape at another rate. Histograms are read in some windows only, and an edge may have traffic in some only:
 * merged with others it must weigh what its mean count says, not what the windows said in which it was read.
 */
export function scaledHistogram(histogram: LatencyHistogram, countPerSecond: number | undefined): LatencyHistogram {
  const total = histogram.perSecond.reduce((sum, rate) => sum + rate, 0);
  if (countPerSecond === undefined || countPerSecond <= 0 || total <= 0) return histogram;
  const factor = countPerSecond / total;
  return { ...histogram, perSecond: histogram.perSecond.map((rate) => rate * factor) };
}

const sameResponse = (a: ResponseRate, b: ResponseRate) =>
  a.code === b.code && a.flags === b.flags && a.grpcStatus === b.grpcStatus && a.outcome === b.outcome;

function meanResponses(samples: readonly EdgeSample[], windowCount: number): ResponseRate[] {
  const sums: ResponseRate[] = [];
  for (const { responses } of samples) {
    for (const response of responses) {
      const found = sums.find((sum) => sameResponse(sum, response));
      if (found === undefined) sums.push({ ...response });
      else found.requestsPerSecond += response.requestsPerSecond;
    }
  }
  for (const sum of sums) sum.requestsPerSecond /= windowCount;
  return sums;
}

function meanOfEdge(newestFirst: readonly EdgeSample[], windowCount: number): EdgeSample {
  const mean: EdgeSample = { ...newestFirst[0]!, responses: meanResponses(newestFirst, windowCount) };
  for (const field of SUMMED) mean[field] = newestFirst.reduce((sum, sample) => sum + sample[field], 0) / windowCount;
  for (const field of SUMMED_WHERE_KNOWN) {
    const known = newestFirst.filter((sample) => sample[field] !== undefined);
    if (known.length > 0) mean[field] = known.reduce((sum, sample) => sum + sample[field]!, 0) / windowCount;
  }
  const latency = meanHistogram(newestFirst.flatMap((sample) => sample.latency ?? []));
  if (latency !== undefined) mean.latency = scaledHistogram(latency, mean.latencyCountPerSecond);
  for (const field of ['sourcePrincipal', 'destinationPrincipal'] as const) {
    const principal = newestFirst.find((sample) => sample[field] !== undefined)?.[field];
    if (principal !== undefined) mean[field] = principal;
  }
  mean.reporters = (['source', 'destination', 'waypoint'] as const).filter((side) =>
    newestFirst.some(({ reporters }) => reporters.includes(side)),
  );
  return mean;
}

/**
 * `windows` oldest first. `windowCount` windows exist in the span; those that are not passed had no traffic.
 * What is not a rate (identities, principals) is the newest that is known.
 */
export function meanOfSamples(windows: readonly (readonly EdgeSample[])[], windowCount: number = windows.length): EdgeSample[] {
  const byId = new Map<string, EdgeSample[]>();
  for (let index = windows.length - 1; index >= 0; index -= 1) {
    for (const sample of windows[index]!) {
      const list = byId.get(sample.id);
      if (list === undefined) byId.set(sample.id, [sample]);
      else list.push(sample);
    }
  }
  return Array.from(byId.values(), (samples) => meanOfEdge(samples, windowCount));
}
