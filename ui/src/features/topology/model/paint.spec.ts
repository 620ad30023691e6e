import type { MapPaint } from '../../../lib/map-paint.js';
import { mapEdge, mapNode, namespaceKey, namespaceNode } from './level-of-detail.js';
import { aroundPaint, paintTones } from './paint.js';
import { edge, node, topology } from './test-graph.js';

const [a, b, c, d] = [node('shop/a'), node('shop/b'), node('data/c'), node('data/d')];
const [ab, bc, cd] = [edge(a, b), edge(b, c), edge(c, d)];
const paint = (change: Partial<MapPaint>): MapPaint => ({ title: '', legend: [], nodes: {}, edges: {}, ...change });

describe('paintTones', () => {
  const tones = paintTones(paint({ nodes: { [a.id]: 'accent', [b.id]: 'failing' }, edges: { [ab.id]: 'accent', [bc.id]: 'failing' } }));
  it('what is not named stays quiet', () => {
    expect([a, b, c].map((each) => tones.node(mapNode(each)))).toEqual(['accent', 'failing', undefined]);
    expect(tones.edge(mapEdge('x', c.id, d.id, [cd]))).toBe('idle');
  });
  it('of many in one the loudest wins', () => {
    expect(tones.node(namespaceNode(namespaceKey(a), [a, b]))).toBe('failing');
    expect(tones.node(namespaceNode(namespaceKey(c), [c, d]))).toBeUndefined();
    expect(tones.edge(mapEdge('x', 'one', 'two', [ab, bc, cd]))).toBe('failing');
  });
});

describe('aroundPaint', () => {
  const ac = edge(a, c);
  const check = (change: Partial<MapPaint>, nodes: string[], edges: string[], missing = 0) => {
    const around = aroundPaint(topology([a, b, c, d], [ab, bc, cd, ac]), paint(change));
    expect(around.topology.nodes.map(({ id }) => id)).toEqual(nodes);
    expect(around.topology.edges.map(({ id }) => id)).toEqual(edges);
    expect(around.missing).toBe(missing);
  };
  it('keeps what is painted and the other callers of the same workloads', () => {
    check({ edges: { [bc.id]: 'failing' } }, [a.id, b.id, c.id], [bc.id, ac.id]);
    check({ nodes: { [d.id]: 'accent' } }, [c.id, d.id], [cd.id]);
    check({ nodes: { [a.id]: 'accent' } }, [a.id], []);
  });
  it('counts what has no place on this map', () => check({ edges: { gone: 'failing' } }, [], [], 1));
});
