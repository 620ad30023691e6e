/**
 * Is this value unusual after the one before it? What is left of the distance from the season when the part that the last
 * distance foretells is taken away: an autoregression of order one (Box & Jenkins), its coefficient learned as it goes.
 * Invariant: after a gap of more than GAP intervals nothing is foretold and nothing learned.
 */
import type { Level } from './level.js';

const PREVIOUS = 0;
const COVARIANCE = 1;
const VARIANCE = 2;
const SCALE = 3;
const COUNT = 4;

const GAP = 6;
const CLIP = 3;
/** Distances enter the coefficient clipped at this many usual distances: one spike must not decide it. */
const COEFFICIENT_CLIP = 4;
const WARM_UP = 30;
const LARGEST_COEFFICIENT = 0.98;
const TO_DEVIATION = 1.2533;

export interface Foretold {
  /** The distance from the season that the last one foretells. */
  readonly distance: number;
  readonly scale: number;
  readonly usable: boolean;
  readonly warm: boolean;
}

export function foretell(floats: Float32Array, at: number, { elapsedMs, level }: { elapsedMs: number; level: Level }): Foretold {
  const variance = floats[at + VARIANCE]!;
  const coefficient = variance > 0 ? Math.max(0, Math.min(LARGEST_COEFFICIENT, floats[at + COVARIANCE]! / variance)) : 0;
  const usable = level.count > 0 && elapsedMs <= GAP * level.intervalMs;
  const scale = Math.max(floats[at + SCALE]! * TO_DEVIATION, level.floor);
  return { distance: usable ? coefficient * floats[at + PREVIOUS]! : 0, scale, usable, warm: floats[at + COUNT]! >= WARM_UP };
}

export interface InnovationStep {
  /** From what is expected at this time of day. */
  readonly distance: number;
  readonly foretold: Foretold;
  readonly usualDistance: number;
  readonly weight: number;
}

export function learnInnovation(floats: Float32Array, at: number, { distance, foretold, usualDistance, weight }: InnovationStep): void {
  const previous = floats[at + PREVIOUS]!;
  floats[at + PREVIOUS] = distance;
  if (!foretold.usable) return;
  const count = floats[at + COUNT]! + 1;
  const counts = Math.max(1 / count, weight);
  const away = distance - foretold.distance;
  const limit = CLIP * foretold.scale;
  const innovation = foretold.warm ? Math.max(-limit, Math.min(limit, away)) : away;
  floats[at + COUNT] = count;
  floats[at + SCALE]! += counts * (Math.abs(innovation) - floats[at + SCALE]!);
  const clip = COEFFICIENT_CLIP * usualDistance;
  const [now, before] = [Math.max(-clip, Math.min(clip, distance)), Math.max(-clip, Math.min(clip, previous))];
  floats[at + COVARIANCE]! += counts * (now * before - floats[at + COVARIANCE]!);
  floats[at + VARIANCE]! += counts * (before * before - floats[at + VARIANCE]!);
}
