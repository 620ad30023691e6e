import { histogramOfBuckets, mergeAllHistograms, mergeHistograms, quantile } from './index.js';

const AT = '2026-03-01T10:00:00.000Z';
const LATER = '2026-03-01T10:01:00.000Z';

describe('quantile', () => {
  const check = (bounds: number[], perSecond: number[], q: number, expected: number | undefined) => {
    const found = quantile({ upperBoundsMs: bounds, perSecond }, q);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 9);
  };
  it('interpolates within a bucket, as histogram_quantile does', () => {
    // Cumulative 10 at 1, 30 at 5, 60 at 10, 100 at 100, of 100.
    const at = (q: number, expected: number) => check([1, 5, 10, 100], [10, 20, 30, 40, 0], q, expected);
    at(0.05, 0.5);
    at(0.1, 1);
    at(0.2, 3);
    at(0.5, 8 + 1 / 3);
    at(0.95, 88.75);
    at(0.99, 97.75);
    at(1, 100);
  });
  it('answers the highest bound for what lies above all', () => check([1, 5], [1, 1, 8], 0.99, 5));
  it('starts at 0, unless the first bound is not above it', () => {
    check([10], [4, 0], 0.5, 5);
    check([-5, 5], [4, 4, 0], 0.25, -5);
    check([0, 5], [2, 2, 0], 0.25, 0);
  });
  it('skips empty buckets', () => check([1, 5, 10], [0, 0, 4, 0], 0.5, 7.5));
  it('of 0 is where the first bucket begins', () => check([1, 5], [0, 4, 0], 0, 0));
  it('is not known without observations, bounds or a share', () => {
    check([1, 5], [0, 0, 0], 0.5, undefined);
    check([], [5], 0.5, undefined);
    check([1], [5, 0], -0.1, undefined);
    check([1], [5, 0], 1.1, undefined);
    check([1], [5, 0], Number.NaN, undefined);
    check([1, 2], [5], 0.5, 0.5);
  });
});

describe('histogramOfBuckets', () => {
  const check = (buckets: [number, number][], expected: [number[], number[]] | undefined) => {
    const found = histogramOfBuckets(buckets, AT);
    expect(found && [found.upperBoundsMs, found.perSecond]).toEqual(expected);
  };
  it('takes differences, in order of bounds', () =>
    check(
      [
        [Infinity, 10],
        [5, 6],
        [1, 2],
      ],
      [
        [1, 5],
        [2, 4, 4],
      ],
    ));
  it('evens out buckets that shrink', () =>
    check(
      [
        [1, 5],
        [5, 4.9],
        [Infinity, 6],
      ],
      [
        [1, 5],
        [5, 0, 1],
      ],
    ));
  it('needs +Inf and a bound', () => {
    check(
      [
        [1, 5],
        [5, 6],
      ],
      undefined,
    );
    check([[Infinity, 6]], undefined);
    check([], undefined);
  });
});

describe('merging', () => {
  const a = { upperBoundsMs: [1, 5], perSecond: [1, 2, 3], readAt: LATER };
  const b = { upperBoundsMs: [1, 5], perSecond: [10, 20, 30], readAt: AT };
  const other = { upperBoundsMs: [1, 6], perSecond: [1, 1, 1], readAt: AT };
  it('adds equal bounds and is as old as the older', () => {
    const sum = { upperBoundsMs: [1, 5], perSecond: [11, 22, 33], readAt: AT };
    expect(mergeHistograms(a, b)).toEqual(sum);
    expect(mergeHistograms(b, a)).toEqual(sum);
    expect(mergeAllHistograms([undefined, a, b])).toEqual(sum);
    expect(mergeAllHistograms([b, undefined, a])).toEqual(sum);
    expect(mergeHistograms({ ...a, perSecond: [1, 2, 3] }, { ...b, perSecond: [1] })?.perSecond).toEqual([2, 2, 3]);
    expect(mergeAllHistograms([a, { ...b, perSecond: [1] }])?.perSecond).toEqual([2, 2, 3]);
  });
  it('does not mix bounds', () => {
    expect(mergeHistograms(a, other)).toBeUndefined();
    expect(mergeHistograms(a, { ...a, upperBoundsMs: [1] })).toBeUndefined();
    expect(mergeAllHistograms([a, other])).toEqual(a);
    expect(mergeAllHistograms([])).toBeUndefined();
  });
});
