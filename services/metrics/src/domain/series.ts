/**
 * Stored rows of one edge or node as a series in steps. Rates are means over the windows that were read: a window without
 * a row had no traffic. Ratios come from sums, quantiles from merged buckets.
 * Invariant: a step without any read window is null in every column: a gap is a gap.
 */
import type { TrafficSeries } from '@observatory/contracts';
import { quantile } from '@observatory/mesh';
import type { Steps } from './span.js';

export interface SeriesRow {
  sourceKey: number;
  atMs: number;
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
  upperBoundsMs?: readonly number[] | undefined;
  buckets?: readonly number[] | undefined;
}

/** Ends of the windows that were read, by source. */
export type PresentWindows = ReadonlyMap<number, readonly number[]>;

interface Sums extends Omit<SeriesRow, 'sourceKey' | 'atMs' | 'latencySumMs' | 'latencyCount' | 'connections' | 'buckets'> {
  latencySumMs: number;
  latencyCount: number;
  connections: number | null;
  buckets?: number[] | undefined;
}

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
type Values = Record<(typeof SERIES_COLUMNS)[number], number | null>;

const stepIndex = (atMs: number, { endsMs, stepSec }: Steps): number => Math.ceil((atMs - (endsMs[0] ?? 0)) / (stepSec * 1000));

/** Windows read in each step: the most that any source has, since a node's rows come from one. */
function presentPerStep(present: PresentWindows, steps: Steps): number[] {
  const most = steps.endsMs.map(() => 0);
  for (const ends of present.values()) {
    const counts = steps.endsMs.map(() => 0);
    for (const atMs of ends) {
      const index = stepIndex(atMs, steps);
      if (index >= 0 && index < counts.length) counts[index]! += 1;
    }
    counts.forEach((count, index) => (most[index] = Math.max(most[index]!, count)));
  }
  return most;
}

function addRow(sums: Sums, row: SeriesRow): void {
  sums.requests += row.requests;
  sums.errors += row.errors;
  sums.clientErrors += row.clientErrors;
  sums.latencySumMs += row.latencySumMs ?? 0;
  sums.latencyCount += row.latencyCount ?? 0;
  sums.sentBytes += row.sentBytes;
  sums.receivedBytes += row.receivedBytes;
  if (row.connections !== null) sums.connections = (sums.connections ?? 0) + row.connections;
  sums.mutualTls += row.mutualTls;
  sums.plaintext += row.plaintext;
  addBuckets(sums, row);
}

function addBuckets(sums: Sums, { upperBoundsMs, buckets }: SeriesRow): void {
  if (!upperBoundsMs || !buckets) return;
  if (!sums.buckets) {
    sums.upperBoundsMs = upperBoundsMs;
    sums.buckets = Array<number>(upperBoundsMs.length + 1).fill(0);
  }
  const isSame =
    sums.upperBoundsMs?.length === upperBoundsMs.length && sums.upperBoundsMs.every((bound, index) => bound === upperBoundsMs[index]);
  if (isSame) buckets.forEach((rate, index) => (sums.buckets![index]! += rate));
}

const share = (part: number, whole: number): number | null => (whole > 0 ? Math.min(1, part / whole) : null);

function valuesOf(sums: Sums, windows: number): Values {
  const histogram = sums.buckets && sums.upperBoundsMs ? { upperBoundsMs: [...sums.upperBoundsMs], perSecond: sums.buckets } : undefined;
  const at = (q: number) => (histogram ? (quantile(histogram, q) ?? null) : null);
  return {
    requestsPerSecond: sums.requests / windows,
    errorRatio: share(sums.errors, sums.requests),
    clientErrorRatio: share(sums.clientErrors, sums.requests),
    latencyMsMean: sums.latencyCount > 0 ? sums.latencySumMs / sums.latencyCount : null,
    latencyMsP50: at(0.5),
    latencyMsP95: at(0.95),
    latencyMsP99: at(0.99),
    sentBytesPerSecond: sums.sentBytes / windows,
    receivedBytesPerSecond: sums.receivedBytes / windows,
    connectionsPerSecond: sums.connections === null ? null : sums.connections / windows,
    mtlsRatio: share(sums.mutualTls, sums.mutualTls + sums.plaintext),
  };
}

const emptySums = (): Sums => ({
  requests: 0,
  errors: 0,
  clientErrors: 0,
  latencySumMs: 0,
  latencyCount: 0,
  sentBytes: 0,
  receivedBytes: 0,
  connections: null,
  mutualTls: 0,
  plaintext: 0,
});

export function trafficSeries(rows: readonly SeriesRow[], present: PresentWindows, steps: Steps): TrafficSeries {
  const windows = presentPerStep(present, steps);
  const sums = windows.map(emptySums);
  for (const row of rows) {
    const of = sums[stepIndex(row.atMs, steps)];
    if (of) addRow(of, row);
  }
  const values = sums.map((of, index) => ((windows[index] ?? 0) > 0 ? valuesOf(of, windows[index]!) : undefined));
  const column = (name: keyof Values) => values.map((value) => value?.[name] ?? null);
  return {
    at: steps.endsMs.map((end) => new Date(end).toISOString()),
    ...(Object.fromEntries(SERIES_COLUMNS.map((name) => [name, column(name)])) as Record<keyof Values, (number | null)[]>),
  };
}
