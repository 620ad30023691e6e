import { nextAtMs } from './live-version.js';

const check = (previous: number | undefined, window: number, expected: number) => expect(nextAtMs(previous, window)).toBe(expected);

describe('nextAtMs', () => {
  it('is the end of the newest window', () => {
    check(undefined, 30_000, 30_000);
    check(30_000, 60_000, 60_000);
    check(30_007, 60_000, 60_000);
  });
  it('counts on within a window', () => {
    check(30_000, 30_000, 30_001);
    check(30_001, 30_000, 30_002);
  });
  it('never goes back', () => check(60_000, 30_000, 60_001));
});
