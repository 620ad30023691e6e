import { edgeId, nodeId, type TopologyDelta, type TopologyEdge, type TopologyNode } from '@observatory/contracts';
import { filterDelta } from './filter-delta.js';
import { filterOf, roomOf, roomsOf } from './rooms.js';

const id = (namespace: string) => nodeId('workload', 'east', namespace, 'w');
const node = (namespace: string) => ({ id: id(namespace), namespace }) as TopologyNode;
const edge = (from: string, to: string) => ({ id: edgeId(id(from), id(to), 'http'), source: id(from), target: id(to) }) as TopologyEdge;

describe('filterDelta', () => {
  const check = (wanted: string[], expected: { nodes: string[]; edges: [string, string][] }) => {
    const delta = {
      at: 'b',
      previousAt: 'a',
      chunk: { index: 1, count: 3 },
      windowSec: 300,
      sources: [],
      nodes: { upserted: ['shop', 'pay', 'other'].map(node), removed: ['gone'] },
      edges: { upserted: [edge('shop', 'pay'), edge('pay', 'other')], removed: ['gone'] },
    } as TopologyDelta;
    const { nodes, edges, ...rest } = filterDelta(delta, wanted);
    expect(nodes).toEqual({ upserted: expected.nodes.map(node), removed: ['gone'] });
    expect(edges).toEqual({ upserted: expected.edges.map(([from, to]) => edge(from, to)), removed: ['gone'] });
    expect(rest).toEqual({ at: 'b', previousAt: 'a', chunk: { index: 1, count: 3 }, windowSec: 300, sources: [] });
  };
  it('keeps an edge with one end in, and its other end', () => check(['shop'], { nodes: ['shop', 'pay'], edges: [['shop', 'pay']] }));
  it('keeps both sides', () =>
    check(['pay'], {
      nodes: ['shop', 'pay', 'other'],
      edges: [
        ['shop', 'pay'],
        ['pay', 'other'],
      ],
    }));
  it('keeps only removals where nothing concerns', () => check(['nothing'], { nodes: [], edges: [] }));
});

describe('rooms', () => {
  it('are shared by who wants the same', () => {
    expect(roomOf('topology:delta', filterOf(['b', 'a', 'b']))).toBe(roomOf('topology:delta', filterOf(['a', 'b'])));
    expect(roomOf('topology:delta', filterOf(['a']))).not.toBe(roomOf('topology:delta', filterOf(['a', 'b'])));
    expect(roomOf('topology:delta', filterOf(undefined))).toBe('topic:topology:delta');
  });
  it('of topics that are not filtered are one', () => {
    expect(roomsOf(['suite:status', 'metrics:window'], ['a'])).toEqual(['topic:suite:status', 'topic:metrics:window']);
  });
});
