/**
 * One series, value by value: how unusual is each, and when is a person told?
 * Baseline: exponentially weighted mean and deviation, updates clipped at three scales so that what is unusual is learned slowly.
 * Invariant: what is returned for a value depends on it and the values before it.
 */
import { ALERT_SCORE, rarity, scoreOf } from '../score/score.js';
import { tailRarity } from '../score/exponential-tail.js';

const DAY_MS = 86_400_000;
const ALERT_PAUSE_MS = DAY_MS / 2;
const WARM_UP = 30;
const SMALLEST_WEIGHT = 1 / 2016;
const CLIP = 3;
const RELATIVE_FLOOR = 1e-3;

export interface Observed {
  readonly score: number;
  /** A person would be told: the score is at the alert line, and nobody was told in the last 12 hours. */
  readonly alert: boolean;
}

export interface Scorer {
  observe(value: number, atMs: number): Observed;
}

export function scorer(): Scorer {
  let [count, mean, deviation, alertedAt] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  return {
    observe(value, atMs) {
      if (!Number.isFinite(value)) return { score: 0, alert: false };
      count += 1;
      const scale = Math.max(deviation * 1.25, RELATIVE_FLOOR * Math.abs(mean), Number.MIN_VALUE);
      const z = (value - mean) / scale;
      const score = count > WARM_UP ? scoreOf(rarity([tailRarity(Math.abs(z))])) : 0;
      const weight = Math.max(SMALLEST_WEIGHT, 1 / count);
      const step = count > WARM_UP ? Math.max(-CLIP, Math.min(CLIP, z)) * scale : value - mean;
      mean += weight * step;
      deviation += weight * (Math.abs(step) - deviation);
      const alert = score >= ALERT_SCORE && atMs - alertedAt >= ALERT_PAUSE_MS;
      if (alert) alertedAt = atMs;
      return { score, alert };
    },
  };
}
