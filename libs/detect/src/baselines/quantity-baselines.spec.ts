import { QuantityBaselines, type QuantitySpec } from './quantity-baselines.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const SPECS: readonly QuantitySpec[] = [{ floor: 0.05, scaleFloor: 0.06, season: 0 }];

describe('the baseline of a quantity', () => {
  const noise = 0.002;
  /** A daily rhythm, seen in steps of five minutes. */
  function learned(days: number, valueAt: (atMs: number) => number): QuantityBaselines {
    const model = new QuantityBaselines(SPECS);
    model.reserve(1);
    for (let atMs = START; atMs < START + days * 86_400_000; atMs += 300_000)
      model.learn({ subject: 0, quantity: 0, atMs }, valueAt(atMs), { spanSec: 300, noise });
    return model;
  }
  const rhythm = (atMs: number) => 20 * (1 + 0.6 * Math.sin((2 * Math.PI * atMs) / 86_400_000));
  const at = (days: number, hours = 0) => ({ subject: 0, quantity: 0, atMs: START + days * 86_400_000 + hours * 3_600_000 });

  it('knows the time of day after two of them, and what to expect then', () => {
    expect(learned(1.5, rhythm).isSeasonal(0, 0)).toBe(false);
    const model = learned(4, rhythm);
    expect(model.isSeasonal(0, 0)).toBe(true);
    for (const hours of [0, 6, 12, 18]) expect(model.usual(at(4, hours)) / rhythm(at(4, hours).atMs)).toBeCloseTo(1, 0);
  });
  it('finds a usual value usual, and a value of another time of day not', () => {
    const model = learned(4, rhythm);
    expect(model.judge(at(4), rhythm(at(4).atMs), noise)).toBeLessThan(1);
    expect(model.judge(at(4), rhythm(at(4, 6).atMs), noise)).toBeGreaterThan(2);
    expect(model.verdict.higher).toBe(true);
  });
  it('learns a new level in hours, and not in minutes', () => {
    const model = learned(4, () => 20);
    const rarityAfter = (hours: number) => {
      const copy = new QuantityBaselines(SPECS);
      copy.restore(model.save(1));
      for (let minute = 0; minute < hours * 60; minute += 5) copy.learn(at(4, minute / 60), 60, { spanSec: 300, noise });
      return copy.judge(at(4, hours), 60, noise);
    };
    expect(rarityAfter(0)).toBeGreaterThan(4);
    expect(rarityAfter(0.5)).toBeGreaterThan(4);
    expect(rarityAfter(24)).toBeLessThan(rarityAfter(0));
  });
  it('is not moved by one wild value', () => {
    const model = learned(3, () => 20);
    model.learn(at(3), 1e9, { spanSec: 300, noise });
    expect(model.usual(at(3)) / 20).toBeCloseTo(1, 1);
  });
  it('is the same after a snapshot, and forgotten when cleared', () => {
    const model = learned(3, rhythm);
    const copy = new QuantityBaselines(SPECS);
    copy.restore(model.save(1));
    expect(copy.judge(at(3), 50, noise)).toBe(model.judge(at(3), 50, noise));
    copy.clear(0);
    expect([copy.ageSec(0, 0), copy.usual(at(3))]).toEqual([0, 0]);
  });
});
