/**
 * Is it worth a person's time? A value may be improbable and of no consequence: what deviates must also deviate by an amount, by
 * a share, and with some traffic behind it, as in Dynatrace's rules. Invariant: gates only lower scores, to just below the alert line.
 */
import { ALERT_SCORE } from '../score/score.js';

/** Quantiles of fewer requests are noise: they count as missing. */
export const FEWEST_FOR_QUANTILE = 30;

export interface Gate {
  /** Smallest deviation from the expected value that matters, in the signal's unit. */
  readonly absolute: number;
  /** Smallest deviation as a share of the expected value. */
  readonly relative: number;
  /** Requests (or connections) a minute that must be behind it. */
  readonly perMinute: number;
}

export interface Deviation {
  readonly score: number;
  readonly observed: number;
  readonly expected: number;
  readonly perMinute: number;
}

/** Why a deviation does not matter; undefined where it does. */
export function gateThatHolds({ observed, expected, perMinute }: Omit<Deviation, 'score'>, gate: Gate): keyof Gate | undefined {
  const away = Math.abs(observed - expected);
  if (perMinute < gate.perMinute) return 'perMinute';
  if (away < gate.absolute) return 'absolute';
  return away < gate.relative * Math.abs(expected) ? 'relative' : undefined;
}

/** Just below the alert line: still shown, never told. */
const HELD_SCORE = ALERT_SCORE - 0.01;

export function gated(deviation: Deviation, gate: Gate): number {
  return gateThatHolds(deviation, gate) === undefined ? deviation.score : Math.min(deviation.score, HELD_SCORE);
}
