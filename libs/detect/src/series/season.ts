/**
 * What is usual at this time of day? A level for each part of the day, straight lines between their middles, and the usual
 * distance from it. A part speaks once two days have been seen, and follows the last five; learning is clipped at three scales.
 * Invariant: what is expected before two matching days is the level of the series, and `known` says so.
 */
import type { Level } from './level.js';

export const DAY_MS = 86_400_000;
const SCALE = 0;
const COUNT = 1;
/** Observations in the current visit of a part of the day. */
const VISIT = 2;
const HEAD = 4;

const MATCHING_DAYS = 2;
/** A part's level follows its days with at least this weight. */
const DAY_WEIGHT = 0.2;
const CLIP = 3;
const WARM_UP = 20;
/** Of a mean absolute deviation, for a normal distribution: sqrt(pi / 2). */
const TO_DEVIATION = 1.2533;

export interface SeasonPlace {
  readonly at: number;
  readonly dayParts: number;
}

export interface Expected {
  readonly value: number;
  /** Two matching days were seen. */
  readonly known: boolean;
  readonly scale: number;
  readonly count: number;
}

const dayOf = (timeMs: number): number => (((timeMs % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS;
const levelAt = (place: SeasonPlace, part: number): number => place.at + HEAD + part;
const daysAt = (place: SeasonPlace, part: number): number => place.at + HEAD + place.dayParts + part;

export function expectedAt(floats: Float32Array, place: SeasonPlace, { timeMs, level }: { timeMs: number; level: Level }): Expected {
  const { dayParts } = place;
  const position = dayOf(timeMs) * dayParts - 0.5;
  const before = (Math.floor(position) + dayParts) % dayParts;
  const after = (before + 1) % dayParts;
  const share = position - Math.floor(position);
  const left = floats[daysAt(place, before)]! >= MATCHING_DAYS ? 1 - share : 0;
  const right = floats[daysAt(place, after)]! >= MATCHING_DAYS ? share : 0;
  // Data that come hourly fill every other part of half an hour: the nearer one must be known, not both.
  const known = left + right >= 0.5 - 1e-9;
  const value = known ? (floats[levelAt(place, before)]! * left + floats[levelAt(place, after)]! * right) / (left + right) : level.mean;
  const scale = Math.max(floats[place.at + SCALE]! * TO_DEVIATION, level.floor);
  return { value, known, scale, count: floats[place.at + COUNT]! };
}

export interface SeasonStep {
  readonly value: number;
  readonly timeMs: number;
  readonly elapsedMs: number;
  readonly weight: number;
  readonly expected: Expected;
  readonly level: Level;
}

function learnScale(floats: Float32Array, place: SeasonPlace, { value, weight, expected }: SeasonStep): void {
  if (!expected.known) return;
  const count = floats[place.at + COUNT]! + 1;
  const limit = CLIP * expected.scale;
  const away = value - expected.value;
  const residual = count > WARM_UP ? Math.max(-limit, Math.min(limit, away)) : away;
  const scale = floats[place.at + SCALE]!;
  floats[place.at + COUNT] = count;
  floats[place.at + SCALE] = scale + Math.max(1 / count, weight) * (Math.abs(residual) - scale);
}

export function learnSeason(floats: Float32Array, place: SeasonPlace, step: SeasonStep): void {
  const { dayParts } = place;
  const { value, timeMs, elapsedMs, expected, level } = step;
  const part = Math.floor(dayOf(timeMs) * dayParts);
  const entered = level.count === 0 || Math.floor(dayOf(timeMs - elapsedMs) * dayParts) !== part || elapsedMs > DAY_MS / 2;
  if (entered) floats[daysAt(place, part)]! += 1;
  const visit = entered ? 1 : floats[place.at + VISIT]! + 1;
  floats[place.at + VISIT] = visit;
  const days = floats[daysAt(place, part)]!;
  const perVisit = Math.max(1, DAY_MS / dayParts / (level.intervalMs || DAY_MS));
  const weight = days <= 1 ? 1 / visit : Math.max(1 / days, DAY_WEIGHT) / perVisit;
  const limit = CLIP * expected.scale;
  const away = value - floats[levelAt(place, part)]!;
  floats[levelAt(place, part)]! += Math.min(1, weight) * (days > MATCHING_DAYS ? Math.max(-limit, Math.min(limit, away)) : away);
  learnScale(floats, place, step);
}
