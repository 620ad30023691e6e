/** Windows in, graphs out, on a real NATS: live, past, difference, export, deltas, places, staleness. */
import {
  EVENTS,
  TOPOLOGY_SUBJECTS,
  topology,
  topologyDelta,
  topologyDiff,
  type Topology,
  type TopologyDelta,
  type TopologyQuery,
} from '@observatory/contracts';
import { until } from '@observatory/testing';
import { sample, Suite, windowEnd } from './suite.js';

const DEADLINE = { deadlineMs: 20_000 };
const SHOP = [sample('shop/web > shop/cart', 4), sample('shop/cart > data/redis', 2)];

describe('the topology service', () => {
  let suite: Suite;
  let earlier: Date;
  let now: Date;
  beforeEach(async () => {
    suite = await Suite.start();
    [earlier, now] = [windowEnd(1), windowEnd(0)];
  });
  afterEach(() => suite.stop());

  const get = (query: Partial<TopologyQuery> = {}): Promise<Topology> =>
    suite.gateway.request(TOPOLOGY_SUBJECTS.graphGet, query, { timeoutMs: 5_000 });
  const calls = ({ nodes, edges }: Pick<Topology, 'nodes' | 'edges'>) => {
    const nameOf = (id: string) => nodes.find((node) => node.id === id)?.name;
    return edges.map(({ source, target }) => `${nameOf(source)} > ${nameOf(target)}`).sort();
  };
  const graphWhere = (condition: (graph: Topology) => boolean, what: string) =>
    until(
      async () => {
        const graph = await get();
        return condition(graph) ? graph : undefined;
      },
      { ...DEADLINE, what },
    );
  const withEdges = (count: number) => graphWhere(({ edges }) => edges.length === count, `a graph of ${count} edges`);
  const placesOf = ({ nodes }: Topology) => Object.fromEntries(nodes.map(({ id, position }) => [id, position]));

  it('makes a graph of windows, in any number of chunks', async () => {
    await suite.closeWindow(earlier, SHOP, { perChunk: 1 });
    await suite.startTopology();
    await withEdges(2);
    await suite.closeWindow(now, [sample('shop/web > shop/cart', 8, 0.25)], { perChunk: 1 });
    const graph = await graphWhere(({ at }) => Date.parse(at) === now.getTime(), 'the second window');
    expect(topology.safeParse(graph).error).toBeUndefined();
    expect(calls(graph)).toEqual(['cart > redis', 'web > cart']);
    const edge = graph.edges.find(({ requestsPerSecond }) => requestsPerSecond === 6);
    expect(edge).toMatchObject({ requestsPerSecond: 6, mtls: { ratio: 1 }, latencyMs: { mean: 12 } });
    expect(edge?.errorRatio).toBeCloseTo(1 / 6, 2);
    expect(graph).toMatchObject({ windowSec: 300, graph: 'workload', sources: [{ name: 'Prometheus', cluster: 'east', state: 'fresh' }] });
    for (const { position } of graph.nodes) expect(position).toEqual({ x: expect.any(Number), y: expect.any(Number) });
  });

  it('answers every view of it, filtered, with a tag that changes with the content', async () => {
    await suite.closeWindow(now, [...SHOP, sample('ops/cron > ops/report', 1)]);
    await suite.startTopology();
    await withEdges(3);
    for (const graph of ['app', 'versionedApp', 'service'] as const) expect((await get({ graph })).edges).toHaveLength(3);
    const shop = await get({ namespaces: ['shop'] });
    expect(calls(shop)).toEqual(['cart > redis', 'web > cart']);
    expect((await get({ cluster: 'west' })).edges).toEqual([]);
    const [first, again, other] = [
      await suite.gateway.requestBytes(TOPOLOGY_SUBJECTS.graphGet, {}),
      await suite.gateway.requestBytes(TOPOLOGY_SUBJECTS.graphGet, {}),
      await suite.gateway.requestBytes(TOPOLOGY_SUBJECTS.graphGet, { namespaces: ['ops'] }),
    ];
    expect(first.etag).toMatch(/^".+"$/);
    expect(again.etag).toBe(first.etag);
    expect(other.etag).not.toBe(first.etag);
  });

  it('refuses what is not a question', async () => {
    await suite.startTopology();
    const asked = until(
      () =>
        suite.gateway
          .request(TOPOLOGY_SUBJECTS.graphGet, { graph: 'pods' } as never)
          .catch((error: { code: string }) => error.code !== 'service/unavailable' && error),
      DEADLINE,
    );
    await expect(asked).resolves.toMatchObject({ code: 'request/invalid' });
  });

  it('reads the past page by page from metrics, once, and compares two times', async () => {
    await suite.closeWindow(now, SHOP);
    const past = new Date(now.getTime() - 3_600_000);
    const history = suite.serveHistory((at) =>
      at === past.toISOString() ? [...SHOP.slice(1), sample('shop/web > shop/old', 3), sample('shop/web > shop/cart', 1)] : undefined,
    );
    await suite.startTopology();
    await withEdges(2);
    const then = await get({ at: past.toISOString() });
    expect(then.at).toBe(past.toISOString());
    expect(calls(then)).toEqual(['cart > redis', 'web > cart', 'web > old']);
    expect(then.nodes.every(({ position }) => position !== undefined)).toBe(true);
    await get({ at: past.toISOString() });
    expect(history.asked).toBe(2);
    const diff = await suite.gateway.request(TOPOLOGY_SUBJECTS.graphDiff, { from: past.toISOString(), to: now.toISOString() });
    expect(topologyDiff.safeParse(diff).error).toBeUndefined();
    expect(diff.nodes.removed.map(({ name }) => name)).toEqual(['old']);
    expect(diff.edges.changed.map(({ changes }) => changes)).toEqual([expect.arrayContaining(['requestsPerSecond'])]);
  });

  it('answers a shorter span up to now from the windows that it has, a longer one from what is stored', async () => {
    const asked: string[] = [];
    suite.serveHistory((at) => {
      asked.push(at);
      return SHOP;
    });
    await suite.closeWindow(earlier, [sample('shop/web > shop/cart', 2)]);
    await suite.tellStored(earlier);
    await suite.closeWindow(now, [sample('shop/web > shop/cart', 8, 0.25)]);
    await suite.startTopology();
    await graphWhere(({ at }) => Date.parse(at) === now.getTime(), 'both windows');
    const rates = async (windowSec: number) => (await get({ windowSec })).edges.map(({ requestsPerSecond }) => requestsPerSecond);
    expect(await rates(30)).toEqual([8]);
    expect(await get({ windowSec: 60 })).toMatchObject({
      at: now.toISOString(),
      windowSec: 60,
      edges: [{ requestsPerSecond: 5, errorRatio: 0.2 }],
    });
    expect(asked).toEqual([]);
    // Three windows are not in memory; the newest is not stored yet.
    expect(await get({ windowSec: 90 })).toMatchObject({ at: earlier.toISOString(), windowSec: 90 });
    expect(await get({ windowSec: 600 })).toMatchObject({ at: earlier.toISOString(), windowSec: 600 });
    expect(new Set(asked)).toEqual(new Set([earlier.toISOString()]));
  });

  it('says where the past has holes', async () => {
    suite.serveHistory(() => undefined);
    await suite.closeWindow(now, SHOP);
    await suite.startTopology();
    await withEdges(2);
    const then = await get({ at: '2026-01-01T00:00:00Z', windowSec: 60 });
    expect(then.edges).toEqual([]);
    expect(then.sources).toContainEqual(
      expect.objectContaining({
        name: 'Stored windows',
        state: 'stale',
        freshAt: null,
        detail: 'none of the 2 windows of this span is known',
      }),
    );
  });

  it('exports what it answers', async () => {
    await suite.closeWindow(now, SHOP);
    await suite.startTopology();
    await withEdges(2);
    const csv = await suite.gateway.request(TOPOLOGY_SUBJECTS.graphExport, { format: 'csv' });
    expect(csv.contentType).toContain('text/csv');
    expect(csv.text).toContain('redis');
    const json = await suite.gateway.request(TOPOLOGY_SUBJECTS.graphExport, { format: 'json' });
    expect(calls(JSON.parse(json.text) as Topology)).toEqual(['cart > redis', 'web > cart']);
  });

  it('lists its clusters, and learns the name of one that nobody named', async () => {
    await suite.startTopology([{ name: 'Kubernetes', provisional: true, prometheus: { url: 'http://prometheus' } }]);
    const list = () => suite.gateway.request(TOPOLOGY_SUBJECTS.clusterList, {}, { timeoutMs: 5_000 });
    const before = await until(list, DEADLINE);
    expect(before.clusters).toMatchObject([
      { name: 'Kubernetes', provisional: true, meshes: [], trustDomain: null, sources: [{ state: 'down', freshAt: null }] },
    ]);
    await suite.closeWindow(now, SHOP);
    await withEdges(2);
    expect((await list()).clusters).toMatchObject([
      {
        name: 'east',
        provisional: false,
        meshes: ['istio'],
        trustDomain: 'cluster.local',
        namespaces: ['data', 'shop'],
        sources: [{ name: 'Prometheus', state: 'fresh' }],
      },
    ]);
  });

  it('tells each change, so that previous and delta make the next graph', async () => {
    const deltas: TopologyDelta[] = [];
    suite.gatewayBus.follow(EVENTS.topologyChanged, new Date(), (delta) => void deltas.push(delta));
    await suite.closeWindow(earlier, SHOP);
    await suite.startTopology();
    const first = await withEdges(2);
    await until(() => deltas.some(({ at }) => at === first.at), { ...DEADLINE, what: 'the first graph published' });
    await suite.closeWindow(now, [sample('shop/web > shop/cart', 4), sample('shop/cart > shop/pay', 1)]);
    const next = await withEdges(3);
    const published = await until(() => deltas.find(({ at }) => at === next.at), { ...DEADLINE, what: 'the change' });
    for (const delta of deltas) expect(topologyDelta.safeParse(delta).error).toBeUndefined();
    expect(published.previousAt).toBe(first.at);
    const apply = <T extends { id: string }>(
      items: readonly T[],
      { upserted, removed }: { upserted: readonly T[]; removed: readonly string[] },
    ) => {
      const kept = new Map(items.filter(({ id }) => !removed.includes(id)).map((item) => [item.id, item]));
      for (const item of upserted) kept.set(item.id, item);
      return [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const sorted = <T extends { id: string }>(items: readonly T[]) => items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(apply(first.nodes, published.nodes)).toEqual(sorted(next.nodes));
    expect(apply(first.edges, published.edges)).toEqual(sorted(next.edges));
  });

  it('keeps places over a restart, also of nodes that were away', async () => {
    await suite.closeWindow(earlier, [...SHOP, sample('ops/cron > ops/report', 1)]);
    const service = await suite.startTopology();
    const places = placesOf(await withEdges(3));
    await service.stop();
    await suite.startTopology();
    expect(placesOf(await withEdges(3))).toEqual(places);
    await suite.closeWindow(now, [sample('shop/web > mail/smtp', 1)]);
    const grown = placesOf(await withEdges(4));
    expect(grown).toMatchObject(places);
    expect(Object.keys(grown)).toHaveLength(Object.keys(places).length + 1);
  });

  it('runs twice: both have the same places, one of them publishes', async () => {
    const published: string[] = [];
    suite.gatewayBus.follow(EVENTS.topologyChanged, new Date(), ({ at, chunk }) => void published.push(`${at} ${chunk.index}`));
    await suite.closeWindow(earlier, SHOP);
    await suite.startTopology();
    await withEdges(2);
    const second = await suite.startTopology();
    await suite.closeWindow(now, [...SHOP, sample('ops/cron > ops/report', 1)]);
    const everybody = async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => get()));
      const places = new Set(answers.map((graph) => JSON.stringify(Object.entries(placesOf(graph)).sort())));
      return places.size === 1 && answers.every(({ at, edges }) => Date.parse(at) >= now.getTime() && edges.length === 3);
    };
    await until(everybody, { ...DEADLINE, what: 'both replicas at the new window, with the same places' });
    await until(() => published.some((line) => line.startsWith(now.toISOString())), { ...DEADLINE, what: 'the window published' });
    expect(new Set(published).size).toBe(published.length);
    await second.stop();
  });

  it('goes stale by time passing, and keeps the last graph', async () => {
    const deltas: TopologyDelta[] = [];
    suite.gatewayBus.follow(EVENTS.topologyChanged, new Date(), (delta) => void deltas.push(delta));
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    await suite.closeWindow(at, SHOP, { windowSec: 2 });
    await suite.startTopology();
    expect((await withEdges(2)).sources).toMatchObject([{ state: 'fresh' }]);
    const stale = await graphWhere(({ sources }) => sources[0]?.state === 'stale', 'stale');
    expect(stale.sources).toEqual([
      { name: 'Prometheus', cluster: 'east', freshAt: at.toISOString(), state: 'stale', detail: 'no window was closed since' },
    ]);
    expect(calls(stale)).toEqual(['cart > redis', 'web > cart']);
    const told = await until(() => deltas.find(({ sources }) => sources[0]?.state === 'stale'), { ...DEADLINE, what: 'staleness told' });
    expect(told).toMatchObject({
      previousAt: at.toISOString(),
      nodes: { upserted: [], removed: [] },
      edges: { upserted: [], removed: [] },
    });
  });

  it('keeps what it knew where samples ceased, since that is no end of traffic', async () => {
    await suite.closeWindow(earlier, SHOP);
    await suite.startTopology();
    await withEdges(2);
    await suite.closeWindow(now, [], { coverage: 'none', cluster: 'east' });
    await suite.closeWindow(now, [sample('mail/a > mail/b', 1)], { cluster: 'west' });
    const graph = await withEdges(3);
    expect(graph.edges.map(({ requestsPerSecond }) => requestsPerSecond).sort()).toEqual([1, 2, 4]);
  });

  it('shows rates that are too low only until others come', async () => {
    const rates = ({ edges }: Topology) => edges.map(({ requestsPerSecond }) => requestsPerSecond).sort();
    await suite.closeWindow(earlier, [sample('shop/web > shop/cart', 2)], { coverage: 'partial' });
    await suite.startTopology();
    expect(rates(await withEdges(1))).toEqual([2]);
    await suite.closeWindow(now, SHOP);
    expect(rates(await withEdges(2))).toEqual([2, 4]);
  });

  it('starts without NATS, and goes on when NATS was away', async () => {
    await suite.closeWindow(earlier, SHOP);
    await suite.startTopology();
    await withEdges(2);
    await suite.nats.stop();
    await suite.nats.restart();
    await until(() => suite.closeWindow(now, [sample('shop/web > shop/pay', 1)]).then(() => true), DEADLINE);
    await until(async () => (await get()).edges.length === 3, { deadlineMs: 40_000, what: 'the window after the outage' });
  });
});
