/**
 * What becomes of a window that was read: its edges go out at once, it is stored, and then it is told that it can be asked for.
 * Whoever works on edges (the map, detection) does not wait for the database; whoever asks is not told too early.
 * Invariants: windows go out in the order of their time, so one that others wait before is stored first and goes out after them;
 * without a database it goes out all the same; one that was stored and is not wholly told of stays unpublished, and is told later.
 */
import type { EdgeSample, WindowClosed } from '@observatory/contracts';
import { nodeTotals } from '../domain/node-totals.js';
import type { StoredSource } from '../storage/source.repository.js';
import { stateOf, type WindowRepository } from '../storage/window.repository.js';
import { TOLD_AT_ONCE, type FreshWindow, type Publisher, type WindowToPublish } from './publisher.js';
import { selfMetrics, type StageClock } from './self-metrics.js';
import type { SourceState } from './source-state.js';

const UNSTORED_KEPT = 2000;

export interface KeeperParts {
  state: SourceState;
  windows: WindowRepository;
  publisher: Publisher;
  isOurs: (cluster: string) => boolean;
}
export interface KnownWindow {
  at: Date;
  edges: EdgeSample[];
  coverage: WindowClosed['coverage'];
}
/** Runs work whose failure is logged and is no reason to stop; undefined when it failed. */
export type Attempt = <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;

export class WindowKeeper {
  /** Ends of windows that went out while the database was away: they are read back without being told again. */
  readonly publishedUnstored = new Set<number>();
  /** Whether older windows may wait to be told of: another replica may have left some. */
  private behind = true;

  constructor(
    private readonly parts: KeeperParts,
    private readonly attempt: Attempt,
  ) {}

  /** Somebody else collects. */
  stepBack(): void {
    this.behind = true;
  }

  async keep(window: KnownWindow, stored: StoredSource | undefined, clock: StageClock): Promise<void> {
    const { state } = this.parts;
    const closed = stored === undefined || !this.behind ? await this.close(window, clock) : false;
    const isStored = stored && (await this.attempt('storing a window', () => this.store(window, stored)));
    clock.lap('store');
    selfMetrics.windows.inc({ cluster: state.cluster, state: stateOf(window.coverage, 'read') });
    if (isStored) {
      const told = await this.attempt('publishing', () =>
        this.flush(stored, { at: window.at, edges: window.edges, coverage: window.coverage, closed }),
      );
      if (!closed && told) clock.closed();
    } else if (closed || (stored && (await this.close(window, clock)))) {
      await this.tellUnstored(window);
    }
    clock.lap('tell');
  }

  /** Tells of stored windows that wait; returns how many those were. */
  async flush({ sourceKey }: StoredSource, fresh?: FreshWindow): Promise<number> {
    const { state, publisher } = this.parts;
    this.behind = true;
    const source = { sourceKey, cluster: state.cluster, sources: state.freshness(new Date()) };
    const told = await publisher.flush(source, new Date(), fresh);
    this.behind = !publisher.canPublish || told >= TOLD_AT_ONCE;
    return told;
  }

  private async close(window: KnownWindow, clock: StageClock): Promise<boolean> {
    const closed = await this.attempt('publishing', async () => {
      await this.parts.publisher.close(this.event(window));
      return true;
    });
    if (closed) clock.closed();
    return closed ?? false;
  }

  private async store(window: KnownWindow, { sourceKey }: StoredSource): Promise<true> {
    const { state, windows, isOurs } = this.parts;
    const { at, edges, coverage } = window;
    const nodes = nodeTotals(edges, state.cluster, isOurs);
    const known = { windowSec: state.windowSec, state: stateOf(coverage, 'read'), settled: coverage === undefined };
    await windows.store({ sourceKey, at, ...known, edges, nodes }, false);
    return true;
  }

  private async tellUnstored(window: KnownWindow): Promise<void> {
    this.publishedUnstored.add(window.at.getTime());
    const [oldest] = this.publishedUnstored;
    if (this.publishedUnstored.size > UNSTORED_KEPT && oldest !== undefined) this.publishedUnstored.delete(oldest);
    await this.attempt('publishing', () => this.parts.publisher.tellStored(this.event(window)));
  }

  private event({ at, edges, coverage }: KnownWindow): WindowToPublish {
    const { state } = this.parts;
    const sources = state.freshness(new Date());
    return { cluster: state.cluster, at, windowSec: state.windowSec, backfilled: false, coverage, sources, edges };
  }
}
