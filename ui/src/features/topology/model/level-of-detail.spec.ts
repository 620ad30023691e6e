import type { TopologyNode } from '@observatory/contracts';
import { levelOfDetail, mapEdge, namespaceKey, openNamespaces, type OpenOptions } from './level-of-detail.js';
import { edge, node, topology } from './test-graph.js';

const rates = (requestsPerSecond: number, errorRatio: number | null) => ({ requestsPerSecond, errorRatio, bytesPerSecond: 100 });
const cart = node('shop/cart', { in: rates(30, 0.1), health: { state: 'degraded', reasons: [] } });
const pay = node('shop/pay', { in: rates(10, null), health: { state: 'idle', reasons: [] } });
const web = node('edge/web', { in: rates(5, 0) });
const outside = node('/maps', { kind: 'external', health: { state: 'unknown', reasons: [] } });
const graph = topology([cart, pay, web, outside], [edge(web, cart), edge(web, pay), edge(cart, pay), edge(pay, outside)]);

const ids = (items: { id: string }[]) => items.map(({ id }) => id).sort();

describe('levelOfDetail', () => {
  it('draws open namespaces node by node', () => {
    const view = levelOfDetail(graph, { open: new Set(graph.nodes.map(namespaceKey)) });
    expect(ids(view.nodes)).toEqual(ids(graph.nodes));
    expect(ids(view.edges)).toEqual(ids(graph.edges));
    expect(view.omitted).toEqual({ edges: 0, requestsPerSecond: 0 });
  });

  it('closes a namespace into one node with its sums, and sums its edges', () => {
    const view = levelOfDetail(graph, { open: new Set(['demo/edge']) });
    const shop = view.nodes.find(({ name }) => name === 'shop');
    expect(shop).toMatchObject({
      kind: 'namespace',
      members: 2,
      degraded: 1,
      health: 'degraded',
      requestsPerSecond: 40,
      errorRatio: 0.1,
      bytesPerSecond: 200,
      idle: false,
    });
    expect(view.nodes.map(({ name }) => name).sort()).toEqual(['outside the mesh', 'shop', 'web']);
    expect(view.inside).toBe(1);
    const incoming = view.edges.find(({ source }) => source === web.id);
    expect(incoming).toMatchObject({ id: `${web.id}~~namespace~demo/shop`, requestsPerSecond: 20 });
    expect(incoming?.edges).toHaveLength(2);
  });

  it('leaves out edges whose ends are not there', () => {
    expect(levelOfDetail(topology([web], graph.edges), { open: new Set(['demo/edge']) }).edges).toEqual([]);
  });

  it('draws edges with errors first, then busy ones, and counts the rest', () => {
    const nodes: TopologyNode[] = Array.from({ length: 40 }, (_, index) => node(`big/n${index}`));
    const edges = nodes.flatMap((source, i) =>
      nodes.map((target, j) => edge(source, target, { requestsPerSecond: i * 40 + j + 1, errorRatio: i === 0 && j === 1 ? 1 : 0 })),
    );
    const open = new Set(['demo/big']);
    const view = levelOfDetail(topology(nodes, edges), { open });
    expect(view.edges).toHaveLength(160);
    expect(view.edges[0]).toMatchObject({ errorsPerSecond: 2 });
    expect(view.edges[1]?.requestsPerSecond).toBe(1600);
    expect(view.omitted.edges).toBe(1440);
    const total = edges.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
    const drawn = view.edges.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
    expect(view.omitted.requestsPerSecond).toBeCloseTo(total - drawn);

    const quiet = edges[0] as (typeof edges)[0];
    expect(levelOfDetail(topology(nodes, edges), { open, keep: new Set([quiet.id]) }).edges[0]?.id).toBe(quiet.id);
    const seen = nodes[3] as TopologyNode;
    const near = levelOfDetail(topology(nodes, edges), { open, inView: (id) => id === seen.id, maxEdges: 79 });
    expect(near.edges.every(({ source, target }) => source === seen.id || target === seen.id)).toBe(true);
  });

  it('never draws more than a thousand edges', () => {
    const nodes = Array.from({ length: 290 }, (_, index) => node(`big/n${index}`));
    const edges = nodes.flatMap((source, i) => [1, 2, 3, 4, 5, 6, 7].map((step) => edge(source, nodes[(i + step) % 290] as TopologyNode)));
    expect(levelOfDetail(topology(nodes, edges), { open: new Set(['demo/big']) }).edges.length).toBe(1000);
  });
});

