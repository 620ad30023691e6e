/** Edge samples as columns of a window, and rows as samples again. A canonical sample comes back as it was. */
import type { EdgeSample, Reporter, ResponseRate } from '@observatory/contracts';
import type { Traffic } from '../domain/node-totals.js';
import { sixDigits } from '../domain/canonical-sample.js';
import type { EdgeIdentity } from './dictionaries.js';
import { lists, numbers } from './pg-array.js';

const REPORTER_BITS: Record<Reporter, number> = { source: 1, destination: 2, waypoint: 4 };
const REPORTERS = Object.keys(REPORTER_BITS) as Reporter[];

/** What every row of windows has, in the order of TRAFFIC_COLUMNS. */
export interface TrafficRow {
  key: number;
  traffic: Omit<Traffic, 'upperBoundsMs' | 'bucketsPerSecond'>;
  boundsKey?: number | undefined;
  buckets?: readonly number[] | undefined;
}

export const TRAFFIC_COLUMNS = [
  'key',
  'requests',
  'errors',
  'client_errors',
  'latency_sum_ms',
  'latency_count',
  'sent_bytes',
  'received_bytes',
  'connections',
  'mutual_tls',
  'plaintext',
  'bounds_key',
  'buckets',
] as const;
export const TRAFFIC_TYPES = ['int', ...Array.from({ length: 10 }, () => 'real'), 'int', 'text'] as const;

/** One array literal for each of TRAFFIC_COLUMNS. */
export function trafficArrays(rows: readonly TrafficRow[]): string[] {
  const column = (pick: (traffic: TrafficRow['traffic']) => number | undefined) => numbers(rows.map(({ traffic }) => pick(traffic)));
  return [
    numbers(rows.map(({ key }) => key)),
    column((traffic) => traffic.requestsPerSecond),
    column((traffic) => traffic.errorsPerSecond),
    column((traffic) => traffic.clientErrorsPerSecond),
    column((traffic) => traffic.latencySumMsPerSecond),
    column((traffic) => traffic.latencyCountPerSecond),
    column((traffic) => traffic.sentBytesPerSecond),
    column((traffic) => traffic.receivedBytesPerSecond),
    column((traffic) => traffic.connectionsPerSecond),
    column((traffic) => traffic.mutualTlsPerSecond),
    column((traffic) => traffic.plaintextPerSecond),
    numbers(rows.map(({ boundsKey }) => boundsKey)),
    lists(rows.map(({ buckets, boundsKey }) => (boundsKey === undefined ? undefined : withoutTrailingZeros(buckets ?? [])))),
  ];
}

function withoutTrailingZeros(values: readonly number[]): readonly number[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === 0) length -= 1;
  return length === values.length ? values : values.slice(0, length);
}

export const reporterBits = (reporters: readonly Reporter[]): number =>
  reporters.reduce((bits, reporter) => bits | REPORTER_BITS[reporter], 0);

/** A row as EDGE_SELECT gives it. */
export interface EdgeWindowRow {
  key: number;
  at: Date;
  source_key: number;
  edge_id: string;
  identity: EdgeIdentity;
  requests: number;
  errors: number;
  client_errors: number;
  latency_sum_ms: number | null;
  latency_count: number | null;
  sent_bytes: number;
  received_bytes: number;
  connections: number | null;
  mutual_tls: number;
  plaintext: number;
  bounds_key: number | null;
  buckets: number[] | null;
  outcome_keys: number[];
  outcome_rates: number[];
  source_principal: string | null;
  destination_principal: string | null;
  reporters: number;
}

export type Outcome = Omit<ResponseRate, 'requestsPerSecond'>;

export interface RowContext {
  outcomes: ReadonlyMap<number, Outcome>;
  bounds: ReadonlyMap<number, number[]>;
}

const present = (value: number | null): number | undefined => (value === null ? undefined : sixDigits(value));

export function edgeOfRow(row: EdgeWindowRow, { outcomes, bounds }: RowContext): EdgeSample {
  const upperBoundsMs = row.bounds_key === null ? undefined : bounds.get(row.bounds_key);
  return {
    id: row.edge_id,
    ...row.identity,
    responses: row.outcome_keys.flatMap((key, index) => {
      const outcome = outcomes.get(key);
      return outcome ? [{ ...outcome, requestsPerSecond: sixDigits(row.outcome_rates[index] ?? 0) }] : [];
    }),
    requestsPerSecond: sixDigits(row.requests),
    errorsPerSecond: sixDigits(row.errors),
    clientErrorsPerSecond: sixDigits(row.client_errors),
    latencySumMsPerSecond: present(row.latency_sum_ms),
    latencyCountPerSecond: present(row.latency_count),
    latency: upperBoundsMs && {
      upperBoundsMs,
      perSecond: Array.from({ length: upperBoundsMs.length + 1 }, (_, index) => sixDigits(row.buckets?.[index] ?? 0)),
      readAt: row.at.toISOString(),
    },
    sentBytesPerSecond: sixDigits(row.sent_bytes),
    receivedBytesPerSecond: sixDigits(row.received_bytes),
    connectionsPerSecond: present(row.connections),
    mutualTlsPerSecond: sixDigits(row.mutual_tls),
    plaintextPerSecond: sixDigits(row.plaintext),
    sourcePrincipal: row.source_principal ?? undefined,
    destinationPrincipal: row.destination_principal ?? undefined,
    reporters: REPORTERS.filter((reporter) => (row.reporters & REPORTER_BITS[reporter]) !== 0),
  };
}
