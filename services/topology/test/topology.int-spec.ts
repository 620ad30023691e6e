/** Windows in, graphs out, on a real NATS: live, past, difference, export, deltas, places, staleness. */
import { TOPOLOGY_SUBJECTS, topology, type Topology } from '@observatory/contracts';
import { until } from '@observatory/testing';
import { sample, Suite, windowEnd } from './suite.js';

const DEADLINE = { deadlineMs: 20_000 };

describe('the topology service', () => {
  let suite: Suite;
  beforeEach(async () => {
    suite = await Suite.start();
  });
  afterEach(() => suite.stop());

  const get = (query: Parameters<typeof TOPOLOGY_SUBJECTS.graphGet.request.parse>[0] = {}): Promise<Topology> =>
    suite.gateway.request(TOPOLOGY_SUBJECTS.graphGet, query as object, { timeoutMs: 5_000 });
  const nameOf = (graph: Topology, id: string) => graph.nodes.find((node) => node.id === id)?.name;
  const calls = (graph: Topology) => graph.edges.map(({ source, target }) => `${nameOf(graph, source)} > ${nameOf(graph, target)}`).sort();
  const graphWhere = (condition: (graph: Topology) => boolean, what: string) =>
    until(
      async () => {
        const graph = await get();
        return condition(graph) ? graph : undefined;
      },
      { ...DEADLINE, what },
    );

  it('makes a graph of windows, in any number of chunks', async () => {
    const [earlier, now] = [windowEnd(1), windowEnd(0)];
    await suite.closeWindow(earlier, [sample('shop/web > shop/cart', 4), sample('shop/cart > data/redis', 2)], { perChunk: 1 });
    await suite.startTopology();
    await graphWhere(({ edges }) => edges.length === 2, 'the first window');
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
});
