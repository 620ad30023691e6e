/** One answer of each kind, by the contract. */
import {
  edgeId,
  nodeId,
  type ClusterList,
  type EdgeSeriesReply,
  type OverviewReply,
  type ServiceName,
  type ServiceStatus,
  type SourceFreshness,
  type Topology,
  type TopologyDelta,
  type TopologyDiff,
  type TopologyEdge,
  type TopologyExportReply,
  type TopologyNode,
  type TrafficSeries,
  type WindowStored,
  type WorkloadSeriesReply,
} from '@observatory/contracts';

export const AT = '2026-06-03T14:02:30.000Z';
const BEFORE = '2026-06-03T14:02:00.000Z';

export const prometheus: SourceFreshness = { name: 'prometheus', cluster: 'east', freshAt: AT, state: 'fresh' };
const kubernetes: SourceFreshness = { name: 'kubernetes', cluster: 'east', freshAt: null, state: 'down', detail: 'connection refused' };

const rates = { requestsPerSecond: 12.5, errorRatio: 0.01, bytesPerSecond: 2048 };

export function node(namespace: string, name: string): TopologyNode {
  const id = nodeId('workload', 'east', namespace, name);
  return {
    id,
    kind: 'workload',
    cluster: 'east',
    namespace,
    name,
    mesh: 'istio',
    idle: false,
    health: { state: 'healthy', reasons: [] },
    in: rates,
    out: rates,
  };
}

export function edge(source: TopologyNode, target: TopologyNode): TopologyEdge {
  return {
    id: edgeId(source.id, target.id, 'http'),
    source: source.id,
    target: target.id,
    protocol: 'http',
    requestsPerSecond: 12.5,
    errorRatio: 0.01,
    clientErrorRatio: 0,
    responses: [{ code: '200', flags: '-', requestsPerSecond: 12.5 }],
    latencyMs: { mean: 12, p95: 40 },
    sentBytesPerSecond: 1024,
    receivedBytesPerSecond: 1024,
    mtls: { ratio: 1 },
    reporters: ['source', 'destination'],
  };
}

const cart = node('shop', 'cart');
const payments = node('payments', 'api');
export const EDGE = edge(cart, payments);

export function graph(edges = 1): Topology {
  const many = Array.from({ length: edges - 1 }, (_, index) => edge(cart, node('bulk', `w${index}`)));
  return {
    generatedAt: AT,
    at: AT,
    windowSec: 300,
    graph: 'workload',
    sources: [prometheus, kubernetes],
    nodes: [cart, payments],
    edges: [EDGE, ...many],
  };
}

export function diff(): TopologyDiff {
  const change = { id: EDGE.id, before: EDGE, after: { ...EDGE, errorRatio: 0.5 }, changes: ['errorRatio'] };
  return {
    generatedAt: AT,
    from: BEFORE,
    to: AT,
    windowSec: 300,
    graph: 'workload',
    sources: [prometheus],
    nodes: { added: [cart], removed: [], changed: [] },
    edges: { added: [], removed: [], changed: [change] },
  };
}

export function exported(): TopologyExportReply {
  return { contentType: 'text/csv; charset=utf-8', fileName: 'topology "x".csv', text: 'source,target\r\ncart,payments\r\n' };
}

export function clusters(): ClusterList {
  return {
    generatedAt: AT,
    sources: [prometheus],
    clusters: [
      {
        name: 'east',
        provisional: false,
        meshes: ['istio'],
        trustDomain: 'cluster.local',
        rootNamespace: 'istio-system',
        namespaces: ['shop', 'payments'],
        sources: [prometheus],
        kinds: [],
      },
    ],
  };
}

function series(): TrafficSeries {
  const column = [1, null];
  const ratio = [0.5, null];
  return {
    at: [BEFORE, AT],
    requestsPerSecond: column,
    errorRatio: ratio,
    clientErrorRatio: ratio,
    latencyMsMean: column,
    latencyMsP50: column,
    latencyMsP95: column,
    latencyMsP99: column,
    sentBytesPerSecond: column,
    receivedBytesPerSecond: column,
    connectionsPerSecond: column,
    mtlsRatio: ratio,
  };
}
const span = { generatedAt: AT, sources: [prometheus], from: BEFORE, to: AT, stepSec: 30, resolution: 'raw' as const };

export function overview(): OverviewReply {
  const now = {
    requestsPerSecond: 1,
    errorRatio: 0,
    latencyMsMean: null,
    latencyMsP50: null,
    latencyMsP95: null,
    latencyMsP99: null,
    bytesPerSecond: 1,
    mtlsRatio: 1,
  };
  return { ...span, now, mesh: series(), namespaces: [{ cluster: 'east', namespace: 'shop', traffic: series() }] };
}

export function workloadSeries(): WorkloadSeriesReply {
  return { ...span, id: cart.id, in: series(), out: series() };
}

export function edgeSeries(): EdgeSeriesReply {
  return { ...span, id: EDGE.id, traffic: series() };
}

export function status(service: ServiceName): ServiceStatus {
  return {
    service,
    instance: `${service}-1`,
    version: '0.1.0',
    startedAt: BEFORE,
    state: 'up',
    dependencies: [{ name: 'nats', state: 'up', since: BEFORE }],
    sources: service === 'metrics' ? [prometheus] : [],
    figures: { residentMemoryBytes: 1e8 },
  };
}

export function delta(at: string, namespaces: [string, string] = ['shop', 'payments']): TopologyDelta {
  const [source, target] = namespaces.map((namespace) => node(namespace, 'w')) as [TopologyNode, TopologyNode];
  return {
    at,
    previousAt: null,
    windowSec: 300,
    sources: [prometheus],
    chunk: { index: 0, count: 1 },
    nodes: { upserted: [source, target], removed: [] },
    edges: { upserted: [edge(source, target)], removed: [] },
  };
}

export function storedWindow(at: string): WindowStored {
  return { cluster: 'east', at, windowSec: 30, edges: 2, backfilled: false, sources: [prometheus] };
}
