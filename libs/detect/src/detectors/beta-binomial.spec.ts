import * as fc from 'fast-check';
import { betaBinomialRarity, logGamma } from './beta-binomial.js';

describe('logGamma', () => {
  const check = (x: number, expected: number) => expect(logGamma(x)).toBeCloseTo(expected, 10);
  it('agrees with scipy.special.gammaln', () => {
    check(0.1, 2.252712651734206);
    check(0.5, 0.5723649429247);
    check(1, 0);
    check(3.7, 1.428072326665388);
    check(10, 12.801827480081469);
    check(1000.5, 5908.674175848678);
  });
});

describe('betaBinomialRarity', () => {
  const check = (k: number, n: number, [mean, concentration]: [number, number], expected: number) =>
    expect(betaBinomialRarity(k, n, { mean, concentration })).toBeCloseTo(expected, 6);
  it('agrees with -log10 of scipy.stats.betabinom.sf', () => {
    check(5, 100, [0.01, 199], 1.764116567277568);
    check(10, 100, [0.005, 50], 2.822214885837044);
    check(50, 1000, [0.01, 500], 5.260042583758091);
    check(3, 10, [0.05, 20], 1.4835872969688946);
    check(100, 100, [0.5, 10], 5.967177404620694);
    check(400, 10_000, [0.005, 199], 3.481164047830579);
  });
  it('comes to the binomial where the share is steady (scipy.stats.binom.sf)', () => {
    expect(betaBinomialRarity(30, 100, { mean: 0.005, concentration: 1e7 })).toBeCloseTo(43.71, 1);
  });
  it('says nothing of what is usual or was not tried', () => {
    check(0, 100, [0.01, 100], 0);
    check(1, 100, [0.01, 100], 0);
    check(3, 0, [0.01, 100], 0);
    check(Number.NaN, 10, [0.01, 100], 0);
  });
  it('rises with k and stays finite', () => {
    const ratio = fc.record({
      mean: fc.double({ min: 1e-6, max: 0.9, noNaN: true }),
      concentration: fc.double({ min: 1, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(2000), ratio, (n, k, one) => {
        const [less, more] = [betaBinomialRarity(Math.min(k, n), n, one), betaBinomialRarity(Math.min(k + 1, n), n, one)];
        expect(Number.isFinite(more)).toBe(true);
        expect(more).toBeGreaterThanOrEqual(less - 1e-9);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
