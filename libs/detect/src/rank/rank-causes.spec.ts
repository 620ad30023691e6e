import { rankCauses, type RankInput } from './rank-causes.js';
import type { MetricSeries } from './deviation.js';

const MINUTE_MS = 60_000;
/** web calls cart and search, both call db; search calls a cache that nobody measures, which calls disk. */
const GRAPH = {
  nodes: ['web', 'cart', 'search', 'db', 'cache', 'disk', 'batch'],
  edges: [
    ['web', 'cart'],
    ['web', 'search'],
    ['cart', 'db'],
    ['search', 'db'],
    ['search', 'cache'],
    ['cache', 'disk'],
    ['disk', 'search'],
  ].map(([source, target]) => ({ source: source!, target: target! })),
};

/** Normal: `level` and a ripple of 2 % for an hour; then `level` plus the amounts. */
function series(subject: string, level: number, amounts: number[], metric = 'latency'): MetricSeries {
  const ripple = (index: number) => level * 0.02 * Math.sin(index * 2.1 + subject.length);
  return {
    subject,
    metric,
    normal: Array.from({ length: 60 }, (_, index) => level + ripple(index)),
    recent: amounts.map((amount, index) => [index * MINUTE_MS, level + ripple(60 + index) + amount] as const),
  };
}

const CALM = [0, 0, 0, 0, 0, 0];
const TROUBLE = [0, 0, 40, 60, 50, 55];
const scaled = (factor: number) => TROUBLE.map((amount) => amount * factor);

describe('rankCauses', () => {
  const rank = (all: MetricSeries[], change: Partial<RankInput> = {}) =>
    rankCauses({ graph: GRAPH, series: all, target: 'web', ...change });
  const first = (all: MetricSeries[], expected: string, change: Partial<RankInput> = {}) => {
    const causes = rank(all, change);
    expect(causes[0]!.node).toBe(expected);
    expect(causes.map(({ node }) => node).sort()).toEqual([...GRAPH.nodes].sort());
    return causes;
  };
  const leads = (causes: ReturnType<typeof rank>, expected: string) => expect(causes[0]!.node).toBe(expected);
  const node = (name: string, amounts: number[]) => series(name, 100, amounts);

  it('does not blame callers for their callee, nor callees for their caller', () => {
    first([node('web', TROUBLE), node('cart', TROUBLE), node('search', CALM), node('db', TROUBLE)], 'db');
    first([node('web', TROUBLE), node('cart', TROUBLE), node('search', CALM), node('db', CALM)], 'cart');
    first([node('web', TROUBLE), node('cart', CALM), node('search', CALM), node('db', CALM)], 'web');
  });

  it('looks through nodes that nobody measured, and round cycles', () => {
    first([node('web', TROUBLE), node('search', TROUBLE), node('disk', TROUBLE), node('db', CALM)], 'disk');
  });

  it('knows how much a callee explains', () => {
    const causes = first([node('web', TROUBLE), node('cart', TROUBLE), node('db', scaled(0.05)), node('search', CALM)], 'cart');
    expect(causes[0]!.score).toBeGreaterThan(0.8);
  });

  it('prefers what is in step with the trouble to what is merely strange', () => {
    const allAlong = series('search', 100, [900, 900, 900, 900, 900, 900]);
    first([node('web', TROUBLE), node('cart', TROUBLE), allAlong, node('db', CALM)], 'cart');
  });

  it('knows which way is trouble', () => {
    const falls = (name: string, amounts: number[]) => series(name, 100, amounts, 'availability');
    const drop = scaled(-0.5);
    first([falls('web', drop), falls('cart', drop), falls('search', TROUBLE), falls('db', CALM)], 'cart', { metric: 'availability' });
  });

  it('attributes what callers measured to the callee', () => {
    const causes = first([series('web->cart', 100, TROUBLE), series('web->search', 100, CALM), series('cart->db', 50, TROUBLE)], 'db');
    expect(causes[0]!.evidence[0]).toMatch(/^latency of cart->db: 84\.\d where 49\.8 is normal \(43\.2 times its usual spread\)$/);
    expect(causes.find(({ node }) => node === 'cart')!.evidence[1]).toMatch(/^100 % of it is explained by db, which it calls$/);
  });

  it('holds what one of several callers sees against the caller', () => {
    first(
      [series('web->cart', 100, TROUBLE), series('cart->db', 50, TROUBLE), series('search->db', 50, CALM), node('cart', TROUBLE)],
      'cart',
    );
  });

  it('lets other metrics support, with or without a metric that was named', () => {
    const busy = series('search', 30, scaled(1), 'cpu');
    const calm = series('cart', 30, CALM, 'cpu');
    const both = [node('web', TROUBLE), node('cart', TROUBLE), node('search', TROUBLE), busy, calm];
    first(both, 'search');
    first(both, 'search', { metric: 'latency' });
    first([series('web', 100, TROUBLE, 'requests'), series('web', 100, TROUBLE), node('cart', TROUBLE)], 'cart');
    first([busy, calm], 'search', { metric: 'latency' });
  });

  it('puts what the target does not call last, and says so', () => {
    const causes = first([node('web', TROUBLE), node('cart', TROUBLE), node('batch', scaled(5))], 'cart');
    expect(causes.find(({ node: name }) => name === 'batch')!.evidence.at(-1)).toBe('web does not call it, directly or not');
  });

  it('takes edges to and from nodes that the graph does not list', () => {
    const graph = {
      nodes: ['web', 'cart'],
      edges: [...GRAPH.edges, { source: 'nobody', target: 'web' }, { source: 'web', target: 'web' }],
    };
    leads(rank([node('web', TROUBLE), node('cart', TROUBLE)], { graph }), 'cart');
  });

  it('says what is not known', () => {
    const causes = rank([node('web', TROUBLE)], { metric: 'latency' });
    expect(causes[1]!.evidence).toEqual(['no latency of it is known for this time']);
    expect(rank([]).map(({ score }) => score)).toEqual(GRAPH.nodes.map(() => 0));
    expect(rank([])[0]!.evidence).toEqual(['no metric left normal']);
  });

  it('finds nothing in series that are too short, too sparse, or not of the graph', () => {
    const short = { ...node('cart', TROUBLE), normal: [1] };
    const sparse = { ...node('search', TROUBLE), recent: [[2 * MINUTE_MS, 900]] as const };
    const holes = { ...node('db', TROUBLE), recent: node('db', TROUBLE).recent.map(([at]) => [at, Number.NaN] as const) };
    first([node('web', TROUBLE), short, sparse, holes, node('nobody', TROUBLE), series('web->nobody', 1, TROUBLE)], 'web');
    first(
      [
        { ...node('web', TROUBLE), recent: [[0, 900]] },
        { ...node('cart', TROUBLE), recent: [[0, 900]] },
      ],
      'cart',
    );
    first([series('cart', 100, CALM), series('web', 100, scaled(-1), 'queue')], 'web');
  });
});
