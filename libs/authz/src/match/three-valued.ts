/**
 * Kleene's three values, where what is not known names the facts that it hangs on.
 * Invariant: a list of facts is never empty, and names only facts that the answer hangs on.
 */
export type Three = boolean | readonly string[];

export const isOpen = (value: Three): value is readonly string[] => typeof value !== 'boolean';

export function all(values: readonly Three[]): Three {
  if (values.includes(false)) return false;
  return openOf(values) ?? true;
}

export function any(values: readonly Three[]): Three {
  if (values.includes(true)) return true;
  return openOf(values) ?? false;
}

function openOf(values: readonly Three[]): readonly string[] | undefined {
  const open = values.filter(isOpen).flat();
  return open.length > 0 ? [...new Set(open)].sort() : undefined;
}
