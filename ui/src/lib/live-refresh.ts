/**
 * Which reads does a live event make old? Those that end now. A read of a past time stays true for ever.
 * Keys are those of `queries.ts`: `[noun, kind?, …, arguments]`, where arguments with `at` or `to` end in the past.
 */
export function movesWithTime(queryKey: readonly unknown[]): boolean {
  return !queryKey.some((part) => {
    if (typeof part !== 'object' || part === null) return false;
    const { at, to } = part as { at?: unknown; to?: unknown };
    return at !== undefined || to !== undefined;
  });
}