describe('mapEdge', () => {
  const sum = (...edges: ReturnType<typeof edge>[]) => mapEdge('x', 'a', 'b', edges);

  it('weighs shares by requests and never adds quantiles', () => {
    const summed = sum(
      edge(web, cart, { requestsPerSecond: 30, errorRatio: 0.1, latencyMs: { mean: 10, p95: 20 }, mtls: { ratio: 1 } }),
      edge(web, pay, { requestsPerSecond: 10, errorRatio: null, latencyMs: { mean: 50, p95: 90 }, mtls: { ratio: 0 }, protocol: 'grpc' }),
    );
    expect(summed).toMatchObject({
      errorRatio: 0.1,
      latencyMsMean: 20,
      latencyMsP95: null,
      mtlsRatio: 0.75,
      mtlsPartial: true,
      protocol: 'mixed',
    });
  });

  it('keeps what is not known apart from plain text', () => {
    expect(sum(edge(web, cart, { mtls: { ratio: null } }))).toMatchObject({ mtlsRatio: null, mtlsPartial: false });
    expect(sum(edge(web, cart, { mtls: { ratio: 0 } }))).toMatchObject({ mtlsRatio: 0, mtlsPartial: false });
    expect(sum(edge(web, cart), edge(web, pay, { mtls: { ratio: null } }))).toMatchObject({ mtlsRatio: 1, mtlsPartial: true });
  });

  it('one edge keeps its figures, with or without requests', () => {
    const tcp = edge(web, cart, {
      protocol: 'tcp',
      requestsPerSecond: 0,
      errorRatio: null,
      sentBytesPerSecond: 5,
      receivedBytesPerSecond: 6,
      connectionsPerSecond: 2,
      mtls: { ratio: 0.5 },
    });
    expect(sum(tcp)).toMatchObject({
      errorRatio: null,
      bytesPerSecond: 11,
      connectionsPerSecond: 2,
      mtlsRatio: 0.5,
      mtlsPartial: true,
      latencyMsMean: null,
    });
    expect(sum(edge(web, cart, { requestsPerSecond: 0, latencyMs: { mean: 3, p95: 7 } }))).toMatchObject({
      errorRatio: 0,
      latencyMsMean: 3,
      latencyMsP95: 7,
    });
  });
});

describe('openNamespaces', () => {
  const extents = [0, 1, 2].map((index) => ({
    key: `demo/n${index}`,
    members: 200,
    minX: index * 100,
    maxX: index * 100 + 90,
    minY: 0,
    maxY: 90,
  }));
  const options: OpenOptions = {
    spacingPx: 60,
    view: { minX: 0, maxX: 190, minY: 0, maxY: 90 },
    wasOpen: new Set(),
    opened: new Set(),
    closed: new Set(),
    totalNodes: 600,
    totalEdges: 5000,
  };
  const check = (fields: Partial<OpenOptions>, expected: string) =>
    expect(
      [...openNamespaces(extents, { ...options, ...fields })]
        .sort()
        .map((key) => key.slice(5))
        .join(' '),
    ).toBe(expected);

  it('opens what is in view and near enough', () => {
    check({}, 'n0 n1');
    check({ spacingPx: 40 }, '');
    check({ spacingPx: 40, wasOpen: new Set(['demo/n0']) }, 'n0');
    check({ view: { minX: 195, maxX: 260, minY: 0, maxY: 90 } }, 'n2');
  });
  it('opens no more nodes than can be read, the middle first', () => check({ view: { minX: -50, maxX: 350, minY: 0, maxY: 90 } }, 'n1 n2'));
  it('does as the person said', () => {
    check({ spacingPx: 10, opened: new Set(['demo/n2']) }, 'n2');
    check({ closed: new Set(['demo/n1']) }, 'n0');
  });
  it('opens all of a small mesh while its nodes can be told apart', () => {
    check({ totalNodes: 100, totalEdges: 200, spacingPx: 23 }, 'n0 n1 n2');
    check({ totalNodes: 100, totalEdges: 200, spacingPx: 20 }, '');
  });
});
