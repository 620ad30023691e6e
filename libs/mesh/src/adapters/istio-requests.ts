/**
 * Reads istio_requests_total and the duration, size and bucket metrics into views of pairs.
 * Invariant: a row belongs to exactly one view; what cannot be read is counted as a problem and left out.
 */
import type { PromSample } from '../types.js';
import { addBucket, boundOf } from './buckets.js';
import { known } from './endpoints.js';
import { SOURCE, type Ends, type IstioEnds } from './istio-ends.js';
import { istioOutcome } from './outcome.js';
import { addRow, type Measures, type Pairs, type View } from './pairs.js';
import type { Labels, ProblemLog } from './problems.js';

export interface Reading {
  readonly ends: IstioEnds;
  readonly pairs: Pairs<View>;
  readonly problems: ProblemLog;
}

function protocolOf(labels: Labels): 'http' | 'grpc' {
  const said = labels['request_protocol'];
  if (said === 'grpc') return 'grpc';
  return said === undefined && labels['grpc_response_status'] !== undefined ? 'grpc' : 'http';
}

/** mTLS is what the receiving side says; the source's `unknown` says nothing, and `unknown` is not plaintext. */
function noteSecurity(view: View, labels: Labels, { side }: Ends, rate: number): void {
  if (side !== SOURCE) {
    if (labels['connection_security_policy'] === 'mutual_tls') view.mutualTls += rate;
    else if (labels['connection_security_policy'] === 'none') view.plaintext += rate;
  }
  view.sourcePrincipal ??= known(labels['source_principal']);
  view.destinationPrincipal ??= known(labels['destination_principal']);
}

export function readRequests(vector: Iterable<PromSample>, { ends, pairs, problems }: Reading): void {
  for (const { metric, value } of vector) {
    if (!problems.usable(value, metric)) continue;
    const read = ends.read(metric);
    if (read === undefined) continue;
    const code = metric['response_code'] ?? '';
    if (code === '') problems.add('missing-response-code', metric);
    const protocol = protocolOf(metric);
    const grpcStatus = metric['grpc_response_status'];
    const view = pairs.view(read, protocol);
    addRow(view, {
      service: read.service,
      code,
      grpcStatus,
      flags: metric['response_flags'] ?? '-',
      outcome: istioOutcome(protocol, code, grpcStatus),
      rate: value,
    });
    noteSecurity(view, metric, read, value);
  }
}

/** Measures belong to requests that were read: a pair without requests gets none. */
function measuresOf(labels: Labels, { ends, pairs }: Reading): Measures | undefined {
  const read = ends.read(labels);
  if (read === undefined) return undefined;
  const protocol = protocolOf(labels);
  if (!pairs.has(read.source, read.target, protocol)) return undefined;
  const view = pairs.view(read, protocol);
  const host = read.service?.identity.host ?? '';
  view.measures ??= [];
  for (const found of view.measures) if (found.host === host) return found;
  const made: Measures = { host, durationSum: 0, durationCount: 0, requestBytes: 0, responseBytes: 0, buckets: undefined };
  view.measures.push(made);
  return made;
}

const FIELDS: Readonly<Record<string, Exclude<keyof Measures, 'buckets' | 'host'>>> = {
  sum: 'durationSum',
  count: 'durationCount',
  request: 'requestBytes',
  response: 'responseBytes',
};

/** The answers of `istioDuration` and `istioBytes`, whose parts carry `metric`. */
export function readMeasures(vector: Iterable<PromSample>, reading: Reading): void {
  for (const { metric, value } of vector) {
    if (!reading.problems.usable(value, metric)) continue;
    const field = FIELDS[metric['metric'] ?? ''];
    const measures = field === undefined ? undefined : measuresOf(metric, reading);
    if (measures !== undefined) measures[field!] += value;
  }
}

export function readBuckets(vector: Iterable<PromSample>, reading: Reading): void {
  for (const { metric, value } of vector) {
    const bound = boundOf(metric['le']);
    if (!(value >= 0 && value < Infinity) || Number.isNaN(bound)) {
      reading.problems.add('bad-value', metric, `${value} `);
      continue;
    }
    const measures = measuresOf(metric, reading);
    if (measures !== undefined) addBucket((measures.buckets ??= []), bound, value);
  }
}
