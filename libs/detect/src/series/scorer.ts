/**
 * One series by itself, value by value: its score, and whether a person is told.
 * Invariant: nobody is told twice within ALERT_PAUSE_MS of the same series.
 */
import { ALERT_SCORE, type Preset } from '../score/score.js';
import { GENEROUS, type MemorySize } from './layout.js';
import { observe, type Reading } from './observe.js';
import { createStore } from './store.js';

/** What goes on within half a day is one matter. */
export const ALERT_PAUSE_MS = 12 * 3_600_000;

export interface Observed extends Reading {
  /** The score is at the alert line, and nobody was told within the last twelve hours. */
  readonly alert: boolean;
}

export interface Scorer {
  observe(value: number, atMs: number): Observed;
}

export function scorer({ preset, size = GENEROUS }: { preset?: Preset; size?: MemorySize } = {}): Scorer {
  const store = createStore(size, 1);
  let alertedAtMs = Number.NEGATIVE_INFINITY;
  return {
    observe(value, atMs) {
      const reading = observe(store, 0, { value, atMs, preset });
      const alert = reading.score >= ALERT_SCORE && atMs - alertedAtMs >= ALERT_PAUSE_MS;
      if (alert) alertedAtMs = atMs;
      return { ...reading, alert };
    },
  };
}
