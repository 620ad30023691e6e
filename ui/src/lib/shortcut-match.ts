/**
 * Which shortcut do these key strokes mean? Single keys (`?`), chords (`mod+k`), and two strokes (`g m`).
 * Invariant: a plain key never fires while somebody types into a field.
 */
export interface Stroke {
  key: string;
  mod: boolean;
  /** Typing into a field, where plain keys are text. */
  typing: boolean;
}

export function strokeName({ key, mod }: Pick<Stroke, 'key' | 'mod'>): string {
  return mod ? `mod+${key.toLowerCase()}` : key;
}

export type Match = { kind: 'none' } | { kind: 'prefix' } | { kind: 'hit'; keys: string };

/** `pending` is the first stroke of a pair, when it is fresh enough to count. */
export function matchStroke(known: readonly string[], stroke: Stroke, pending: string | undefined): Match {
  if (stroke.typing && !stroke.mod) return { kind: 'none' };
  const name = strokeName(stroke);
  const pair = pending === undefined ? undefined : `${pending} ${name}`;
  if (pair !== undefined && known.includes(pair)) return { kind: 'hit', keys: pair };
  if (known.includes(name)) return { kind: 'hit', keys: name };
  return known.some((keys) => keys.startsWith(`${name} `)) ? { kind: 'prefix' } : { kind: 'none' };
}
