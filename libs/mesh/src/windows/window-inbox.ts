/**
 * Which windows are complete? Collects the chunks of `window.closed` events in any order, again and again.
 * Invariant: a window is given out when all its chunks of one publication are here, and at most MAX_OPEN windows are held open.
 */
import type { EdgeSample, SourceFreshness, WindowClosed } from '@observatory/contracts';

const MAX_OPEN = 16;

export interface ClosedWindow {
  readonly cluster: string;
  readonly atMs: number;
  readonly windowSec: number;
  readonly sources: readonly SourceFreshness[];
  readonly edges: readonly EdgeSample[];
}

export class WindowInbox {
  private readonly open = new Map<string, (WindowClosed | undefined)[]>();

  /** The whole window once this was its last chunk. */
  add(event: WindowClosed): ClosedWindow | undefined {
    const { index, count } = event.chunk;
    const key = JSON.stringify([event.cluster, event.at]);
    const known = this.open.get(key);
    const chunks = known?.length === count ? known : Array.from<WindowClosed | undefined>({ length: count });
    chunks[index] = event;
    this.open.delete(key);
    const complete = chunks.filter((chunk) => chunk !== undefined);
    if (complete.length === count) {
      return {
        cluster: event.cluster,
        atMs: Date.parse(event.at),
        windowSec: event.windowSec,
        sources: event.sources,
        edges: complete.flatMap(({ edges }) => edges),
      };
    }
    this.open.set(key, chunks);
    const [oldest] = this.open.keys();
    if (this.open.size > MAX_OPEN && oldest !== undefined) this.open.delete(oldest);
    return undefined;
  }
}
