export interface UntilOptions {
  readonly deadlineMs: number;
  readonly everyMs?: number;
  /** What is waited for, as the error of a missed deadline names it. */
  readonly what?: string;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Calls `read` until it gives a value that is not undefined, null or false, and returns that value.
 * A `read` that throws counts as "not yet". Rejects after `deadlineMs` with the last error as its cause.
 */
export async function until<T>(read: () => T | Promise<T>, options: UntilOptions): Promise<Exclude<T, undefined | null | false>> {
  const { deadlineMs, everyMs = 50, what = 'the condition' } = options;
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    let lastError: unknown;
    try {
      const value = await read();
      if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= endsAt) {
      const detail = lastError instanceof Error ? `: ${lastError.message}` : '';
      throw new Error(`${what} did not hold within ${deadlineMs} ms${detail}`, { cause: lastError });
    }
    await pause(everyMs);
  }
}
