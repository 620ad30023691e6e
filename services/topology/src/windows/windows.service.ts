/** The last windows of every source, as long as the live graph's span, in memory, as JetStream has them: after a restart the stream gives them back. */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { EVENTS, LIVE_SPAN_SEC, type EdgeSample, type SourceFreshness } from '@observatory/contracts';
import { mergeClusters, WindowInbox, WindowRing, type ClosedWindow } from '@observatory/mesh';
import { EventBus } from '@observatory/platform';
import { ClusterRegistry } from '../clusters/cluster-registry.js';
import { noWindowYet, windowFreshness, type NewestWindow } from '../domain/source-freshness.js';

/** Metrics publishes a window when it has read it: at most some windows late, or minutes after an outage. */
const LOOK_BACK_MS = 10 * 60_000;
/** A cluster that left the configuration of metrics. */
const FORGET_AFTER_MS = 24 * 3_600_000;

interface Source {
  readonly ring: WindowRing;
  /** Windows whose rates are too low: better than none, until one comes whose rates are whole. */
  readonly low: Set<number>;
  newest: NewestWindow;
}

@Injectable()
export class WindowsService implements OnApplicationBootstrap {
  private readonly logger = new Logger(WindowsService.name);
  private readonly inbox = new WindowInbox();
  private readonly sources = new Map<string, Source>();
  /** Ends of the newest windows that metrics can be asked about, by cluster. */
  private readonly storedAt = new Map<string, number>();
  private readonly listeners: ((window: ClosedWindow) => void)[] = [];

  constructor(
    private readonly bus: EventBus,
    private readonly registry: ClusterRegistry,
  ) {}

  onApplicationBootstrap(): void {
    const since = new Date(Date.now() - LOOK_BACK_MS);
    this.bus.follow(EVENTS.windowClosed, since, (event) => {
      const window = this.inbox.add(event);
      if (window) this.take(window);
    });
    this.bus.follow(EVENTS.windowStored, since, ({ cluster, at }) => {
      this.storedAt.set(cluster, Math.max(this.storedAt.get(cluster) ?? 0, Date.parse(at)));
    });
  }

  onWindow(listener: (window: ClosedWindow) => void): void {
    this.listeners.push(listener);
  }

  /** End of the newest window of all sources; undefined before the first. */
  get newestAtMs(): number | undefined {
    return this.sources.size === 0 ? undefined : Math.max(...Array.from(this.sources.values(), ({ newest }) => newest.atMs));
  }

  /** End of the newest window that is stored of every source that goes on: a window is here some moments before metrics can be asked about it. */
  get newestStoredAtMs(): number | undefined {
    const newest = Math.max(0, ...this.storedAt.values());
    const going = [...this.storedAt.values()].filter((atMs) => newest - atMs <= LIVE_SPAN_SEC * 1000);
    return going.length === 0 ? undefined : Math.min(...going);
  }

  /** True when no source lags behind the newest window, those aside that have stopped. */
  get isLevel(): boolean {
    const newest = this.newestAtMs ?? 0;
    return [...this.sources.values()].every(
      (source) => source.newest.atMs === newest || newest - source.newest.atMs > LIVE_SPAN_SEC * 1000,
    );
  }

  /** Whether every window of the last `spanSec` is in memory, of every source, with rates that are whole. */
  holds(spanSec: number): boolean {
    const holdsAll = ({ ring, low, newest: { atMs, windowSec } }: Source): boolean =>
      low.size === 0 && ring.times.filter((time) => time > atMs - spanSec * 1000).length >= Math.max(1, Math.floor(spanSec / windowSec));
    return spanSec <= LIVE_SPAN_SEC && this.sources.size > 0 && [...this.sources.values()].every(holdsAll);
  }

  /** Mean over the last `spanSec` of each source, counted from its own newest window: the last that is known of it. */
  samples(spanSec: number): EdgeSample[] {
    const means = Array.from(this.sources.values(), ({ ring, newest }) => ring.mean(newest.atMs, spanSec).edges);
    return means.length === 1 ? (means[0] as EdgeSample[]) : mergeClusters(means);
  }

  freshness(nowMs: number): SourceFreshness[] {
    const read = [...this.sources.values()].flatMap(({ newest }) => windowFreshness(newest, nowMs));
    return [...read, ...this.registry.withoutWindows([...this.sources.keys()]).map(noWindowYet)];
  }

  private take(window: ClosedWindow): void {
    if (this.registry.learnName(window.cluster)) {
      this.sources.clear();
      this.storedAt.clear();
    }
    const source = this.sources.get(window.cluster) ?? this.add(window);
    const { cluster, atMs, windowSec, sources, coverage } = window;
    // Without samples nothing is known of the traffic: what was known last stays, and its age is told.
    if (coverage !== 'none') source.ring.push({ atMs, edges: window.edges });
    if (coverage === 'partial') source.low.add(atMs);
    for (const low of source.low) {
      if (coverage === undefined) source.ring.drop(low);
      if (!source.ring.times.includes(low)) source.low.delete(low);
    }
    if (atMs >= source.newest.atMs) source.newest = { cluster, atMs: coverage === 'none' ? source.newest.atMs : atMs, windowSec, sources };
    for (const [name, { newest }] of this.sources) if (atMs - newest.atMs > FORGET_AFTER_MS) this.sources.delete(name);
    this.logger.debug(`${cluster}: window ${new Date(atMs).toISOString()} with ${window.edges.length} edges`);
    for (const listener of this.listeners) listener(window);
  }

  private add({ cluster, atMs, windowSec, sources }: ClosedWindow): Source {
    // One more than the span needs, for a window that comes late.
    const source = {
      ring: new WindowRing(Math.ceil(LIVE_SPAN_SEC / windowSec) + 1),
      low: new Set<number>(),
      newest: { cluster, atMs, windowSec, sources },
    };
    this.sources.set(cluster, source);
    return source;
  }
}
