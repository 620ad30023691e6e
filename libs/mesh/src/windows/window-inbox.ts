/**
 * Which windows are complete? Collects the chunks of `window.closed` events in any order, again and again.
 * Invariant: a window is given out when all its chunks of one publication are here, and at most MAX_OPEN windows are held open.
 */
import type { EdgeSample, SourceFreshness, WindowClosed } from '@observatory/contracts';
import { SharedParts } from './shared-parts.js';

const MAX_OPEN = 16;

type Chunk = EdgeSample[] | undefined;
interface OpenWindow {
  readonly chunks: Chunk[];
  readonly shared: SharedParts;
}

export interface ClosedWindow {
  readonly cluster: string;
  readonly atMs: number;
  readonly windowSec: number;
  readonly coverage?: WindowClosed['coverage'];
  readonly sources: readonly SourceFreshness[];
  readonly edges: readonly EdgeSample[];
}

export class WindowInbox {
  private readonly open = new Map<string, OpenWindow>();

  /** The whole window once this was its last chunk. Takes the event over. */
  add(event: WindowClosed): ClosedWindow | undefined {
    const { index, count } = event.chunk;
    const key = JSON.stringify([event.cluster, event.at]);
    const known = this.open.get(key);
    const window = known?.chunks.length === count ? known : { chunks: Array.from<Chunk>({ length: count }), shared: new SharedParts() };
    const { chunks, shared } = window;
    shared.share(event.edges);
    chunks[index] = event.edges;
    this.open.delete(key);
    const complete = chunks.filter((chunk) => chunk !== undefined);
    if (complete.length === count) {
      return {
        cluster: event.cluster,
        atMs: Date.parse(event.at),
        windowSec: event.windowSec,
        coverage: event.coverage,
        sources: event.sources,
        edges: complete.flat(),
      };
    }
    this.open.set(key, window);
    const [oldest] = this.open.keys();
    if (this.open.size > MAX_OPEN && oldest !== undefined) this.open.delete(oldest);
    return undefined;
  }
}
