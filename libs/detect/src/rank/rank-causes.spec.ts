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
    const scoreOf = (name: string) => causes.find((one) => one.node === name)!.score;
    expect(scoreOf('cart')).toBeGreaterThan(0.45);
    expect(scoreOf('web')).toBeLessThan(0.1);
    expect(causes[0]!.evidence).toHaveLength(1);
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

  it('sees a delay on the way, which only callers measure', () => {
    const causes = first([node('web', TROUBLE), series('web->cart', 110, TROUBLE), node('cart', CALM), node('search', CALM)], 'cart');
    expect(causes[0]!.evidence[0]).toMatch(/^latency of web->cart/);
  });

  it('explains errors and latency each by its own, whatever metrics are called', () => {
    const callee = series('web->cart', 30, TROUBLE, 'PodClientLatencyP90(s)');
    first([series('web', 100, TROUBLE, 'request_duration_ms'), series('cart', 30, TROUBLE, 'duration_p99'), callee], 'cart');
    const errors = (name: string, amounts: number[]) => series(name, 1, amounts, 'error_rate');
    first([node('web', CALM), errors('web', TROUBLE), errors('search', TROUBLE), errors('db', CALM), node('search', CALM)], 'search');
  });

  it('weighs the symptom that the target shows', () => {
    const errors = (name: string, amounts: number[]) => series(name, 1, amounts, 'errors');
    const of = (name: string, latency: number[], failing: number[]) => [node(name, latency), errors(name, failing)];
    const all = [...of('web', TROUBLE, CALM), ...of('cart', TROUBLE, CALM), ...of('db', CALM, scaled(9))];
    first(all, 'cart');
    first(all, 'db', { metric: 'errors' });
  });

  it('does not take for a cause what load explains', () => {
    const times = (name: string, metric: string, factor: number) => series(name, 100, Array<number>(6).fill(100 * (factor - 1)), metric);
    const doubled = [times('web', 'rps', 2), times('cart', 'requests_per_second', 2)];
    const causes = first([...doubled, times('web', 'cpu', 1.9), times('cart', 'cpu', 2.6), times('search', 'cpu', 2)], 'cart');
    const { evidence } = causes[0]!;
    expect(evidence.find((one) => one.startsWith('cpu'))).toMatch(
      /^cpu of cart: 26\d where 100 is normal \(.* times its usual spread beyond what load explains\)$/,
    );
    // Load fell to a quarter: what fell less is explained, what rose is not.
    first([times('web', 'rps', 0.25), times('cart', 'cpu', 0.6), times('search', 'cpu', 1.4)], 'search');
    first([times('web', 'rps', 1), times('cart', 'cpu', 1.3)], 'cart');
    // cpu_requests is what a scheduler reserves, and no load; a load that is usually 0 is no measure.
    first([times('web', 'cpu_requests', 2), times('cart', 'cpu', 1.8)], 'web');
    first([series('web', 0, [9, 9, 9, 9, 9, 9], 'rps'), times('cart', 'cpu', 1.8)], 'cart');
  });

  it('counts counters by what they add', () => {
    const counter = (name: string, before: number, after: number): MetricSeries => ({
      subject: name,
      metric: 'cpu_seconds_total',
      normal: Array.from({ length: 60 }, (_, index) => 7 + index * before + (index % 3)),
      recent: Array.from({ length: 6 }, (_, index) => [index * MINUTE_MS, 9000 + index * after + (index % 3)] as const),
    });
    first([counter('web', 50, 50), counter('cart', 50, 90)], 'cart');
  });

  it('takes the direction in which the target went for trouble where the name does not tell', () => {
    const depth = (name: string, amounts: number[]) => series(name, 100, amounts, 'saturation');
    const drop = scaled(-0.5);
    first([depth('web', drop), depth('cart', drop), depth('search', TROUBLE), depth('db', CALM)], 'cart', { metric: 'saturation' });
    first([depth('web', TROUBLE), depth('cart', TROUBLE), depth('search', drop), depth('db', CALM)], 'cart', { metric: 'saturation' });
  });

  it('ranks by what others show where the target itself is not measured', () => {
    first([node('cart', TROUBLE), node('db', TROUBLE), node('search', CALM)], 'db');
    first([node('cart', TROUBLE), series('search', 100, CALM, 'latency_p99')], 'cart', { metric: 'latency' });
    first([series('web->cart', 100, TROUBLE), node('db', CALM)], 'cart', { target: 'cart' });
    first([series('cart->db', 100, TROUBLE), node('search', CALM)], 'db', { target: 'cart' });
  });

  it('keeps scores below 1, whatever the values', () => {
    const causes = rank([node('web', scaled(1e12)), series('web', 0, scaled(1e12), 'cpu'), node('cart', scaled(-1e12))]);
    for (const { score } of causes) expect(score >= 0 && score < 1).toBe(true);
    expect(causes[0]!.node).toBe('web');
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
