/**
 * Linkerd's answers as edges. Requests are counted where they go out, since only there both ends are known; inbound
 * counts serve for callers out of the mesh. Success is Linkerd's own classification. TCP counts every connection,
 * also those of HTTP: where HTTP is known to the same port, its bytes and connections fold into that edge.
 * Invariant: `route_*` and `outbound_http_*` metrics count the same requests again and are never read.
 */
import type { PromSample, WindowVectors } from '../types.js';
import { addResponses, newDraft, type EdgeDraft } from './drafts.js';
import { histogramOfBuckets } from '../histogram.js';
import { boundOf, addBucket } from './buckets.js';
import type { EndpointTable } from './endpoints.js';
import { LinkerdReader, type LinkerdEnds } from './linkerd-ends.js';
import { linkerdOutcome } from './outcome.js';
import type { Labels, ProblemLog } from './problems.js';

/** Of unmeshed requests less than this share is noise, once what meshed callers sent without mTLS is taken off. */
const NOISE_SHARE = 0.1;

interface LinkerdDraft {
  readonly draft: EdgeDraft;
  readonly ports: Set<string>;
  readonly inbound: boolean;
  buckets: [number, number][] | undefined;
}

const protocolOf = (labels: Labels): 'http' | 'grpc' => (labels['grpc_status'] === undefined ? 'http' : 'grpc');

class LinkerdEdges {
  readonly drafts = new Map<string, LinkerdDraft>();

  entry(ends: LinkerdEnds, protocol: EdgeDraft['protocol']): LinkerdDraft {
    const key = `${this.pairKey(ends)} ${protocol} ${ends.service?.identity.host ?? ''}`;
    let found = this.drafts.get(key);
    if (found === undefined) {
      const draft = newDraft(ends.source, ends.target, ends.service, protocol);
      draft.mesh = 'linkerd';
      draft.reporters = ends.inbound ? 2 : 1;
      this.drafts.set(key, (found = { draft, ports: new Set(), inbound: ends.inbound, buckets: undefined }));
    }
    found.ports.add(ends.port);
    return found;
  }

  pairKey({ source, target }: Pick<LinkerdEnds, 'source' | 'target'>): string {
    return `${source.index} ${target.index}`;
  }

  /** HTTP and gRPC edges between the ends of a row, at its port where ports are known, and to its service. */
  carrying(ends: LinkerdEnds, byPair: ReadonlyMap<string, LinkerdDraft[]>): LinkerdDraft[] {
    const all = (byPair.get(this.pairKey(ends)) ?? []).filter(({ ports }) => ends.port === '' || ports.has('') || ports.has(ends.port));
    const same = all.filter(({ draft }) => draft.service?.identity.host === ends.service?.identity.host);
    return ends.service === undefined || same.length === 0 ? all : same;
  }

  byPair(): Map<string, LinkerdDraft[]> {
    const pairs = new Map<string, LinkerdDraft[]>();
    for (const entry of this.drafts.values()) {
      if (entry.draft.protocol === 'tcp') continue;
      const key = this.pairKey(entry.draft);
      const list = pairs.get(key);
      if (list === undefined) pairs.set(key, [entry]);
      else list.push(entry);
    }
    return pairs;
  }
}

interface Reading {
  readonly reader: LinkerdReader;
  readonly edges: LinkerdEdges;
  readonly problems: ProblemLog;
}

/** The client's proxy knows whether it spoke mTLS; what leaves the mesh may be encrypted by the application itself. */
function noteSecurity({ draft, inbound }: LinkerdDraft, labels: Labels, units: number): void {
  if (labels['tls'] === 'true') draft.mutualTls += units;
  else if (labels['tls'] !== undefined && (inbound || draft.target.identity.kind === 'workload')) draft.plaintext += units;
  draft.destinationPrincipal ??= labels['server_id'];
}

function readResponses(vector: Iterable<PromSample>, { reader, edges, problems }: Reading): void {
  for (const { metric, value } of vector) {
    if (!problems.usable(value, metric)) continue;
    const ends = reader.read(metric);
    if (ends === undefined) continue;
    const entry = edges.entry(ends, protocolOf(metric));
    const code = metric['status_code'] ?? '0';
    const grpcStatus = metric['grpc_status'];
    addResponses(entry.draft, {
      code,
      flags: '-',
      outcome: linkerdOutcome(metric['classification'], code),
      requestsPerSecond: value,
      ...(grpcStatus === undefined ? {} : { grpcStatus }),
    });
    noteSecurity(entry, metric, value);
  }
}

