/**
 * Was a course like the last few values seen before? The distance to the nearest of a bounded set of remembered courses
 * (nearest neighbour, as in matrix profiles, Yeh 2016, over an online codebook, as in sequential leader clustering, Hartigan 1975):
 * a course that is new enters in place of the one that was least recently met, one that is known moves its shape a little.
 * Invariants: courses enter only once they no longer overlap the present; cost and memory are bounded by the number of shapes.
 */
import { unusualDistance } from './distance.js';
import { SHAPE_HEAD } from './layout.js';

const IN_USE = 0;
const DISTANCE = 1;

/** Below this many shapes nothing is said. */
const FEWEST = 4;
const MERGE_WEIGHT = 0.02;

/** Values seen last, in a ring: `at(back)` is the value `back` observations ago. */
export interface Recent {
  readonly at: number;
  readonly length: number;
  /** Observations so far, the present one included. */
  readonly count: number;
}

const ringIndex = ({ at, length, count }: Recent, back: number): number => at + ((count - 1 - back) % length);

export function remember(floats: Float32Array, recent: Recent, value: number): void {
  floats[ringIndex(recent, 0)] = value;
}

export interface ShapePlace {
  readonly at: number;
  readonly length: number;
  readonly shapes: number;
}

interface Nearest {
  readonly squared: number;
  readonly slot: number;
}

const slotAt = (place: ShapePlace, slot: number): number => place.at + SHAPE_HEAD + place.shapes + slot * place.length;
const usedAt = (place: ShapePlace, slot: number): number => place.at + SHAPE_HEAD + slot;

/** The last `length` values that ended `back` observations ago are copied here, newest first, to be compared quickly. */
const course = new Float64Array(64);

function readCourse(floats: Float32Array, recent: Recent, { back, length }: { back: number; length: number }): void {
  for (let index = 0; index < length; index += 1) course[index] = floats[ringIndex(recent, back + index)]!;
}

/** Four values at a time, so that most shapes are left after few branches: lengths are multiples of four. */
function nearest(floats: Float32Array, place: ShapePlace, inUse: number): Nearest {
  const { length } = place;
  let squared = Infinity;
  let slot = -1;
  let start = slotAt(place, 0);
  for (let candidate = 0; candidate < inUse; candidate += 1, start += length) {
    let sum = 0;
    for (let index = 0; index < length && sum < squared; index += 4) {
      const a = course[index]! - floats[start + index]!;
      const b = course[index + 1]! - floats[start + index + 1]!;
      const c = course[index + 2]! - floats[start + index + 2]!;
      const d = course[index + 3]! - floats[start + index + 3]!;
      sum += a * a + b * b + (c * c + d * d);
    }
    if (sum < squared) {
      squared = sum;
      slot = candidate;
    }
  }
  return { squared, slot };
}

function leastRecentlyMet(floats: Float32Array, place: ShapePlace): number {
  let oldest = 0;
  for (let slot = 1; slot < place.shapes; slot += 1) if (floats[usedAt(place, slot)]! < floats[usedAt(place, oldest)]!) oldest = slot;
  return oldest;
}

/** The course that ended one length ago is now apart from the present: it enters, or moves the shape that it resembles. */
function learn(floats: Float32Array, place: ShapePlace, { recent, spread }: { recent: Recent; spread: number }): void {
  const inUse = floats[place.at + IN_USE]!;
  readCourse(floats, recent, { back: place.length, length: place.length });
  const { squared, slot } = nearest(floats, place, inUse);
  // The fuller the memory, the stranger a course must be to push another out.
  const strange = Math.sqrt(squared / place.length) > (spread * inUse) / place.shapes;
  if (inUse < FEWEST || strange) {
    const taken = inUse < place.shapes ? inUse : leastRecentlyMet(floats, place);
    if (inUse < place.shapes) floats[place.at + IN_USE] = inUse + 1;
    const start = slotAt(place, taken);
    for (let index = 0; index < place.length; index += 1) floats[start + index] = course[index]!;
    floats[usedAt(place, taken)] = recent.count;
    return;
  }
  const start = slotAt(place, slot);
  for (let index = 0; index < place.length; index += 1) floats[start + index]! += MERGE_WEIGHT * (course[index]! - floats[start + index]!);
  floats[usedAt(place, slot)] = recent.count;
}

/** How many usual spreads the nearest remembered course is farther than usual; NaN while too little is remembered. Learns. */
export function novelty(
  floats: Float32Array,
  place: ShapePlace,
  { recent, spread, floor }: { recent: Recent; spread: number; floor: number },
): number {
  if (recent.count <= 3 * place.length) return Number.NaN;
  const inUse = floats[place.at + IN_USE]!;
  let away = Number.NaN;
  if (inUse >= FEWEST) {
    readCourse(floats, recent, { back: 0, length: place.length });
    const { squared, slot } = nearest(floats, place, inUse);
    floats[usedAt(place, slot)] = recent.count;
    away = unusualDistance(floats, place.at + DISTANCE, { distance: Math.sqrt(squared / place.length), floor });
  }
  learn(floats, place, { recent, spread });
  return away;
}
