/**
 * Where does each number of a series' baseline stand in the block of floats that belongs to it?
 * Blocks of equal length lie one after another in one Float32Array, so that 160,000 series are one object for the collector.
 * Invariant: offsets depend on the memory size alone; a block of zeros is a series that was never observed.
 */
import { DISTANCE_SIZE } from './distance.js';

/** What a series may remember: more shapes find more, and cost more. */
export interface MemorySize {
  /** Lengths of the remembered shapes, in observations: multiples of four. */
  readonly shapeLengths: readonly number[];
  /** How many shapes of each length. */
  readonly shapes: number;
  /** Parts of a day. */
  readonly dayParts: number;
}

/** For thousands of series: 1.2 kB each. */
export const COMPACT: MemorySize = { shapeLengths: [8], shapes: 20, dayParts: 24 };
/** For a few: 46 kB each. */
export const GENEROUS: MemorySize = { shapeLengths: [4, 12, 24], shapes: 256, dayParts: 48 };

/** Views that look at a value in scales, with a tail for each side, then one view for each length of shape. */
export const SIGNED_VIEWS = ['level', 'season', 'innovation', 'shift'] as const;
/** Observations, beyond and excess: of one side of one view. */
export const TAIL_SIZE = 3;
export const HABIT_BINS = 11;
/** Shapes in use, and the usual distance to them. */
export const SHAPE_HEAD = 1 + DISTANCE_SIZE;

export interface Layout {
  readonly size: MemorySize;
  /** The views' names, in the order of their votes. */
  readonly views: readonly string[];
  readonly level: number;
  readonly season: number;
  readonly innovation: number;
  readonly shift: number;
  /** Values seen last, for as many as two shapes of the longest length. */
  readonly recent: number;
  readonly recentLength: number;
  readonly shapes: readonly { readonly at: number; readonly length: number }[];
  /** One tail after another: two for each signed view, one for each length of shape. */
  readonly tails: number;
  readonly habit: number;
  /** Floats of a block. */
  readonly floats: number;
}

export function layoutOf(size: MemorySize): Layout {
  let next = 0;
  const take = (count: number): number => {
    next += count;
    return next - count;
  };
  const level = take(4);
  const season = take(4 + 2 * size.dayParts);
  const innovation = take(5);
  const shift = take(2);
  const recentLength = 2 * Math.max(...size.shapeLengths);
  const recent = take(recentLength);
  const shapes = size.shapeLengths.map((length) => ({ at: take(SHAPE_HEAD + size.shapes * (length + 1)), length }));
  const tails = take(TAIL_SIZE * (2 * SIGNED_VIEWS.length + shapes.length));
  const habit = take(HABIT_BINS + 1);
  const views = [...SIGNED_VIEWS, ...size.shapeLengths.map((length) => `shape${length}`)];
  return { size, views, level, season, innovation, shift, recent, recentLength, shapes, tails, habit, floats: next };
}
