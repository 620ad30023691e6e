/** Small graphs for specs: every field that a test does not name has a quiet default. */
import { edgeId, nodeId, type Topology, type TopologyEdge, type TopologyNode } from '@observatory/contracts';

const QUIET = { requestsPerSecond: 0, errorRatio: null, bytesPerSecond: 0 };

/** `shop/cart` is the workload cart in namespace shop of cluster demo. */
export function node(path: string, fields: Partial<TopologyNode> = {}): TopologyNode {
  const [namespace = '', name = ''] = path.split('/');
  const kind = fields.kind ?? 'workload';
  const cluster = fields.cluster ?? 'demo';
  return {
    id: nodeId(kind, cluster, namespace, name),
    kind,
    cluster,
    namespace,
    name,
    mesh: 'istio',
    idle: false,
    health: { state: 'healthy', reasons: [] },
    in: QUIET,
    out: QUIET,
    ...fields,
  };
}

export function edge(source: TopologyNode, target: TopologyNode, fields: Partial<TopologyEdge> = {}): TopologyEdge {
  const protocol = fields.protocol ?? 'http';
  return {
    id: edgeId(source.id, target.id, protocol),
    source: source.id,
    target: target.id,
    protocol,
    requestsPerSecond: 10,
    errorRatio: 0,
    clientErrorRatio: 0,
    responses: [],
    sentBytesPerSecond: 0,
    receivedBytesPerSecond: 0,
    mtls: { ratio: 1 },
    reporters: ['source', 'destination'],
    ...fields,
  };
}

export function topology(nodes: TopologyNode[], edges: TopologyEdge[], fields: Partial<Topology> = {}): Topology {
  const at = '2026-09-01T12:00:00.000Z';
  return { generatedAt: at, at, windowSec: 300, graph: 'workload', sources: [], nodes, edges, ...fields };
}
