import { lastWindowEnd, MAX_MISSED_WINDOWS, missedWindows, msToNextWindow, rateWindowSec } from './index.js';

describe('rateWindowSec', () => {
  const check = (windowSec: number, scrapeIntervalSec: number, expected: number) =>
    expect(rateWindowSec(windowSec, scrapeIntervalSec)).toBe(expected);
  it('spans two windows and four scrapes', () => {
    check(30, 15, 60);
    check(30, 5, 60);
    check(30, 30, 120);
    check(30, 60, 240);
    check(5, 1, 10);
    check(5, 2.6, 11);
  });
});

describe('windows', () => {
  const T = Date.parse('2026-03-01T10:00:00Z');
  it('end on the clock', () => {
    expect([lastWindowEnd(T, 30), lastWindowEnd(T + 29_999, 30), lastWindowEnd(T + 30_000, 30)]).toEqual([T, T, T + 30_000]);
    expect([msToNextWindow(T, 30), msToNextWindow(T + 1, 30)]).toEqual([30_000, 29_999]);
  });
  const check = (lastMs: number, nowMs: number, expected: number[]) =>
    expect(missedWindows(T + lastMs, T + nowMs, 30).map((at) => at - T)).toEqual(expected);
  it('that were missed are named, oldest first', () => {
    check(0, 29_999, []);
    check(0, 30_000, [30_000]);
    check(0, 95_000, [30_000, 60_000, 90_000]);
    check(10_000, 65_000, [30_000, 60_000]);
    check(60_000, 0, []);
  });
  it('are bounded: the newest count', () => {
    const all = missedWindows(0, T, 30);
    expect(all).toHaveLength(MAX_MISSED_WINDOWS);
    expect(all.at(-1)).toBe(T);
  });
});
