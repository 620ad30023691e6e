import { NO_COUNTER, stepCounter } from './counter.js';

const MINUTE_MS = 60_000;

/** Half-hourly values; the last state and the rate that came with the last value. */
const run = (values: number[]) => {
  let state = NO_COUNTER;
  let rate: number | undefined;
  values.forEach((value, index) => ({ state, rate } = { rate: undefined, ...stepCounter(state, value, index * 30 * MINUTE_MS) }));
  return { isCounter: state.isCounter, fell: state.fell, rate };
};
const rising = (count: number, step = 1800) => Array.from({ length: count }, (_, index) => index * step);

describe('stepCounter', () => {
  it('decides after a day and as many values as hours', () => {
    expect(run(rising(48)).isCounter).toBe(false);
    expect(run(rising(49)).isCounter).toBe(true);
    expect(run(rising(60))).toEqual({ isCounter: true, fell: false, rate: 1 });
    expect(run(rising(60, 0)).isCounter).toBe(false);
  });
  it('takes what falls for a gauge', () => {
    expect(run([...rising(30), 5, ...rising(60)]).isCounter).toBe(false);
    expect(run([...rising(60), 59 * 1800 - 1])).toEqual({ isCounter: false, fell: true, rate: undefined });
    expect(run([-5, -4]).fell).toBe(true);
  });
  it('goes on where a counter starts anew, without a rate for what was lost', () => {
    expect(run([...rising(60), 900])).toEqual({ isCounter: true, fell: false, rate: undefined });
    expect(run([...rising(60), 900, 4500])).toEqual({ isCounter: true, fell: false, rate: 2 });
  });
  it('has no rate of two values at one time', () => {
    const { state } = stepCounter(NO_COUNTER, 1, 0);
    expect(stepCounter(state, 2, 0).rate).toBeUndefined();
  });
});
