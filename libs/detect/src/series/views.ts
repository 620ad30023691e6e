/**
 * What do the views of a series say of one value? Each deviation in its own scales, each scale's tail made a vote: -log10 of a
 * tail probability, NaN for a view that has nothing to say yet.
 * Invariants: views are asked in the order of `layout.views`; each view's tail learns after it was asked.
 */
import { foretell, type Foretold } from './innovation.js';
import { SIGNED_VIEWS, TAIL_SIZE, type Layout } from './layout.js';
import { levelOf, type Level } from './level.js';
import { DAY_MS, expectedAt, type Expected } from './season.js';
import { novelty, remember, type Recent } from './shape-memory.js';
import { learnShift, shiftOf } from './shift.js';
import { clockAfter, LAST_AT, TIMES, type Store } from './store.js';
import { learnTail, rarityOf } from './tail.js';

export const WEEK_MS = 7 * DAY_MS;
/** The time constant of an exponential weight that is as old, on average, as a trailing week. */
export const MEMORY_MS = WEEK_MS / 2;
/** After a gap one observation must not replace the baseline. */
export const LARGEST_WEIGHT = 0.05;
/** Values until the level is known. */
export const WARM_UP = 10;
const SEASON_WARM_UP = 20;

/** One value beside what is known at its time. */
export interface Present {
  readonly value: number;
  readonly timeMs: number;
  readonly elapsedMs: number;
  readonly weight: number;
  readonly level: Level;
  readonly expected: Expected;
  readonly foretold: Foretold;
}

export function presentOf({ layout, floats, times }: Store, row: number, { value, atMs }: { value: number; atMs: number }): Present {
  const base = row * layout.floats;
  const lastMs = times[row * TIMES + LAST_AT]!;
  const timeMs = clockAfter(lastMs, atMs);
  const elapsedMs = Math.max(0, timeMs - lastMs) || 0;
  const level = levelOf(floats, base + layout.level);
  const weight = Math.max(1 / (level.count + 1), Math.min(LARGEST_WEIGHT, elapsedMs / MEMORY_MS));
  const expected = expectedAt(floats, { at: base + layout.season, dayParts: layout.size.dayParts }, { timeMs, level });
  return { value, timeMs, elapsedMs, weight, level, expected, foretold: foretell(floats, base + layout.innovation, { elapsedMs, level }) };
}

const recentOf = (layout: Layout, base: number, count: number): Recent => ({
  at: base + layout.recent,
  length: layout.recentLength,
  count,
});

/** Deviations of the signed views in scales, NaN where silent, then novelties of the shapes. Shapes learn. */
export function deviationsOf(store: Store, base: number, { value, level, expected, foretold, weight }: Present): number[] {
  const { layout, floats } = store;
  const distance = value - expected.value;
  const recent = recentOf(layout, base, level.count + 1);
  remember(floats, recent, value);
  const shift = shiftOf(floats, { at: base + layout.shift, recent }, level);
  learnShift(floats, base + layout.shift, { shift, weight });
  const signed = [
    level.count >= WARM_UP ? (value - level.mean) / level.deviation : Number.NaN,
    expected.known && expected.count >= SEASON_WARM_UP ? distance / expected.scale : Number.NaN,
    foretold.usable && foretold.warm ? (distance - foretold.distance) / foretold.scale : Number.NaN,
    shift.scales,
  ];
  const shapes = layout.shapes.map(({ at, length }) => {
    const place = { at: base + at, length, shapes: layout.size.shapes };
    return novelty(floats, place, { recent, spread: level.deviation, floor: level.floor });
  });
  return [...signed, ...shapes];
}

export const tailAt = (layout: Layout, base: number, index: number): number => base + layout.tails + index * TAIL_SIZE;

/** Votes of all views, in order; each view's tail learns, and keeps `keep` of its past. */
export function votesOf(
  { layout, floats }: Store,
  base: number,
  { deviations, keep }: { deviations: readonly number[]; keep: number },
): number[] {
  const sides = 2 * SIGNED_VIEWS.length;
  return deviations.map((z, view) => {
    if (Number.isNaN(z)) return z;
    if (view >= SIGNED_VIEWS.length) {
      const at = tailAt(layout, base, sides + view - SIGNED_VIEWS.length);
      const rarity = rarityOf(floats, at, z);
      learnTail(floats, at, { z, keep });
      return rarity;
    }
    const up = tailAt(layout, base, 2 * view);
    const down = tailAt(layout, base, 2 * view + 1);
    const rarity = rarityOf(floats, z < 0 ? down : up, Math.abs(z));
    learnTail(floats, up, { z, keep });
    learnTail(floats, down, { z: -z, keep });
    return rarity;
  });
}
