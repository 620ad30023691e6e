/**
 * What did a window say of each edge and node of the map? Samples of one pair and protocol are one edge; a node's numbers are
 * those of what reaches it. Denials and wrong credentials are taken out of errors: they are looked at apart.
 * Invariants: rates per second; NaN is "not known"; quantiles are there only where they were read in this window.
 */
import { edgeId, nodeId, type EdgeSample, type EndpointIdentity, type LatencyHistogram, type ResponseRate } from '@observatory/contracts';
import { mergeAllHistograms, quantile } from '@observatory/mesh';

export interface Traffic {
  requests: number;
  errors: number;
  clientErrors: number;
  latencySumMs: number;
  latencyCount: number;
  latencyP50: number;
  latencyP95: number;
  latencyP99: number;
  /** Source to target; of a node: what reaches it. */
  sentBytes: number;
  receivedBytes: number;
  connections: number;
  mutualTls: number;
  plaintext: number;
  denied: number;
  unauthorized: number;
  notFound: number;
  refused: number;
  overloaded: number;
}

export interface EdgeFacts extends Traffic {
  readonly id: string;
  readonly source: EndpointIdentity;
  readonly target: EndpointIdentity;
  readonly sourceId: string;
  readonly targetId: string;
  readonly protocol: EdgeSample['protocol'];
  sourcePrincipal: string | undefined;
}
export interface NodeFacts extends Traffic {
  readonly id: string;
  readonly identity: EndpointIdentity;
}
export interface WindowFacts {
  readonly cluster: string;
  readonly atMs: number;
  readonly windowSec: number;
  readonly ratesAreLow: boolean;
  readonly edges: EdgeFacts[];
  readonly nodes: NodeFacts[];
}

export const noTraffic = (): Traffic => ({
  requests: 0,
  errors: 0,
  clientErrors: 0,
  latencySumMs: 0,
  latencyCount: 0,
  latencyP50: Number.NaN,
  latencyP95: Number.NaN,
  latencyP99: Number.NaN,
  sentBytes: 0,
  receivedBytes: 0,
  connections: 0,
  mutualTls: 0,
  plaintext: 0,
  denied: 0,
  unauthorized: 0,
  notFound: 0,
  refused: 0,
  overloaded: 0,
});

const REFUSED = /\b(UF|UH|CONNECT|NC)\b/;
const OVERLOADED = /\b(UO|RL|OM|UDO|DO)\b/;
const DENIED = /\b(UAEX|DENY)\b/;

/** Policy and access control answer 403 and gRPC 7 without a flag (Envoy RBAC); 401 and 16 are credentials; 404 and 5 what is not there. */
function addResponse(traffic: Traffic, { code, grpcStatus, flags, requestsPerSecond: rate, outcome }: ResponseRate): void {
  if (code === '403' || grpcStatus === '7' || grpcStatus === 'PERMISSION_DENIED' || DENIED.test(flags)) {
    traffic.denied += rate;
    if (outcome === 'error') traffic.errors -= rate;
    if (outcome === 'clientError') traffic.clientErrors -= rate;
  } else if (code === '401' || grpcStatus === '16') {
    traffic.unauthorized += rate;
    if (outcome === 'error') traffic.errors -= rate;
    if (outcome === 'clientError') traffic.clientErrors -= rate;
  } else if (code === '404' || grpcStatus === '5') traffic.notFound += rate;
  if (REFUSED.test(flags)) traffic.refused += rate;
  if (code === '429' || OVERLOADED.test(flags)) traffic.overloaded += rate;
}

function addSample(traffic: Traffic, sample: EdgeSample): void {
  traffic.requests += sample.requestsPerSecond;
  traffic.errors += sample.errorsPerSecond;
  traffic.clientErrors += sample.clientErrorsPerSecond;
  traffic.latencySumMs += sample.latencySumMsPerSecond ?? 0;
  traffic.latencyCount += sample.latencyCountPerSecond ?? 0;
  traffic.sentBytes += sample.sentBytesPerSecond;
  traffic.receivedBytes += sample.receivedBytesPerSecond;
  traffic.connections += sample.connectionsPerSecond ?? 0;
  traffic.mutualTls += sample.mutualTlsPerSecond;
  traffic.plaintext += sample.plaintextPerSecond;
  for (const response of sample.responses) addResponse(traffic, response);
}

/** Quantiles need so many requests (anomaly research §2.5): fewer say nothing. */
export const QUANTILE_MIN_REQUESTS = 30;

function setQuantiles(traffic: Traffic, histograms: readonly LatencyHistogram[], windowSec: number): void {
  if (histograms.length === 0 || traffic.latencyCount * windowSec < QUANTILE_MIN_REQUESTS) return;
  const merged = histograms.length === 1 ? histograms[0] : mergeAllHistograms(histograms);
  if (!merged) return;
  traffic.latencyP50 = quantile(merged, 0.5) ?? Number.NaN;
  traffic.latencyP95 = quantile(merged, 0.95) ?? Number.NaN;
  traffic.latencyP99 = quantile(merged, 0.99) ?? Number.NaN;
}

export interface Window {
  readonly cluster: string;
  readonly atMs: number;
  readonly windowSec: number;
  /** Rates reach into a time without samples: they are too low, and say nothing of how much went on. Shares and latency do. */
  readonly ratesAreLow?: boolean;
  readonly edges: readonly EdgeSample[];
}

interface Entry<T> {
  facts: T;
  histograms: LatencyHistogram[];
}

export function windowFacts({ cluster, atMs, windowSec, ratesAreLow = false, edges }: Window): WindowFacts {
  const edgeEntries = new Map<string, Entry<EdgeFacts>>();
  const nodeEntries = new Map<string, Entry<NodeFacts>>();
  const ids = new Map<EndpointIdentity, string>();
  const node = (identity: EndpointIdentity): Entry<NodeFacts> => {
    let id = ids.get(identity);
    if (id === undefined) ids.set(identity, (id = nodeId(identity.kind, identity.cluster, identity.namespace, identity.name)));
    let entry = nodeEntries.get(id);
    if (!entry) nodeEntries.set(id, (entry = { facts: { ...noTraffic(), id, identity }, histograms: [] }));
    return entry;
  };
  const readSince = atMs - windowSec * 1000;
  for (const sample of edges) {
    const [source, target] = [node(sample.source), node(sample.target)];
    const id = edgeId(source.facts.id, target.facts.id, sample.protocol);
    let edge = edgeEntries.get(id);
    if (!edge) {
      const ends = { source: sample.source, target: sample.target, sourceId: source.facts.id, targetId: target.facts.id };
      const facts = { ...noTraffic(), id, ...ends, protocol: sample.protocol, sourcePrincipal: sample.sourcePrincipal };
      edgeEntries.set(id, (edge = { facts, histograms: [] }));
    }
    addSample(edge.facts, sample);
    addSample(target.facts, sample);
    edge.facts.sourcePrincipal ??= sample.sourcePrincipal;
    if (sample.latency && Date.parse(sample.latency.readAt) > readSince) {
      edge.histograms.push(sample.latency);
      target.histograms.push(sample.latency);
    }
  }
  for (const { facts, histograms } of edgeEntries.values()) setQuantiles(facts, histograms, windowSec);
  for (const { facts, histograms } of nodeEntries.values()) setQuantiles(facts, histograms, windowSec);
  return {
    cluster,
    atMs,
    windowSec,
    ratesAreLow,
    edges: Array.from(edgeEntries.values(), ({ facts }) => facts),
    nodes: Array.from(nodeEntries.values(), ({ facts }) => facts),
  };
}
