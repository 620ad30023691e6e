/**
 * The baselines of many series, side by side in typed arrays: quick to walk, small, and saved or restored as they are.
 * Invariants: row `i` belongs to series `i` for as long as its owner says so; a row that was cleared is a series never seen.
 */
import { layoutOf, type Layout, type MemorySize } from './layout.js';

/** First and last observation, begin of the episode under way; NaN where there is none. */
export const TIMES = 3;
export const FIRST_AT = 0;
export const LAST_AT = 1;
export const EPISODE_AT = 2;

/** A clock that went back by more than this was put right: it had been ahead. */
const PUT_RIGHT_MS = 86_400_000;

/** The time that a value counts as: never before the last one, `lastMs` (NaN for none), unless a clock was put right. */
export const clockAfter = (lastMs: number, atMs: number): number => (atMs < lastMs && lastMs - atMs <= PUT_RIGHT_MS ? lastMs : atMs);

export interface Store {
  readonly layout: Layout;
  readonly capacity: number;
  readonly floats: Float32Array;
  readonly times: Float64Array;
}

export function createStore(size: MemorySize, capacity: number): Store {
  const layout = layoutOf(size);
  const times = new Float64Array(capacity * TIMES).fill(Number.NaN);
  return { layout, capacity, floats: new Float32Array(capacity * layout.floats), times };
}

/** A store of another capacity with the rows that fit. */
export function resized(store: Store, capacity: number): Store {
  const next = createStore(store.layout.size, capacity);
  next.floats.set(store.floats.subarray(0, capacity * store.layout.floats));
  next.times.set(store.times.subarray(0, capacity * TIMES));
  return next;
}

export function clearRow({ layout, floats, times }: Store, row: number): void {
  floats.fill(0, row * layout.floats, (row + 1) * layout.floats);
  times.fill(Number.NaN, row * TIMES, (row + 1) * TIMES);
}

const VERSION = 2;
const HEAD_BYTES = 16;

/** The bytes of one row, little-endian, with its format: kept in a database and read back by `restoreRow`. */
export function saveRow({ layout, floats, times }: Store, row: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + TIMES * 8 + layout.floats * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  view.setUint32(4, layout.floats, true);
  for (let index = 0; index < TIMES; index += 1) view.setFloat64(HEAD_BYTES + index * 8, times[row * TIMES + index]!, true);
  const start = HEAD_BYTES + TIMES * 8;
  for (let index = 0; index < layout.floats; index += 1) view.setFloat32(start + index * 4, floats[row * layout.floats + index]!, true);
  return bytes;
}

/** False where the bytes are of another version or size: the series then learns anew. */
export function restoreRow({ layout, floats, times }: Store, row: number, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = HEAD_BYTES + TIMES * 8;
  if (bytes.byteLength !== start + layout.floats * 4) return false;
  if (view.getUint32(0, true) !== VERSION || view.getUint32(4, true) !== layout.floats) return false;
  for (let index = 0; index < TIMES; index += 1) times[row * TIMES + index] = view.getFloat64(HEAD_BYTES + index * 8, true);
  for (let index = 0; index < layout.floats; index += 1) floats[row * layout.floats + index] = view.getFloat32(start + index * 4, true);
  return true;
}
