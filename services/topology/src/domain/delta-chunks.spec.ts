import type { TopologyEdge, TopologyNode } from '@observatory/contracts';
import { chunkDelta, type WholeDelta } from './delta-chunks.js';

const delta = (nodes: number, edges: number): WholeDelta => ({
  at: '2026-01-01T00:00:30Z',
  previousAt: '2026-01-01T00:00:00Z',
  windowSec: 300,
  sources: [],
  nodes: {
    upserted: Array.from({ length: nodes }, (_, at) => ({ id: `n${at}`, name: 'x'.repeat(300) }) as TopologyNode),
    removed: ['gone'],
  },
  edges: {
    upserted: Array.from({ length: edges }, (_, at) => ({ id: `e${at}`, source: 'ü'.repeat(300) }) as TopologyEdge),
    removed: ['cut'],
  },
});

describe('chunkDelta', () => {
  it.each([
    [0, 0, 1],
    [3, 3, 1],
    [200, 300, 17],
  ])('%i nodes and %i edges go in %i chunks that together are the delta', (nodes, edges, count) => {
    const whole = delta(nodes, edges);
    const chunks = chunkDelta(whole, 20_000);
    expect(chunks.map(({ chunk }) => chunk)).toEqual(Array.from({ length: count }, (_, index) => ({ index, count })));
    for (const chunk of chunks) expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThanOrEqual(20_000);
    expect(chunks.flatMap((chunk) => chunk.nodes.upserted)).toEqual(whole.nodes.upserted);
    expect(chunks.flatMap((chunk) => chunk.edges.upserted)).toEqual(whole.edges.upserted);
    expect(chunks.flatMap((chunk) => [...chunk.nodes.removed, ...chunk.edges.removed])).toEqual(['gone', 'cut']);
    for (const { at, previousAt, windowSec } of chunks)
      expect({ at, previousAt, windowSec }).toEqual({ at: whole.at, previousAt: whole.previousAt, windowSec: 300 });
  });

  it('sends an empty delta as one empty chunk: sources may have changed', () => {
    const empty = { ...delta(0, 0), nodes: { upserted: [], removed: [] }, edges: { upserted: [], removed: [] } };
    expect(chunkDelta(empty)).toEqual([{ ...empty, chunk: { index: 0, count: 1 } }]);
  });
});
