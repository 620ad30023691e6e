import { anomalyPaint } from './anomaly-paint.js';
import { edge, node } from './test-graph.js';

const [a, b, c, d, e] = [node('shop/a'), node('shop/b'), node('shop/c'), node('shop/d'), node('shop/e')];
const [ab, bc] = [edge(a, b), edge(b, c)];
const scored = (id: string, score: number | null) => ({ id, score, stage: 'daily' as const });
const paint = anomalyPaint({
  threshold: 0.85,
  nodes: [scored(a.id, 0.9), scored(b.id, 0.6), scored(c.id, 0.1), scored(d.id, null), { ...scored(e.id, 0), stage: 'new' }],
  edges: [
    { ...scored(ab.id, 0.85), source: a.id, target: b.id },
    { ...scored(bc.id, null), source: b.id, target: c.id },
  ],
});

describe('anomalyPaint', () => {
  it('colours what is unusual, leaves quiet what is as usual, and marks what is not judged', () => {
    expect(paint.nodes).toEqual({ [a.id]: 'failing', [b.id]: 'degraded', [d.id]: 'unknown', [e.id]: 'unknown' });
    expect(paint.edges).toEqual({ [ab.id]: 'failing' });
  });
  it('has words for everything', () =>
    expect([a, c, d, e, bc].map(({ id }) => paint.words?.[id])).toEqual([
      '0.90, sure enough to alert',
      '0.10, as usual',
      'not judged yet',
      'new: only its errors are judged yet',
      'not judged yet',
    ]));
});
