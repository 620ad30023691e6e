import { parseExpression, type Expression } from './expression.js';
import { brightIds, filterTopology, findMatches, receivedMtls, type FilterOptions } from './filter.js';
import { levelOfDetail, namespaceKey } from './level-of-detail.js';
import { edge, node, topology } from './test-graph.js';

const [web, cart, pay, old] = [node('edge/web'), node('shop/cart'), node('shop/pay'), node('lab/old', { idle: true })];
const calls = [
  edge(web, cart),
  edge(cart, pay, { errorRatio: 0.2, mtls: { ratio: 0.5 } }),
  edge(web, pay, { requestsPerSecond: 0, mtls: { ratio: null } }),
];
const graph = topology([web, cart, pay, old], calls);
const expression = (text: string): Expression => {
  const parsed = parseExpression(text);
  if (!parsed.ok || !parsed.expression) throw new Error(text);
  return parsed.expression;
};

describe('filterTopology', () => {
  const check = (options: Partial<FilterOptions>, expected: string) => {
    const { nodes, edges } = filterTopology(graph, { namespaces: [], idle: true, hide: null, ...options });
    expect(`${nodes.map(({ name }) => name).join(' ')} ${edges.length}`).toBe(expected);
  };
  it('keeps the graph itself when nothing is asked', () => {
    expect(filterTopology(graph, { namespaces: [], idle: true, hide: null })).toBe(graph);
  });
  it('keeps edges with one end in scope, and both ends of them', () => {
    check({ namespaces: ['edge'] }, 'web cart pay 2');
    check({ namespaces: ['lab'] }, 'old 0');
    check({ cluster: 'other' }, ' 0');
  });
  it('leaves out what is idle', () => check({ idle: false }, 'web cart pay 2'));
  it('hides nodes with their edges, and edges alone', () => {
    check({ hide: expression('name = pay and kind = workload and not protocol = http') }, 'web cart old 1');
    check({ hide: expression('errors > 10% and protocol = http') }, 'web cart pay old 2');
    check({ hide: expression('mtls < 100% and not protocol = http') }, 'web cart old 1');
  });
});

describe('find', () => {
  it('finds nodes by what they receive', () => {
    expect(receivedMtls(calls).get(pay.id)).toBe(0.5);
    expect([...findMatches(graph, expression('mtls < 100%')).nodes]).toEqual([pay.id]);
  });
  it('keeps matching edges with their ends bright, and the closed namespace that holds a match', () => {
    const found = findMatches(graph, expression('errors > 10%'));
    const open = levelOfDetail(graph, { open: new Set(graph.nodes.map(namespaceKey)) });
    expect(brightIds(open, graph, found)).toEqual(new Set([calls[1]?.id, cart.id, pay.id]));
    const closed = levelOfDetail(graph, { open: new Set() });
    expect(brightIds(closed, graph, findMatches(graph, expression('name = old')))).toEqual(new Set(['namespace~demo/lab']));
  });
});
