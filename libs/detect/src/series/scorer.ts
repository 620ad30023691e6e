/**
 * One series by itself, value by value: its score, and whether a person is told. Counters are scored by their rate.
 * Invariants: what is returned depends on this value and those before it; nobody is told twice of a series within its pause, nor of
 * what goes on without a break.
 */
import { ALERT_SCORE, type Preset } from '../score/score.js';
import { NO_COUNTER, stepCounter, type CounterState } from './counter.js';
import { ForestView } from './forest-view.js';
import { GENEROUS, type MemorySize } from './layout.js';
import { observe, SILENT, type Reading } from './observe.js';
import { createStore } from './store.js';

/** What goes on within half a day is one matter; so is what goes on for four values, where they come more slowly. */
export const ALERT_PAUSE_MS = 12 * 3_600_000;
const ALERT_PAUSE_VALUES = 4;

export interface Observed extends Reading {
  /** The score is at the alert line, and nobody was told lately. */
  readonly alert: boolean;
}

export interface Scorer {
  observe(value: number, atMs: number): Observed;
}

const VALUES = 0;
const RATES = 1;

export function scorer({ preset, size = GENEROUS }: { preset?: Preset; size?: MemorySize } = {}): Scorer {
  const store = createStore(size, 2);
  const forests = [new ForestView(), new ForestView()];
  let counter: CounterState = NO_COUNTER;
  let alertedAtMs = Number.NEGATIVE_INFINITY;
  /** What was told has not ended since: no value was below the line. */
  let goesOn = false;
  /** Both are learned while it may be a counter, so that nothing starts anew when that is decided. */
  const read = (value: number, atMs: number): Reading => {
    const ofValue = observe(store, VALUES, { value, atMs, preset, forest: forests[VALUES] });
    if (counter.fell || !Number.isFinite(value)) return ofValue;
    const step = stepCounter(counter, value, atMs);
    counter = step.state;
    const ofRate = step.rate === undefined ? SILENT : observe(store, RATES, { value: step.rate, atMs, preset, forest: forests[RATES] });
    return counter.isCounter ? ofRate : ofValue;
  };
  return {
    observe(value, atMs) {
      const reading = read(value, atMs);
      const pause = Math.max(ALERT_PAUSE_MS, ALERT_PAUSE_VALUES * reading.baseline.intervalMs);
      const atLine = reading.score >= ALERT_SCORE;
      const alert = atLine && !goesOn && Math.abs(atMs - alertedAtMs) >= pause;
      if (alert) alertedAtMs = atMs;
      goesOn = atLine && (goesOn || alert);
      return { ...reading, alert };
    },
  };
}
