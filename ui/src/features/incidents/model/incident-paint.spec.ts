import { incidentMesh, incidentPaint } from './incident-paint.js';
import { anomaly, AT, detail, id } from './test-incidents.js';

const edge = (source: string, target: string, score: number | null) => ({
  id: `${id(source)}~~${id(target)}~~http`,
  source: id(source),
  target: id(target),
  score,
});
const paint = incidentPaint(
  detail({
    members: [anomaly('db', { peakScore: 0.99 }), anomaly('cart', { peakScore: 0.6, type: 'latency' })],
    causes: [{ node: id('db'), label: 'shop/db', score: 1, evidence: [] }],
    edges: [edge('cart', 'db', 0.9), edge('web', 'cart', 0.2), edge('cart', 'cache', null)],
    blast: {
      affectedNodes: [id('db'), id('cart')],
      affectedEdges: [edge('cart', 'db', 0.9).id],
      exposedNodes: [id('web')],
      requestsPerSecond: 1,
    },
  }),
);

describe('incidentPaint', () => {
  it.each([
    ['db', 'failing', 'probably starts here, Errors, highest score 0.99'],
    ['cart', 'degraded', 'Slower answers, highest score 0.60'],
    ['web', 'accent', 'may feel it next'],
    ['cache', 'idle', undefined],
  ])('%s is %s', (name, tone, words) => expect([paint.nodes[id(name)], paint.words?.[id(name)]]).toEqual([tone, words]));
  it('edges by their score', () => expect(Object.values(paint.edges)).toEqual(['failing', 'idle', 'idle']));
});

it('incidentMesh: now while it goes on, else its end', () => {
  expect(incidentMesh({ state: 'open', updatedAt: AT, namespaces: ['shop'] })).not.toHaveProperty('at');
  expect(incidentMesh({ state: 'closed', updatedAt: AT, closedAt: AT, namespaces: [] })).toMatchObject({ at: AT });
});
