import type { TopologyEdge, TopologyNode } from '@observatory/contracts';
import { AT, sample } from '../../test/rows.js';
import { buildGraph, deltaOfGraphs, diffGraphs, roundGraph, type MeshGraph } from '../index.js';
import { rounded } from './round.js';

const base = (): MeshGraph =>
  buildGraph({
    graph: 'workload',
    windowSec: 300,
    samples: [
      sample('shop/web', 'shop/cart', {
        requestsPerSecond: 100,
        errorsPerSecond: 1,
        sentBytesPerSecond: 10,
        receivedBytesPerSecond: 10,
        mutualTlsPerSecond: 100,
        connectionsPerSecond: 5,
        responses: [{ code: '200', flags: '-', outcome: 'ok', requestsPerSecond: 99.87654 }],
        latencySumMsPerSecond: 1000,
        latencyCountPerSecond: 100,
        latency: { upperBoundsMs: [10, 100], perSecond: [50, 50, 0], readAt: AT },
      }),
      sample('shop/cart', 'shop/db', { protocol: 'tcp', sentBytesPerSecond: 1 }),
    ],
  });
const withEdge = (change: (edge: TopologyEdge) => Partial<TopologyEdge>): MeshGraph => {
  const graph = base();
  return { ...graph, edges: graph.edges.map((edge) => (edge.protocol === 'http' ? { ...edge, ...change(edge) } : edge)) };
};
const withNode = (change: (node: TopologyNode) => Partial<TopologyNode>): MeshGraph => {
  const graph = base();
  return { ...graph, nodes: graph.nodes.map((node) => (node.name === 'cart' ? { ...node, ...change(node) } : node)) };
};

describe('rounded', () => {
  const check = (value: number, expected: number) => {
    expect(rounded(value)).toBe(expected);
    expect(rounded(expected)).toBe(expected);
  };
  it('keeps three digits', () => {
    check(0, 0);
    check(1234.5, 1230);
    check(0.123456, 0.123);
    check(99.96, 100);
    check(999.6, 1000);
    check(1000, 1000);
    check(0.0000123456, 0.0000123);
    check(987_654_321, 988_000_000);
    check(1.23456e-24, 1.23e-24);
    check(Infinity, Infinity);
    check(-1234, -1230);
  });
});

describe('diffGraphs', () => {
  const check = (after: MeshGraph, nodes: string[], edges: string[]) => {
    const diff = diffGraphs(base(), after);
    expect(diff.nodes.changed.flatMap(({ changes }) => changes)).toEqual(nodes);
    expect(diff.edges.changed.flatMap(({ changes }) => changes)).toEqual(edges);
    expect([diff.nodes.added, diff.nodes.removed, diff.edges.added, diff.edges.removed]).toEqual([[], [], [], []]);
  };
  it('sees no noise', () => {
    check(base(), [], []);
    check(
      withEdge(() => ({ requestsPerSecond: 109, errorRatio: 0.019, receivedBytesPerSecond: 10.9 })),
      [],
      [],
    );
    check(
      withEdge(() => ({ requestsPerSecond: 90 })),
      [],
      [],
    );
    check(
      withNode(({ in: rates }) => ({ in: { ...rates, bytesPerSecond: 20.005 }, position: { x: 1, y: 1 } })),
      [],
      [],
    );
  });
  it('names what changed on edges', () => {
    check(
      withEdge(() => ({ requestsPerSecond: 112 })),
      [],
      ['requestsPerSecond'],
    );
    check(
      withEdge(() => ({ errorRatio: 0.02, clientErrorRatio: null })),
      [],
      ['errorRatio', 'clientErrorRatio'],
    );
    check(
      withEdge(({ latencyMs }) => ({ latencyMs: { ...latencyMs!, mean: 12, p95: 300, p99: undefined } })),
      [],
      ['latencyMs.mean', 'latencyMs.p95', 'latencyMs.p99'],
    );
    check(
      withEdge(() => ({ latencyMs: undefined, sentBytesPerSecond: 0, receivedBytesPerSecond: 20, connectionsPerSecond: undefined })),
      [],
      ['latencyMs.mean', 'latencyMs.p95', 'latencyMs.p99', 'sentBytesPerSecond', 'receivedBytesPerSecond', 'connectionsPerSecond'],
    );
    check(
      withEdge(() => ({ mtls: { ratio: null, sourcePrincipal: 'x' } })),
      [],
      ['mtls.ratio', 'mtls.principals'],
    );
  });
  it('names what changed on nodes', () => {
    check(
      withNode(() => ({
        health: { state: 'failing', reasons: ['x'] },
        idle: true,
        mesh: 'none',
        version: 'v2',
        replicas: { desired: 1, ready: 1 },
      })),
      ['health', 'idle', 'mesh', 'version', 'replicas'],
      [],
    );
    check(
      withNode(() => ({ in: { requestsPerSecond: 1, errorRatio: null, bytesPerSecond: 1 } })),
      ['in.requestsPerSecond', 'in.errorRatio', 'in.bytesPerSecond'],
      [],
    );
    check(
      withNode(() => ({ out: { requestsPerSecond: 1, errorRatio: 0.5, bytesPerSecond: 9 } })),
      ['out.requestsPerSecond', 'out.errorRatio', 'out.bytesPerSecond'],
      [],
    );
  });
  it('has what came and went', () => {
    const { nodes, edges } = base();
    const diff = diffGraphs({ nodes: nodes.slice(1), edges: edges.slice(1) }, { nodes: nodes.slice(0, 2), edges: edges.slice(0, 1) });
    expect([diff.nodes.added, diff.nodes.removed, diff.edges.added, diff.edges.removed].map((list) => list.map(({ id }) => id))).toEqual([
      [nodes[0]!.id],
      [nodes[2]!.id],
      [edges[0]!.id],
      [edges[1]!.id],
    ]);
  });
});

