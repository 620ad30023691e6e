import { iqrDistance, quantile, robustZ, sampleOf, zScore } from './spread.js';

// numpy and scipy of the same ten values.
const TEN = sampleOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);

describe('sampleOf', () => {
  it('agrees with numpy', () => {
    expect(TEN.mean).toBeCloseTo(14.5, 12);
    expect(TEN.deviation).toBeCloseTo(30.152390728873666, 12);
    expect([0.25, 0.5, 0.75].map((q) => quantile(TEN.sorted, q))).toEqual([3.25, 5.5, 7.75]);
  });
  it('passes over what is not a number', () => {
    expect(sampleOf([Number.NaN, 1, Infinity, 3]).mean).toBe(2);
    expect(quantile(sampleOf([]).sorted, 0.5)).toBeNaN();
  });
});

describe('distances', () => {
  const check = (actual: number, expected: number) => expect(actual).toBeCloseTo(expected, 8);
  it('are in standard deviations, robust deviations and interquartile ranges', () => {
    check(zScore(100, TEN), (100 - 14.5) / 30.152390728873666);
    // The scale is a twentieth of the range of the sample (numpy's 1 % to 99 %) where the median deviation is less.
    check(robustZ(100, TEN), (100 - 5.5) / (0.05 * (91.81 - 1.09)));
    // scipy.stats.median_abs_deviation([1..9]) is 2.
    check(robustZ(10, sampleOf([1, 2, 3, 4, 5, 6, 7, 8, 9])), (10 - 5) / (1.4826 * 2));
    check(iqrDistance(100, TEN), (100 - 7.75) / 4.536);
    check(iqrDistance(1, TEN), (1 - 3.25) / 4.536);
    check(iqrDistance(5, TEN), 0);
  });
  it('are finite for a sample that does not vary', () => {
    const flat = sampleOf([45, 45, 45, 45]);
    check(zScore(45, flat), 0);
    check(robustZ(45.045, flat), 1);
    check(iqrDistance(44.955, flat), -1);
  });
});