/** Meshed callers that sent without mTLS are in the inbound counts again, without their names. */
function dropKnownInbound(edges: LinkerdEdges): void {
  const plain = new Map<string, number>();
  for (const { draft, inbound } of edges.drafts.values()) {
    if (!inbound)
      plain.set(`${draft.target.index} ${draft.protocol}`, (plain.get(`${draft.target.index} ${draft.protocol}`) ?? 0) + draft.plaintext);
  }
  for (const [key, { draft, inbound }] of edges.drafts) {
    const again = plain.get(`${draft.target.index} ${draft.protocol}`) ?? 0;
    if (!inbound || again === 0) continue;
    const rest = 1 - again / draft.requests;
    if (rest <= NOISE_SHARE) edges.drafts.delete(key);
    else {
      for (const response of draft.responses) response.requestsPerSecond *= rest;
      for (const field of ['requests', 'errors', 'clientErrors', 'mutualTls', 'plaintext'] as const) draft[field] *= rest;
    }
  }
}

/** Latency has no gRPC status: it goes to the edges of its ends, by their requests. */
function readLatency(vector: Iterable<PromSample>, reading: Reading, byPair: ReadonlyMap<string, LinkerdDraft[]>): void {
  for (const { metric, value } of vector) {
    const part = metric['metric'];
    if ((part !== 'sum' && part !== 'count') || !reading.problems.usable(value, metric)) continue;
    const ends = reading.reader.read(metric);
    if (ends === undefined) continue;
    for (const { entry, share } of shares(reading.edges.carrying(ends, byPair))) {
      entry.draft[part === 'sum' ? 'latencySum' : 'latencyCount'] += value * share;
    }
  }
}

function shares(entries: readonly LinkerdDraft[]): { entry: LinkerdDraft; share: number }[] {
  const total = entries.reduce((sum, { draft }) => sum + draft.requests, 0);
  return total === 0 ? [] : entries.map((entry) => ({ entry, share: entry.draft.requests / total }));
}

function readBuckets(
  vector: Iterable<PromSample>,
  { reader, edges, problems }: Reading,
  byPair: ReadonlyMap<string, LinkerdDraft[]>,
): void {
  for (const { metric, value } of vector) {
    const bound = boundOf(metric['le']);
    if (!(value >= 0 && value < Infinity) || Number.isNaN(bound)) {
      problems.add('bad-value', metric, `${value} `);
      continue;
    }
    const ends = reader.read(metric);
    if (ends === undefined) continue;
    for (const { entry, share } of shares(edges.carrying(ends, byPair))) addBucket((entry.buckets ??= []), bound, value * share);
  }
}

function addTcp(entry: LinkerdDraft, part: string, value: number): void {
  const { draft } = entry;
  if (part === 'request') draft.sent += value;
  else if (part === 'response') draft.received += value;
  else draft.connections = (draft.connections ?? 0) + value;
}

const PARTS = new Set(['request', 'response', 'opened']);

function readTcp(
  vector: Iterable<PromSample>,
  { reader, edges, problems }: Reading,
  options: { byPair: ReadonlyMap<string, LinkerdDraft[]>; rateWindowSec: number },
): void {
  const secured = new Map<LinkerdDraft, Labels>();
  for (const { metric, value } of vector) {
    const part = metric['metric'] ?? '';
    if (!PARTS.has(part) || !problems.usable(value, metric)) continue;
    const ends = reader.read(metric);
    if (ends === undefined) continue;
    const http = shares(edges.carrying(ends, options.byPair));
    for (const { entry, share } of http) addTcp(entry, part, value * share);
    if (http.length > 0) continue;
    const entry = edges.entry(ends, 'tcp');
    addTcp(entry, part, value);
    if (part === 'opened') noteSecurity(entry, metric, value);
    else if (!secured.has(entry)) secured.set(entry, metric);
  }
  // A connection that is older than the window was not opened in it, and counts as one.
  for (const [entry, labels] of secured) {
    if (entry.draft.connections === undefined) noteSecurity(entry, labels, 1 / options.rateWindowSec);
  }
}

export function linkerdEdges(
  vectors: WindowVectors,
  options: { readonly cluster: string; readonly at: string; readonly rateWindowSec: number },
  { table, problems }: { table: EndpointTable; problems: ProblemLog },
): EdgeDraft[] {
  const edges = new LinkerdEdges();
  const reading = { reader: new LinkerdReader(table, options.cluster, problems), edges, problems };
  readResponses(vectors.linkerdResponses ?? [], reading);
  dropKnownInbound(edges);
  const byPair = edges.byPair();
  readLatency(vectors.linkerdLatency ?? [], reading, byPair);
  readBuckets(vectors.linkerdBuckets ?? [], reading, byPair);
  readTcp(vectors.linkerdTcp ?? [], reading, { byPair, rateWindowSec: options.rateWindowSec });
  return Array.from(edges.drafts.values(), ({ draft, buckets }) => {
    if (buckets !== undefined && buckets.some(([, rate]) => rate > 0)) {
      draft.latency = histogramOfBuckets(buckets, options.at);
      if (draft.latency === undefined) problems.add('broken-histogram', { source: draft.source.id, target: draft.target.id });
    }
    return draft;
  });
}