describe('deltaOfGraphs', () => {
  const apply = (graph: MeshGraph, delta: ReturnType<typeof deltaOfGraphs>): MeshGraph => {
    const merged = <T extends { id: string }>(items: readonly T[], { upserted, removed }: { upserted: T[]; removed: string[] }) => {
      const byId = new Map(items.map((item) => [item.id, item]));
      for (const item of upserted) byId.set(item.id, item);
      for (const id of removed) byId.delete(id);
      return [...byId.values()];
    };
    return { nodes: merged(graph.nodes, delta.nodes), edges: merged(graph.edges, delta.edges) };
  };
  const check = (before: MeshGraph | undefined, after: MeshGraph, expected: [number, number, number, number]) => {
    const delta = deltaOfGraphs(before, after);
    expect([delta.nodes.upserted.length, delta.nodes.removed.length, delta.edges.upserted.length, delta.edges.removed.length]).toEqual(
      expected,
    );
    expect(apply(before ?? { nodes: [], edges: [] }, delta)).toEqual(after);
  };
  const graph = roundGraph(base());
  it('is all for who has nothing, nothing for who has all', () => {
    check(undefined, graph, [3, 0, 2, 0]);
    check(graph, roundGraph(base()), [0, 0, 0, 0]);
    check(graph, { nodes: [], edges: [] }, [0, 3, 0, 2]);
  });
  it('has what differs after rounding', () => {
    check(graph, roundGraph(withEdge(() => ({ requestsPerSecond: 100.4 }))), [0, 0, 0, 0]);
    check(graph, roundGraph(withEdge(() => ({ requestsPerSecond: 100.6 }))), [0, 0, 1, 0]);
    check(graph, roundGraph(withEdge(() => ({ responses: [] }))), [0, 0, 1, 0]);
    check(graph, roundGraph(withNode(() => ({ health: { state: 'degraded', reasons: [] } }))), [1, 0, 0, 0]);
    check(graph, roundGraph(withNode(() => ({ position: { x: 1, y: 2 } }))), [1, 0, 0, 0]);
  });
  it('tells of quantiles read again with the same result once they would look a minute too old', () => {
    const readAt = (at: string) => roundGraph(withEdge(({ latencyMs }) => ({ latencyMs: { ...latencyMs!, quantilesAt: at } })));
    expect(deltaOfGraphs(graph, readAt('2026-03-01T10:00:59.000Z')).edges.upserted).toEqual([]);
    check(graph, readAt('2026-03-01T10:01:00.000Z'), [0, 0, 1, 0]);
    check(graph, roundGraph(withEdge(({ latencyMs }) => ({ latencyMs: { mean: latencyMs!.mean } }))), [0, 0, 1, 0]);
  });
});

it('roundGraph rounds every number that is a measure', () => {
  const [edge] = roundGraph(base()).edges;
  expect(edge).toMatchObject({
    responses: [{ requestsPerSecond: 99.9 }],
    latencyMs: { mean: 10, p50: 10, p95: 91, p99: 98.2 },
    errorRatio: 0.01,
  });
});
