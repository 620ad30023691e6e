/**
 * How much goes in and out of each workload, namespace and mesh in one window?
 * Sums of the edges' rates; a namespace's `in` is what reaches its workloads from anywhere, the mesh counts each edge once.
 * Invariant: latency histograms are summed only where their bounds are equal; none is scaled up for edges without one.
 */
import { nodeId, type EdgeSample, type EndpointIdentity } from '@observatory/contracts';

export interface Traffic {
  requestsPerSecond: number;
  errorsPerSecond: number;
  clientErrorsPerSecond: number;
  latencySumMsPerSecond?: number;
  latencyCountPerSecond?: number;
  sentBytesPerSecond: number;
  receivedBytesPerSecond: number;
  connectionsPerSecond?: number;
  mutualTlsPerSecond: number;
  plaintextPerSecond: number;
  upperBoundsMs?: readonly number[];
  bucketsPerSecond?: number[];
}

export interface NodeTotals {
  id: string;
  direction: 'in' | 'out';
  kind: string;
  cluster: string;
  namespace: string;
  name: string;
  traffic: Traffic;
}

const nothing = (): Traffic => ({
  requestsPerSecond: 0,
  errorsPerSecond: 0,
  clientErrorsPerSecond: 0,
  sentBytesPerSecond: 0,
  receivedBytesPerSecond: 0,
  mutualTlsPerSecond: 0,
  plaintextPerSecond: 0,
});

/** Id of what is no node of a graph: a namespace, or the mesh that one source sees. */
export const namespaceId = (cluster: string, namespace: string): string => `namespace ${cluster} ${namespace}`;
export const meshId = (cluster: string): string => `mesh ${cluster}`;

/**
 * `isOurs` tells whether this source counts for a cluster: where clusters have a Prometheus each, both ends' see an edge
 * between them, and each counts only its own end. The mesh total takes the edges whose target is ours.
 */
export function nodeTotals(edges: readonly EdgeSample[], source: string, isOurs: (cluster: string) => boolean): NodeTotals[] {
  const totals = new Map<string, NodeTotals>();
  const add = (direction: 'in' | 'out', node: Omit<NodeTotals, 'direction' | 'traffic'>, edge: EdgeSample) => {
    const key = direction + node.id;
    let known = totals.get(key);
    if (!known) totals.set(key, (known = { ...node, direction, traffic: nothing() }));
    addEdge(known.traffic, edge);
  };
  for (const edge of edges) {
    if (isOurs(edge.source.cluster)) {
      add('out', nodeOf(edge.source), edge);
      add('out', namespaceOf(edge.source), edge);
    }
    if (!isOurs(edge.target.cluster)) continue;
    add('in', nodeOf(edge.target), edge);
    add('in', namespaceOf(edge.target), edge);
    add('in', { id: meshId(source), kind: 'mesh', cluster: source, namespace: '', name: source }, edge);
  }
  return [...totals.values()];
}

function nodeOf({ kind, cluster, namespace, name }: EndpointIdentity) {
  return { id: nodeId(kind, cluster, namespace, name), kind, cluster, namespace, name };
}

function namespaceOf({ cluster, namespace }: EndpointIdentity) {
  return { id: namespaceId(cluster, namespace), kind: 'namespace', cluster, namespace, name: namespace };
}

function addEdge(traffic: Traffic, edge: EdgeSample): void {
  traffic.requestsPerSecond += edge.requestsPerSecond;
  traffic.errorsPerSecond += edge.errorsPerSecond;
  traffic.clientErrorsPerSecond += edge.clientErrorsPerSecond;
  traffic.sentBytesPerSecond += edge.sentBytesPerSecond;
  traffic.receivedBytesPerSecond += edge.receivedBytesPerSecond;
  traffic.mutualTlsPerSecond += edge.mutualTlsPerSecond;
  traffic.plaintextPerSecond += edge.plaintextPerSecond;
  if (edge.latencyCountPerSecond !== undefined) {
    traffic.latencySumMsPerSecond = (traffic.latencySumMsPerSecond ?? 0) + (edge.latencySumMsPerSecond ?? 0);
    traffic.latencyCountPerSecond = (traffic.latencyCountPerSecond ?? 0) + edge.latencyCountPerSecond;
  }
  if (edge.connectionsPerSecond !== undefined)
    traffic.connectionsPerSecond = (traffic.connectionsPerSecond ?? 0) + edge.connectionsPerSecond;
  if (edge.latency) addBuckets(traffic, edge.latency);
}

function addBuckets(traffic: Traffic, { upperBoundsMs, perSecond }: NonNullable<EdgeSample['latency']>): void {
  if (!traffic.bucketsPerSecond || !traffic.upperBoundsMs) {
    traffic.upperBoundsMs = upperBoundsMs;
    traffic.bucketsPerSecond = [...perSecond];
    return;
  }
  if (!sameBounds(traffic.upperBoundsMs, upperBoundsMs)) return;
  for (let index = 0; index < perSecond.length; index += 1) traffic.bucketsPerSecond[index]! += perSecond[index]!;
}

const sameBounds = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));
