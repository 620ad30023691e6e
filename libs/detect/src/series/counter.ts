/**
 * Is a series a counter, which only rises until its process starts anew? Then its rate is what can be unusual, as in PromQL's rate().
 * Invariants: decided from the values so far; a gauge that happens to rise for a while stays a gauge: a day must pass, with
 * as many values as hours, most of them larger than the one before and none smaller.
 */
import { clockAfter } from './store.js';

const DAY_MS = 86_400_000;
const FEWEST = 24;
const RISING_SHARE = 0.8;
/** A counter that starts anew falls below half of what it was; a smaller step back shows that it is no counter. */
const RESET_SHARE = 0.5;

export interface CounterState {
  readonly count: number;
  readonly rises: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly last: number;
  /** It fell, without starting anew. */
  readonly fell: boolean;
  readonly isCounter: boolean;
}

export const NO_COUNTER: CounterState = { count: 0, rises: 0, firstAtMs: 0, lastAtMs: 0, last: 0, fell: false, isCounter: false };

/**
 * The state after a value, and the rate per second since the one before: undefined where there is none, as where the counter
 * started anew and what it counted before that is lost.
 */
export function stepCounter(state: CounterState, value: number, atMs: number): { readonly state: CounterState; readonly rate?: number } {
  if (state.fell) return { state };
  const elapsedSec = (atMs - state.lastAtMs) / 1000;
  if (state.count === 0) {
    return { state: { ...NO_COUNTER, count: 1, firstAtMs: atMs, lastAtMs: atMs, last: value, fell: value < 0 } };
  }
  const anew = value < state.last && state.isCounter && value >= 0 && value < RESET_SHARE * state.last;
  if (value < state.last && !anew) return { state: { ...state, fell: true, isCounter: false } };
  const count = state.count + 1;
  const rises = state.rises + (value > state.last ? 1 : 0);
  const settled = count >= FEWEST && atMs - state.firstAtMs >= DAY_MS && rises >= RISING_SHARE * (count - 1);
  const next = { ...state, count, rises, last: value, lastAtMs: clockAfter(state.lastAtMs, atMs), isCounter: state.isCounter || settled };
  return elapsedSec > 0 && !anew ? { state: next, rate: (value - state.last) / elapsedSec } : { state: next };
}
