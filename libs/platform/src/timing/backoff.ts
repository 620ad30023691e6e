/** Waiting between attempts: doubles from `minMs` to `maxMs`, half of it random so that many do not come back at once. */
import { randomInt } from 'node:crypto';

export class Backoff {
  private attempts = 0;

  constructor(
    private readonly minMs: number,
    private readonly maxMs: number,
  ) {}

  reset(): void {
    this.attempts = 0;
  }

  nextMs(): number {
    const ceiling = Math.min(this.maxMs, this.minMs * 2 ** this.attempts);
    this.attempts = Math.min(this.attempts + 1, 30);
    return jittered(ceiling);
  }
}

/** Between half and the whole of `ms`. */
export function jittered(ms: number): number {
  return Math.ceil(ms / 2) + randomInt(0, Math.max(1, Math.floor(ms / 2) + 1));
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done);
  });
}
