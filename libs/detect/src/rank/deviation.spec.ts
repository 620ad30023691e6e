import { alike, deviationOf, increases, onGrid, placeOf, signalShare, type Ground, type MetricSeries } from './deviation.js';

const always = (value: number, count = 10): number[] => Array<number>(count).fill(value);
const series = (change: Partial<MetricSeries> = {}): MetricSeries => ({
  subject: 'cart',
  metric: 'cpu',
  normal: [9, 10, 11, 10, 9, 11, 10, 10, 9, 11],
  recent: [
    [0, 20],
    [10, 30],
  ],
  ...change,
});
const ground = (change: Partial<Ground> = {}): Ground => ({
  grid: [0, 10],
  nodes: new Set(['web', 'cart', 'a->b']),
  directionOf: () => 1,
  loadOf: () => undefined,
  ...change,
});

describe('placeOf', () => {
  const check = (subject: string, expected: unknown) => expect(placeOf(subject, ground().nodes)).toEqual(expected);
  it('is a node, a call to a node, or nowhere', () => {
    check('cart', { id: 'cart' });
    check('a->b', { id: 'a->b' });
    check('web->cart', { id: 'web->cart', source: 'web', target: 'cart' });
    check('web -> cart', { id: 'web -> cart', source: 'web', target: 'cart' });
    check('a->b->cart', { id: 'a->b->cart', source: 'a->b', target: 'cart' });
    check('outside->cart', { id: 'outside->cart', source: 'outside', target: 'cart' });
    for (const nowhere of ['cart->outside', '->cart', 'nobody', '']) check(nowhere, undefined);
  });
});

describe('onGrid', () => {
  it('takes the mean of the points nearest to each time, and none of what lies outside', () => {
    const points = [-9, 1, -1, 2, 4, 4, 11, 8, 14, 10, 9, Number.NaN, 26, 99];
    const pairs = points.flatMap((at, index) => (index % 2 === 0 ? [[at, points[index + 1]!] as const] : []));
    expect(onGrid(pairs, [0, 10, 20])).toEqual([3, 9, Number.NaN]);
    expect(onGrid(pairs.slice(0, 2), [0])).toEqual([1.5]);
    expect(onGrid(pairs, [])).toEqual([]);
  });
});

describe('increases', () => {
  const rising = Array.from({ length: 30 }, (_, index) => index * 2);
  const of = (normal: number[], recent: number[]) => {
    const given = series({ normal, recent: recent.map((value, at) => [at, value] as const) });
    const found = increases(given);
    return found === given ? 'itself' : [found.normal, found.recent.map(([, value]) => value)];
  };
  it('are those of a counter, without the step over the gap', () => {
    expect(of(rising, [1000, 1005, 1006])).toEqual([always(2, 29), [5, 1]]);
  });
  it('are not those of a gauge, of a step, or of what hardly rises', () => {
    expect(of(rising, [50, 60])).toBe('itself');
    expect(of([5, 5, 5, 5], [9])).toBe('itself');
    expect(of(rising.slice(0, 10), [100])).toBe('itself');
  });
});

describe('deviationOf', () => {
  const z = (change: Partial<MetricSeries>, on: Partial<Ground> = {}) => deviationOf(series(change), ground(on))?.z;
  it('is in scales of normal time, which have a floor', () => {
    // Median 10, median deviation 1: the scale is 1.4826, more than half a standard deviation.
    expect(z({})).toBeCloseTo(15 / 1.4826, 3);
    expect(z({ normal: always(10) })).toBe(30);
    expect(z({ normal: always(10), metric: 'latency' })).toBeCloseTo(1500, 6);
    expect(z({ normal: always(0) })).toBeGreaterThan(1e9);
  });
  it('is nothing where too little is known', () => {
    const empty: Partial<MetricSeries>[] = [
      { normal: [] },
      { normal: [1] },
      { recent: [] },
      { recent: [[0, Number.NaN]] },
      { subject: 'nobody' },
    ];
    for (const change of empty) expect(z(change)).toBeUndefined();
    expect(z({ recent: [[0, 9]] }, { grid: [0, 10, 20] })).toBeUndefined();
    expect(z({ normal: [...always(Number.NaN, 11), 1, 2] })).toBeUndefined();
  });
  it('leaves out what load explains, and only that', () => {
    const at = (value: number, load: number, change: Partial<MetricSeries> = {}) => {
      const recent = [0, 10].map((time) => [time, value] as const);
      return deviationOf(series({ recent, ...change }), ground({ loadOf: () => [load, load] }))!.away;
    };
    const table: [value: number, load: number, expected: number][] = [
      [20, 2, 0],
      [25, 2, 5],
      [8, 2, -2],
      [5, 0.5, 0],
      [4, 0.5, -1],
      [12, 0.5, 2],
      [12, Number.NaN, 2],
      [12, 0, 2],
    ];
    for (const [value, load, expected] of table) expect(at(value, load)).toBeCloseTo(expected, 9);
    // Errors and load itself are not excused by load; what is usually negative is not in proportion to it.
    expect([at(20, 2, { metric: 'errors' }), at(20, 2, { metric: 'requests' }), at(0, 2, { normal: always(-10) })]).toEqual([10, 10, 10]);
  });
});

describe('alike', () => {
  it('is 1 for the same course, high from the start on or not, and 0 where nothing is shared', () => {
    expect(alike([5, 5, 5], [7, 7, 7])).toBeCloseTo(1, 9);
    expect(alike([0, 4, 8], [0, 1, 2])).toBeCloseTo(1, 9);
    expect(alike([0, 4, 8], [0, -1, -2])).toBeCloseTo(-1, 9);
    expect(alike([0, 0, 0], [1, 2, 3])).toBe(0);
    expect(alike([Number.NaN, 1], [1, Number.NaN])).toBe(0);
  });
  it('does not fade with the number of points', () => {
    // High throughout with waves that have nothing to do with each other.
    const wave = (length: number, phase: number) => Array.from({ length }, (_, index) => 3 + Math.sin(index * 2.3 + phase));
    const [few, many] = [6, 600].map((length) => alike(wave(length, 0), wave(length, 1.57)));
    expect(many!).toBeGreaterThan(0.6);
    expect(Math.abs(few! - many!)).toBeLessThan(0.2);
  });
});

describe('signalShare', () => {
  const check = (course: number[], scale: number, expected: number) => expect(signalShare({ course, scale })).toBeCloseTo(expected, 9);
  it('is what noise of that scale does not account for', () => {
    check([2, 2, Number.NaN], 1, 0.75);
    check([1, -1], 1, 0);
    check([0.1], 1, 0);
    check([0, 0], 1, 0);
    check([], 1, 0);
  });
});
