import { ERROR_PRIOR, NO_RATIO, observeRatio, usualRatio, type RatioState } from './ratio.js';
import { randomOf } from '../forest/random.js';

const WINDOW_MS = 30_000;

/** Windows of `requests` with a steady share of errors, from a seeded stream. */
function run(
  state: RatioState,
  { windows, requests, share, from = 0 }: { windows: number; requests: number; share: number; from?: number },
) {
  const random = randomOf(from + requests);
  const rarities: number[] = [];
  for (let index = 0; index < windows; index += 1) {
    let events = 0;
    for (let request = 0; request < requests; request += 1) if (random() < share) events += 1;
    const step = observeRatio(state, { events, requests, atMs: (from + index + 1) * WINDOW_MS });
    state = step.state;
    rarities.push(step.reading.rarity);
  }
  return { state, rarities, highest: Math.max(...rarities) };
}

describe('observeRatio', () => {
  it('starts from the prior of the class', () => {
    expect(usualRatio(NO_RATIO)).toEqual({ mean: 0.005, concentration: 199 });
    const { reading } = observeRatio(NO_RATIO, { events: 1, requests: 1, atMs: WINDOW_MS });
    expect(reading.rarity).toBe(0);
  });

  it('learns the usual share, and finds a burst that a quiet day does not resemble', () => {
    const quiet = run(NO_RATIO, { windows: 2880, requests: 50, share: 0.01 });
    expect(usualRatio(quiet.state).mean).toBeCloseTo(0.01, 2);
    expect(quiet.highest).toBeLessThan(5);
    const burst = run(quiet.state, { windows: 4, requests: 50, share: 0.2, from: 2880 });
    expect(burst.highest).toBeGreaterThan(5);
  });

  it('finds over minutes what no window shows', () => {
    const quiet = run(NO_RATIO, { windows: 2880, requests: 10, share: 0.01 });
    const slow = run(quiet.state, { windows: 24, requests: 10, share: 0.25, from: 2880 });
    expect(slow.rarities[0]).toBeLessThan(5);
    expect(slow.highest).toBeGreaterThan(5);
  });

  it('learns a burst clipped, so that it does not become usual at once', () => {
    const quiet = run(NO_RATIO, { windows: 2880, requests: 50, share: 0.01 });
    const after = run(quiet.state, { windows: 20, requests: 50, share: 1, from: 2880 });
    expect(usualRatio(after.state).mean).toBeLessThan(0.015);
  });

  it('learns how much the share itself varies', () => {
    let state: RatioState = NO_RATIO;
    for (let index = 0; index < 500; index += 1) {
      state = observeRatio(state, { events: index % 2 === 0 ? 0 : 10, requests: 100, atMs: (index + 1) * WINDOW_MS }).state;
    }
    expect(usualRatio(state).concentration).toBeLessThan(60);
    expect(observeRatio(state, { events: 12, requests: 100, atMs: 501 * WINDOW_MS }).reading.rarity).toBeLessThan(2);
  });

  it('passes over windows that say nothing, and survives JSON', () => {
    const { state } = run(NO_RATIO, { windows: 50, requests: 20, share: 0.02 });
    for (const counts of [
      { events: 0, requests: 0 },
      { events: Number.NaN, requests: 5 },
      { events: 1, requests: Number.NaN },
    ]) {
      expect(observeRatio(state, { ...counts, atMs: 99 * WINDOW_MS }).state).toBe(state);
    }
    const copy = JSON.parse(JSON.stringify(state)) as RatioState;
    const next = { events: 9, requests: 20, atMs: 51 * WINDOW_MS };
    expect(observeRatio(copy, next)).toEqual(observeRatio(state, next));
    expect(state.windows.length).toBeLessThanOrEqual(30);
    expect(ERROR_PRIOR.mean).toBe(0.005);
  });
});
