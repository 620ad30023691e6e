import { CountBaselines } from './count-baselines.js';

const SPECS = [{ prior: 0.01, leastIncrease: 0.01 }];

describe('more failures than usual', () => {
  function model(requests: number, share: number, windows = 2000): CountBaselines {
    const counts = new CountBaselines(SPECS);
    counts.reserve(1);
    for (let index = 0; index < windows; index += 1) {
      counts.turn();
      // Whole failures, as they come: one now and then.
      const failures = Math.floor((index + 1) * requests * 30 * share) - Math.floor(index * requests * 30 * share);
      const seen = { trials: requests * 30, events: [failures] };
      counts.put(0, seen);
      counts.learn(0, seen, { spanSec: 30 });
    }
    return counts;
  }
  const judged = (counts: CountBaselines, requests: number, errors: number) => {
    counts.turn();
    counts.put(0, { trials: requests * 30, events: [errors * 30] });
    return counts.judge(0, 0, 30)?.rarity ?? 0;
  };
  it.each([
    ['a third of many', 20, 0.001, 7, [8, 300]],
    ['as many as ever', 20, 0.01, 0.2, [0, 0]],
    ['two of sixty', 2, 0.001, 2 / 30, [0, 0]],
    ['half of sixty', 2, 0.001, 1, [6, 300]],
    ['twice the usual of few', 1, 0.05, 0.1, [0, 1.5]],
  ] as const)('%s', (_name, requests, share, errors, [low, high]) => {
    const rarity = judged(model(requests, share), requests, errors);
    expect(rarity).toBeGreaterThanOrEqual(low);
    expect(rarity).toBeLessThanOrEqual(high);
  });
  it('is over with the last bad window, though the five minutes before were bad', () => {
    const counts = model(20, 0.001);
    for (let index = 0; index < 5; index += 1) expect(judged(counts, 20, 7)).toBeGreaterThan(8);
    expect(judged(counts, 20, 0)).toBe(0);
  });
  it('of what nothing is known must be many', () => {
    const counts = new CountBaselines(SPECS);
    counts.reserve(1);
    expect(judged(counts, 1, 0.2)).toBeLessThan(5);
    expect(judged(counts, 10, 9)).toBeGreaterThan(4);
  });
});
