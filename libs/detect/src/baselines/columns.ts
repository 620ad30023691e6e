/** Typed arrays with a row for each subject, which grow with the mesh. Invariant: growing keeps every row; at most 8,192 rows are spare. */

const FEWEST = 64;
const MOST_SPARE = 8192;

/** Rows to have room for when `subjects` no longer fit into `capacity`: twice as many, while the mesh is small. */
export const roomFor = (subjects: number, capacity: number): number =>
  Math.max(FEWEST, subjects, Math.min(capacity * 2, capacity + MOST_SPARE));

/** `longer` with what `column` holds at its beginning. */
export function grown<T extends Float32Array | Float64Array | Uint16Array | Uint8Array>(column: T, longer: T): T {
  longer.set(column);
  return longer;
}
