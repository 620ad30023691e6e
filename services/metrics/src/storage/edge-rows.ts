/** Edge samples as columns of a window, and rows as samples again. A canonical sample comes back as it was. */
import type { EdgeSample, Reporter, ResponseRate } from '@observatory/contracts';
import type { Traffic } from '../domain/node-totals.js';
import type { KnownEdge, Outcome } from './lookups.js';
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

/** A row as EDGE_COLUMNS_READ gives it; lists are texts, since pg's own reading of arrays takes three times as long. */
export interface EdgeWindowRow {
  key: number;
  at: Date;
  source_key: number;
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
  buckets: string | null;
  outcome_keys: string;
  outcome_rates: string;
  source_principal: number | null;
  destination_principal: number | null;
  reporters: number;
}
export const EDGE_COLUMNS_READ = `key, at, source_key, requests, errors, client_errors, latency_sum_ms, latency_count, sent_bytes, received_bytes,
  connections, mutual_tls, plaintext, bounds_key, buckets::text, outcome_keys::text, outcome_rates::text, source_principal, destination_principal, reporters`;

export interface RowContext {
  edges: ReadonlyMap<number, KnownEdge>;
  outcomes: ReadonlyMap<number, Outcome>;
  bounds: ReadonlyMap<number, number[]>;
  principals: ReadonlyMap<number, string>;
}

/** `{1,0.5}` as numbers. */
export const numbersOf = (text: string): number[] => (text.length <= 2 ? [] : text.slice(1, -1).split(',').map(Number));

function latencyOf(row: EdgeWindowRow, bounds: RowContext['bounds']): EdgeSample['latency'] {
  const upperBoundsMs = row.bounds_key === null ? undefined : bounds.get(row.bounds_key);
  if (!upperBoundsMs) return undefined;
  const perSecond = numbersOf(row.buckets ?? '');
  while (perSecond.length < upperBoundsMs.length + 1) perSecond.push(0);
  return { upperBoundsMs, perSecond, readAt: row.at.toISOString() };
}

function responsesOf(row: EdgeWindowRow, outcomes: RowContext['outcomes']): ResponseRate[] {
  const rates = numbersOf(row.outcome_rates);
  return numbersOf(row.outcome_keys).flatMap((key, index) => {
    const outcome = outcomes.get(key);
    return outcome ? [{ ...outcome, requestsPerSecond: rates[index] ?? 0 }] : [];
  });
}

/** Undefined when the edge was forgotten meanwhile. A `real` is read with the six digits that it was written with. */
export function edgeOfRow(row: EdgeWindowRow, { edges, outcomes, bounds, principals }: RowContext): EdgeSample | undefined {
  const edge = edges.get(row.key);
  if (!edge) return undefined;
  return {
    id: edge.id,
    ...edge.identity,
    responses: responsesOf(row, outcomes),
    requestsPerSecond: row.requests,
    errorsPerSecond: row.errors,
    clientErrorsPerSecond: row.client_errors,
    latencySumMsPerSecond: row.latency_sum_ms ?? undefined,
    latencyCountPerSecond: row.latency_count ?? undefined,
    latency: latencyOf(row, bounds),
    sentBytesPerSecond: row.sent_bytes,
    receivedBytesPerSecond: row.received_bytes,
    connectionsPerSecond: row.connections ?? undefined,
    mutualTlsPerSecond: row.mutual_tls,
    plaintextPerSecond: row.plaintext,
    sourcePrincipal: principals.get(row.source_principal ?? 0),
    destinationPrincipal: principals.get(row.destination_principal ?? 0),
    reporters: REPORTERS.filter((reporter) => (row.reporters & REPORTER_BITS[reporter]) !== 0),
  };
}
