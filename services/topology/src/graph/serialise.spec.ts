import type { Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { serialiseTopology } from './serialise.js';

const graph = (nodes: number, edges: number): Topology => ({
  generatedAt: '2026-01-01T00:00:00Z',
  sources: [{ name: 'Prometheus', cluster: 'öst', freshAt: null, state: 'down', detail: '"quoted"' }],
  at: '2026-01-01T00:00:00Z',
  windowSec: 300,
  graph: 'workload',
  nodes: Array.from({ length: nodes }, (_, at) => ({ id: `n${at}`, name: 'schlüssel 鍵 🔑' }) as TopologyNode),
  edges: Array.from({ length: edges }, (_, at) => ({ id: `e${at}`, errorRatio: null, requestsPerSecond: at / 7 }) as TopologyEdge),
});

describe('serialiseTopology', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 0],
    [250, 251, 0],
    [3000, 5000, 0],
    [3000, 5000, 1_000_000],
    [10, 10, 5_000_000],
  ])('%i nodes and %i edges are the bytes of JSON.stringify, with a hint of %i', (nodes, edges, hint) => {
    const topology = graph(nodes, edges);
    expect(serialiseTopology(topology, hint).toString()).toBe(JSON.stringify(topology));
  });
});
