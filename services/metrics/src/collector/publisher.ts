/**
 * Windows as events, each once and in the order of their time: `window.closed` with the edges as soon as they are read,
 * `window.stored` when metrics can be asked for them. What could not be told waits in the database (`windows.published`) until
 * NATS is back. Message ids make a repetition after a crash harmless.
 */
import { Injectable } from '@nestjs/common';
import { EVENTS, type EdgeSample, type SourceFreshness, type WindowClosed } from '@observatory/contracts';
import { EventBus, NatsLink } from '@observatory/platform';
import { chunksOf, closedEvent } from '../domain/chunks.js';
import { ReadRepository } from '../storage/read.repository.js';
import { coverageOfState, WindowRepository } from '../storage/window.repository.js';

/** Older windows are history: who wants them reads them. */
export const PUBLISHED_WITHIN_MS = 3_600_000;
/** Windows that wait and are told of in one go. */
export const TOLD_AT_ONCE = 20;
/** Chunks that are on their way at once: NATS writes one down while the next arrives. */
const CHUNKS_AT_ONCE = 4;

export interface WindowToPublish {
  cluster: string;
  at: Date;
  windowSec: number;
  backfilled: boolean;
  coverage: WindowClosed['coverage'];
  sources: SourceFreshness[];
  edges: readonly EdgeSample[];
}

/** A window that was read just now: it need not be read again, nor sent again where it is `closed` already. */
export interface FreshWindow {
  at: Date;
  edges: readonly EdgeSample[];
  coverage: WindowClosed['coverage'];
  closed: boolean;
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

  /** The edges of a window. Rejects with `service/unavailable` when not all of it was stored by NATS. */
  async close({ edges, ...window }: WindowToPublish): Promise<void> {
    const at = window.at.toISOString();
    const chunks = chunksOf(edges);
    const count = chunks.length;
    const underway: Promise<void>[] = [];
    // Each is let go of when it is sent: together they are 22 MB of a large mesh.
    for (let index = 0; index < count; index += 1) {
      if (underway.length >= CHUNKS_AT_ONCE) await underway.shift();
      const event = closedEvent({ ...window, at, chunk: { index, count } }, chunks.shift()!);
      const sent = this.events.publishText(EVENTS.windowClosed, `window ${window.cluster} ${at} ${index}`, event);
      // Awaited below, unless one before it fails.
      sent.catch(() => undefined);
      underway.push(sent);
    }
    await Promise.all(underway);
  }

  /** That a window whose edges are out can be asked for. */
  async tellStored({ edges, at, coverage: _, ...window }: WindowToPublish): Promise<void> {
    const end = at.toISOString();
    await this.events.publish(EVENTS.windowStored, `window-stored ${window.cluster} ${end}`, { ...window, at: end, edges: edges.length });
  }

  /** Tells of the stored windows that wait, oldest first, TOLD_AT_ONCE at most; returns how many those were. */
  async flush(source: WaitingSource, now: Date, fresh?: FreshWindow): Promise<number> {
    if (!this.canPublish) return 0;
    const waiting = await this.windows.unpublished(source.sourceKey, new Date(now.getTime() - PUBLISHED_WITHIN_MS), TOLD_AT_ONCE);
    for (const { at, windowSec, state } of waiting) {
      const known = fresh?.at.getTime() === at.getTime() ? fresh : undefined;
      const edges = known?.edges ?? (await this.reads.windowAt(source.sourceKey, at));
      const coverage = known ? known.coverage : coverageOfState(state);
      const about = { cluster: source.cluster, at, windowSec, backfilled: state === 'backfilled', coverage };
      const window: WindowToPublish = { ...about, sources: source.sources, edges };
      if (!known?.closed) await this.close(window);
      await this.tellStored(window);
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
