import { binomial, hashText, mix, normalCdf, poisson, randomFrom, smoothNoise } from './random.js';

const mean = (draws: number, draw: () => number): number =>
  Array.from({ length: draws }, draw).reduce((sum, value) => sum + value, 0) / draws;

describe('chance', () => {
  it('repeats for the same seed and differs for another', () => {
    const draw = (seed: number) => {
      const random = randomFrom(seed);
      return [random.next(), random.next(), random.next()];
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(mix(1, 2, 3)).toBe(mix(1, 2, 3));
    expect(new Set([mix(1, 2), mix(2, 1), mix(1, 2, 0), mix(1, 3)]).size).toBe(4);
    expect(hashText('')).toBe(0x811c9dc5);
  });

  it.each([0.2, 3, 29, 31, 400])('draws Poisson counts around %p', (expected) => {
    const random = randomFrom(11);
    const found = mean(20_000, () => poisson(expected, random));
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.03);
  });

  it.each([
    [10, 0.3],
    [39, 0.9],
    [500, 0.001],
    [500, 0.4],
    [500, 0.999],
  ])('draws %p times %p', (count, p) => {
    const random = randomFrom(13);
    const found = mean(20_000, () => binomial(count, p, random));
    expect(Math.abs(found / (count * p) - 1)).toBeLessThan(0.05);
  });

  it('lets nothing through a share of 0 or past a share of 1', () => {
    const random = randomFrom(1);
    expect([
      binomial(100, 0, random),
      binomial(100, 1, random),
      binomial(0, 0.5, random),
      poisson(0, random),
      poisson(Number.NaN, random),
    ]).toEqual([0, 100, 0, 0, 0]);
  });

  it.each([
    [0, 0.5],
    [1.644854, 0.95],
    [-1.959964, 0.025],
    [4, 0.999968],
  ])('knows the normal distribution at %p', (z, expected) => expect(normalCdf(z)).toBeCloseTo(expected, 5));

  it('moves smoothly', () => {
    for (let timeSec = 0; timeSec < 1000; timeSec += 1) {
      const step = Math.abs(smoothNoise(3, 60, timeSec + 1) - smoothNoise(3, 60, timeSec));
      expect(step).toBeLessThan(0.06);
      expect(Math.abs(smoothNoise(3, 60, timeSec))).toBeLessThanOrEqual(1);
    }
  });
});
