/** Array literals for `unnest($1::int[], …)`: one statement inserts a window. Built here since pg's own way takes three times as long. */

/** Below this float4 would underflow, which PostgreSQL refuses. */
const SMALLEST_REAL = 1e-37;

export const real = (value: number): number => (Math.abs(value) < SMALLEST_REAL ? 0 : value);

export function numbers(values: readonly (number | undefined)[]): string {
  return `{${values.map((value) => (value === undefined ? 'NULL' : real(value))).join(',')}}`;
}

/** PostgreSQL has no NUL character: it becomes the replacement character. */
export function texts(values: readonly (string | undefined)[]): string {
  const quoted = values.map((value) => (value === undefined ? 'NULL' : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`));
  return `{${quoted.join(',')}}`.replaceAll('\0', '\ufffd');
}

/** Arrays of numbers, to be cast element by element: `unnest($1::text[])::real[]`. */
export function lists(values: readonly (readonly (number | undefined)[] | undefined)[]): string {
  return `{${values.map((list) => (list === undefined ? 'NULL' : `"${numbers(list)}"`)).join(',')}}`;
}
