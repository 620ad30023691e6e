import { backfillSpans, firstRawAt, nextChunk, stepsWithin } from './backfill-plan.js';

const at = (minute: number, second = 0): Date => new Date(Date.UTC(2026, 2, 1, 12, minute, second));

describe('nextChunk', () => {
  it('takes the newest stretch without a break', () => {
    expect(nextChunk([at(10), at(9, 30), at(9), at(7)], 30, 100)).toEqual({ start: at(9), end: at(10), stepSec: 30 });
  });
  it('takes no more steps than it may', () => {
    expect(nextChunk([at(10), at(9, 30), at(9)], 30, 2)).toEqual({ start: at(9, 30), end: at(10), stepSec: 30 });
  });
  it('has nothing to do without holes', () => {
    expect(nextChunk([], 30, 10)).toBeUndefined();
  });
});

describe('stepsWithin', () => {
  it('is bounded by memory, by time and by itself', () => {
    expect(stepsWithin({ rows: 200, prometheusMs: 20 })).toBe(120);
    expect(stepsWithin({ rows: 100_000, prometheusMs: 20 })).toBe(3);
    expect(stepsWithin({ rows: 10, prometheusMs: 4000 })).toBe(2);
    expect(stepsWithin({ rows: 1e9, prometheusMs: 1e9 })).toBe(1);
    expect(stepsWithin({ rows: 0, prometheusMs: 0 })).toBe(120);
  });
});

describe('spans', () => {
  it('begins raw history an hour back, at a whole 5 minutes', () => {
    expect(firstRawAt(at(33, 20))).toEqual(new Date(Date.UTC(2026, 2, 1, 11, 30)));
  });
  it('looks for raw holes in the last six hours only', () => {
    const now = at(0);
    const young = backfillSpans(now, firstRawAt(now), at(0));
    expect(young.raw.from).toEqual(firstRawAt(now));
    expect(young.rollup).toEqual({ from: new Date(now.getTime() - 7 * 86_400_000), to: firstRawAt(now) });
    const old = backfillSpans(now, new Date(0), at(0));
    expect(old.raw.from).toEqual(new Date(now.getTime() - 6 * 3_600_000));
  });
});
