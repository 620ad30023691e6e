/** Each message goes through its real proto definition, there and back, and holds the same facts. */
import { loadSync } from '@grpc/proto-loader';
import {
  topologyQuery,
  type ClusterInfo,
  type Topology,
  type TopologyDelta,
  type TopologyDiff,
  type TopologyEdge,
  type TopologyNode,
} from '@observatory/contracts';
import { PROTO_ROOT, protoFile } from '@observatory/proto';
import { clusterToProto, deltaToProto, diffToProto, queryFromProto, topologyToProto } from './graph.mapper.js';

const definition = loadSync(protoFile('topology'), {
  includeDirs: [PROTO_ROOT],
  keepCase: false,
  longs: Number,
  enums: String,
  defaults: false,
  arrays: true,
  oneofs: false,
});
const service = definition['observatory.topology.v1.TopologyService'] as unknown as Record<
  string,
  {
    responseSerialize(message: object): Buffer;
    responseDeserialize(bytes: Buffer): object;
    requestSerialize(message: object): Buffer;
    requestDeserialize(bytes: Buffer): object;
  }
>;

const reply = (method: string, message: object) => service[method]?.responseDeserialize(service[method].responseSerialize(message));
const request = (method: string, message: object) => service[method]?.requestDeserialize(service[method].requestSerialize(message));

/** What the contract says with null, proto says by leaving out. */
const facts = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, field: unknown) => (field === null ? undefined : field)));

const at = '2026-01-01T12:00:00.000Z';
const sources = [
  { name: 'Prometheus', cluster: 'east', freshAt: at, state: 'fresh' as const },
  { name: 'Kubernetes', cluster: 'east', freshAt: null, state: 'down' as const, detail: 'not read yet' },
];
const node: TopologyNode = {
  id: 'workload~east~shop~cart',
  kind: 'workload',
  cluster: 'east',
  namespace: 'shop',
  name: 'cart',
  app: 'cart',
  version: 'v2',
  services: ['cart'],
  mesh: 'istio',
  role: 'gateway',
  idle: false,
  replicas: { desired: 3, ready: 2 },
  health: { state: 'degraded', reasons: ['2 of 3 replicas are ready'] },
  in: { requestsPerSecond: 4.5, errorRatio: 0.25, bytesPerSecond: 12 },
  out: { requestsPerSecond: 0, errorRatio: null, bytesPerSecond: 0 },
  explanation: 'why',
  serviceAccount: 'cart',
  position: { x: 1.25, y: -2 },
};
const bare: TopologyNode = {
  id: 'unknown~east~~unknown',
  kind: 'unknown',
  cluster: 'east',
  namespace: '',
  name: 'unknown',
  mesh: 'none',
  idle: true,
  health: { state: 'unknown', reasons: [] },
  in: { requestsPerSecond: 0, errorRatio: null, bytesPerSecond: 0 },
  out: { requestsPerSecond: 1, errorRatio: 0, bytesPerSecond: 0 },
};
const edge: TopologyEdge = {
  id: 'a~~b~~http',
  source: 'a',
  target: 'b',
  destinationService: { cluster: 'east', namespace: 'shop', name: 'cart', host: 'cart.shop' },
  protocol: 'http',
  requestsPerSecond: 4,
  errorRatio: 0.5,
  clientErrorRatio: 0,
  responses: [
    { code: '200', flags: '-', requestsPerSecond: 2 },
    { code: '200', grpcStatus: '14', flags: 'UF', requestsPerSecond: 2 },
  ],
  latencyMs: { mean: 12, p50: 10, p95: 20, p99: 30, quantilesAt: at },
  sentBytesPerSecond: 1,
  receivedBytesPerSecond: 2,
  connectionsPerSecond: 0.5,
  mtls: { ratio: 1, sourcePrincipal: 'spiffe://x/ns/a/sa/a', destinationPrincipal: 'spiffe://x/ns/b/sa/b' },
  reporters: ['source', 'destination'],
};
const tcp: TopologyEdge = {
  id: 'a~~c~~tcp',
  source: 'a',
  target: 'c',
  protocol: 'tcp',
  requestsPerSecond: 0,
  errorRatio: null,
  clientErrorRatio: null,
  responses: [],
  sentBytesPerSecond: 1,
  receivedBytesPerSecond: 2,
  mtls: { ratio: null },
  reporters: ['source'],
};

/** Empty lists are absent on the wire, and so are services that nobody has. */
const wire = (value: object) => facts(value);

describe('replies', () => {
  it('Topology', () => {
    const topology: Topology = { generatedAt: at, sources, at, windowSec: 300, graph: 'workload', nodes: [node, bare], edges: [edge, tcp] };
    expect(reply('GetTopology', topologyToProto(topology))).toEqual(wire({ ...topology, nodes: [node, { ...bare, services: [] }] }));
  });

  it('TopologyDiff', () => {
    const diff: TopologyDiff = {
      generatedAt: at,
      sources,
      from: at,
      to: at,
      windowSec: 300,
      graph: 'app',
      nodes: {
        added: [node],
        removed: [],
        changed: [{ id: node.id, before: node, after: { ...node, version: 'v3' }, changes: ['version'] }],
      },
      edges: { added: [], removed: [tcp], changed: [{ id: edge.id, before: edge, after: edge, changes: ['errorRatio'] }] },
    };
    expect(reply('DiffTopology', diffToProto(diff))).toEqual(wire(diff));
  });

  it('TopologyDelta', () => {
    const delta: TopologyDelta = {
      at,
      previousAt: null,
      windowSec: 300,
      sources,
      chunk: { index: 1, count: 2 },
      nodes: { upserted: [node], removed: ['gone'] },
      edges: { upserted: [edge], removed: ['cut'] },
    };
    expect(reply('WatchTopology', deltaToProto(delta))).toEqual(wire(delta));
    expect(reply('WatchTopology', deltaToProto({ ...delta, previousAt: at }))).toMatchObject({ previousAt: at });
  });

  it('ListClustersResponse', () => {
    const cluster: ClusterInfo = {
      name: 'east',
      provisional: true,
      meshes: ['istio', 'linkerd'],
      trustDomain: null,
      rootNamespace: 'istio-system',
      namespaces: ['shop'],
      sources,
      kinds: [{ apiVersion: 'apps/v1', kind: 'Deployment', state: 'forbidden', objects: 3, since: at, detail: 'no' }],
    };
    expect(reply('ListClusters', { generatedAt: at, sources: [], clusters: [clusterToProto(cluster)] })).toMatchObject({
      clusters: [wire(cluster)],
    });
    expect(clusterToProto({ ...cluster, trustDomain: 'x' }).trustDomain).toBe('x');
  });
});

describe('requests', () => {
  it.each([
    [{}, {}],
    [
      { graph: 'app', namespaces: ['a', 'b'], cluster: 'east', windowSec: 60, at, idle: false },
      { graph: 'app', namespaces: ['a', 'b'], cluster: 'east', windowSec: 60, at, idle: false },
    ],
    [{ graph: '', cluster: '', windowSec: 0, at: '' }, {}],
  ])('%j asks the same as over NATS', (sent, asked) => {
    const received = request('GetTopology', sent) as Parameters<typeof queryFromProto>[0];
    expect(topologyQuery.parse(queryFromProto(received))).toEqual(topologyQuery.parse(asked));
  });
});
