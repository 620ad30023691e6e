/**
 * When is a window whole? When all of its chunks are there; then browsers hear how many edges it has, not which.
 * Invariant: of each window at most one summary, whatever the order of its chunks; at most WINDOWS_MAX windows are waited for.
 */
import type { LiveFrame, WindowClosed } from '@observatory/contracts';

const WINDOWS_MAX = 64;

export class WindowChunks {
  private readonly waiting = new Map<string, Map<number, number>>();

  /** The summary once the last missing chunk is here. */
  add({ cluster, at, windowSec, chunk, backfilled, sources, edges }: WindowClosed): LiveFrame<'metrics:window'>['data'] | undefined {
    const key = `${cluster} ${at}`;
    const counts = this.waiting.get(key) ?? new Map<number, number>();
    counts.set(chunk.index, edges.length);
    this.waiting.delete(key);
    if (counts.size >= chunk.count) {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return { cluster, at, windowSec, edges: total, backfilled, sources };
    }
    this.waiting.set(key, counts);
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > WINDOWS_MAX && oldest !== undefined) this.waiting.delete(oldest);
    return undefined;
  }
}
