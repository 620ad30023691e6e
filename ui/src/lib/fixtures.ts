/** Smallest valid nodes and edges, for specs of the models. */
import type { TopologyEdge, TopologyNode } from '@observatory/contracts';

export function aNode(change: Partial<TopologyNode> = {}): TopologyNode {
  const name = change.name ?? 'cart';
  const namespace = change.namespace ?? 'shop';
  return {
    id: `workload~east~${namespace}~${name}`,
    kind: 'workload',
    cluster: 'east',
    namespace,
    name,
    mesh: 'istio',
    idle: false,
    health: { state: 'healthy', reasons: [] },
    in: { requestsPerSecond: 10, errorRatio: 0, bytesPerSecond: 0 },
    out: { requestsPerSecond: 0, errorRatio: null, bytesPerSecond: 0 },
    ...change,
  };
}

export function anEdge(change: Partial<TopologyEdge> = {}): TopologyEdge {
  const source = change.source ?? 'workload~east~shop~web';
  const target = change.target ?? 'workload~east~shop~cart';
  return {
    id: `${source}~~${target}~~http`,
    source,
    target,
    protocol: 'http',
    requestsPerSecond: 10,
    errorRatio: 0,
    clientErrorRatio: 0,
    responses: [],
    sentBytesPerSecond: 100,
    receivedBytesPerSecond: 1000,
    mtls: { ratio: 1 },
    reporters: ['source', 'destination'],
    ...change,
  };
}
