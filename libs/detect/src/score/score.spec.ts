import * as fc from 'fast-check';
import { quantileOf, tailRarity } from './exponential-tail.js';
import { ALERT_SCORE, MEAN_TO_TAIL, PRESETS, rarity, scoreOf, type Preset } from './score.js';

describe('rarity', () => {
  const check = (votes: number[], expected: number) => expect(rarity(votes)).toBeCloseTo(expected, 10);
  it('is the mean of those that speak, each capped', () => {
    check([], 0);
    check([Number.NaN], 0);
    check([1, 3, Number.NaN], 2);
    check([100, 0.1], 3);
    check([-2, 2], 1);
  });
  it('weighs', () => {
    expect(rarity([1, 3], (index) => (index === 0 ? 3 : 1))).toBe(1.5);
  });
});

describe('scoreOf', () => {
  const presets = Object.keys(PRESETS) as Preset[];
  it('is 0.85 at the line of each preset', () => {
    for (const preset of presets) expect(scoreOf(PRESETS[preset] / MEAN_TO_TAIL, preset)).toBeCloseTo(ALERT_SCORE, 10);
  });
  it('is 0.85 farther on where values must be rarer, and nearer where less rare', () => {
    for (const harder of [1.5, -0.5])
      expect(scoreOf((PRESETS.balanced + harder) / MEAN_TO_TAIL, 'balanced', harder)).toBeCloseTo(ALERT_SCORE, 10);
    expect(scoreOf(0, 'sensitive', -0.5)).toBe(0);
  });
  it('is 0 of nothing, and goes a tenth of the rest for every two decades', () => {
    expect([scoreOf(0), scoreOf(-1), scoreOf(Number.NaN)]).toEqual([0, 0, 0]);
    expect(scoreOf((PRESETS.sensitive + 2) / MEAN_TO_TAIL)).toBeCloseTo(0.985, 10);
  });
  it('rises and never saturates where views can still be told apart', () => {
    const value = fc.double({ min: 0, max: 5.9, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.constantFrom(...presets), (a, b, preset) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(scoreOf(less, preset)).toBeLessThanOrEqual(scoreOf(more, preset));
        expect(scoreOf(more, preset)).toBeLessThan(1);
      }),
      { seed: 3 },
    );
  });
});

describe('tailRarity', () => {
  const check = (z: number, expected: number) => expect(tailRarity(z)).toBeCloseTo(expected, 10);
  it('is exponential beyond the line, and straight below', () => {
    check(0, 0);
    check(-5, 0);
    check(1.5, 1);
    check(3, 2);
    // exp(-(5 - 3) / 0.8) of one in a hundred.
    check(5, 2 - Math.log10(Math.exp(-2.5)));
    expect(tailRarity(Number.NaN)).toBeNaN();
    expect(tailRarity(0, { from: 0, share: 0.5, meanExcess: 1 })).toBe(0);
  });
  it('is undone by quantileOf', () => {
    for (const z of [0.3, 2.9, 3, 7, 40]) expect(quantileOf(tailRarity(z))).toBeCloseTo(z, 9);
  });
});
