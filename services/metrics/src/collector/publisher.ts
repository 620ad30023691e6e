/**
 * Windows as events, each once and in the order of their time. What could not be published when it was stored waits in the
 * database (`windows.published`) until NATS is back. Message ids make a repetition after a crash harmless.
 */
import { Injectable } from '@nestjs/common';
import { EVENTS, type EdgeSample, type SourceFreshness } from '@observatory/contracts';
import { EventBus, NatsLink } from '@observatory/platform';
import { chunksOf } from '../domain/chunks.js';
import { ReadRepository } from '../storage/read.repository.js';
import { WindowRepository } from '../storage/window.repository.js';

/** Older windows are history: who wants them reads them. */
export const PUBLISHED_WITHIN_MS = 3_600_000;
const BATCH = 20;

export interface WindowToPublish {
  cluster: string;
  at: Date;
  windowSec: number;
  backfilled: boolean;
  sources: SourceFreshness[];
  edges: readonly EdgeSample[];
}

@Injectable()
export class Publisher {
  constructor(
    private readonly events: EventBus,
    private readonly link: NatsLink,
    private readonly windows: WindowRepository,
    private readonly reads: ReadRepository,
  ) {}

  get canPublish(): boolean {
    return this.link.isUp;
  }

  /** Rejects with `service/unavailable` when not all of it was stored by NATS. */
  async publish({ cluster, at, windowSec, backfilled, sources, edges }: WindowToPublish): Promise<void> {
    const chunks = chunksOf(edges);
    for (const [index, chunk] of chunks.entries()) {
      const payload = {
        cluster,
        at: at.toISOString(),
        windowSec,
        chunk: { index, count: chunks.length },
        backfilled,
        sources,
        edges: chunk,
      };
      await this.events.publish(EVENTS.windowClosed, `window ${cluster} ${at.toISOString()} ${index}`, payload);
    }
  }

  /**
   * Publishes what waits, oldest first, a batch at most; returns how many windows that were.
   * `fresh` is a window that was stored just now: it need not be read again.
   */
  async flush(source: WaitingSource, now: Date, fresh?: { at: Date; edges: readonly EdgeSample[] }): Promise<number> {
    if (!this.canPublish) return 0;
    const waiting = await this.windows.unpublished(source.sourceKey, new Date(now.getTime() - PUBLISHED_WITHIN_MS), BATCH);
    for (const { at, windowSec, state } of waiting) {
      const edges = fresh?.at.getTime() === at.getTime() ? fresh.edges : await this.reads.windowAt(source.sourceKey, at);
      await this.publish({ cluster: source.cluster, at, windowSec, backfilled: state === 'backfilled', sources: source.sources, edges });
      await this.windows.markPublished(source.sourceKey, at);
    }
    return waiting.length;
  }
}

export interface WaitingSource {
  sourceKey: number;
  cluster: string;
  sources: SourceFreshness[];
}
