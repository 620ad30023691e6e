import { blamed, explainedAway } from './blame.js';
import { CallGraph } from './call-graph.js';

/** web calls cart and search, both call db; search calls cache, cache calls disk, disk calls search; db calls itself. */
const CALLS = ['web cart', 'web search', 'cart db', 'search db', 'search cache', 'cache disk', 'disk search', 'db db', 'web cart'];
const graph = new CallGraph(
  CALLS.map((text) => {
    const [source, target] = text.split(' ') as [string, string];
    return { source, target };
  }),
);

describe('CallGraph', () => {
  it('knows neighbours, each callee once and nobody as his own', () => {
    expect(graph.out('web')).toHaveLength(3);
    expect(graph.into('db').map(({ source }) => source)).toEqual(['cart', 'search', 'db']);
    expect(graph.callees('web')).toEqual(['cart', 'search']);
    expect(graph.callees('db')).toEqual([]);
    expect([graph.out('nobody'), graph.into('nobody'), graph.callees('nobody')]).toEqual([[], [], []]);
  });
  it('finds callers so many steps away, round cycles too', () => {
    expect(graph.callersOf(new Set(['db']), 1)).toEqual(['cart', 'search']);
    expect(graph.callersOf(new Set(['db']), 9).sort()).toEqual(['cache', 'cart', 'disk', 'search', 'web']);
    expect(graph.callersOf(new Set(['db']), 0)).toEqual([]);
  });
  it('counts calls between, at least, and ends on cycles', () => {
    const distances = graph.distancesFrom('search');
    expect(Object.fromEntries(distances)).toEqual({ search: 0, db: 1, cache: 1, disk: 2 });
    expect(graph.distancesFrom('search')).toBe(distances);
    expect(Object.fromEntries(graph.distancesFrom('nobody'))).toEqual({ nobody: 0 });
  });
  it('looks through those of whom nothing is known', () => {
    const nearest = (node: string, ...known: string[]) => graph.nearestCallees(node, (one) => known.includes(one));
    expect(nearest('web', 'cart', 'search', 'db')).toEqual(['cart', 'search']);
    expect(nearest('web', 'db', 'disk')).toEqual(['db', 'disk']);
    expect(nearest('search', 'search')).toEqual([]);
  });
});

describe('blame', () => {
  it('speaks against the callee of a call for what is waited for, against the caller for load, and against a node itself', () => {
    const call = { id: 'call', source: 'web', target: 'cart' };
    expect([blamed(call, 'callee'), blamed(call, 'caller')]).toEqual(['cart', 'web']);
    expect([blamed({ id: 'cart' }, 'callee'), blamed({ id: 'cart' }, 'caller')]).toEqual(['cart', 'cart']);
  });
  it('leaves what nothing explains', () => {
    expect([explainedAway(6, 0), explainedAway(6, 1), explainedAway(6, 5), explainedAway(0, 3)]).toEqual([6, 3, 1, 0]);
  });
});
