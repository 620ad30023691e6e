/**
 * Collects one source: a window as soon as it has closed, everything that can wait in between.
 * Several replicas may run one: whoever holds the lease collects. Windows are stored once whoever reads them, so two
 * collectors cost Prometheus twice and change nothing; that is why a service that has never seen NATS collects on its own.
 */
import { Logger } from '@nestjs/common';
import { BUDGET_SHARE, lastWindowEnd, msToNextWindow } from '@observatory/mesh';
import { DomainError, type Database, type Lease, type NatsLink } from '@observatory/platform';
import { firstRawAt } from '../domain/backfill-plan.js';
import { allFactsQuery, factsOf, freshnessQuery, sampleOfWorkloads, spanQuery, type Facts, type KnownSource } from '../domain/facts.js';
import { isCovered, spanBeganAgoSec } from '../domain/freshness.js';
import type { SourceRepository, StoredSource } from '../storage/source.repository.js';
import { Backfill, type BackfillParts } from './backfill.js';
import type { Interest } from './interest.js';
import { QuantileBudget } from './quantile-budget.js';
import { countCost, countQueries, selfMetrics, StageClock } from './self-metrics.js';
import type { SourceState } from './source-state.js';
import { WindowKeeper, type KeeperParts } from './window-keeper.js';
import type { ReadCost, ReadWindow, WindowReader } from './window-reader.js';

/** How often meshes, scrape interval and name are asked for again. */
const FACTS_EVERY_MS = 300_000;
/** A Prometheus that has just started has scraped one mesh and not yet the other: at first facts are asked for in every window. */
const FACTS_SETTLE_MS = 120_000;
/**
 * A scrape that ended with the window needs this share of its interval to reach the storage, within bounds. A rate whose last
 * sample comes later is not wrong: it ends one scrape earlier.
 */
const SETTLE_SHARE = 0.1;
const SETTLE_MIN_MS = 300;
const SETTLE_MAX_MS = 1000;
/** A NATS that is there answers within this time after start; from then on a lone replica collects without a lease. */
const ALONE_AFTER_MS = 5000;
const IDLE_MS = 1000;

export interface CollectorParts extends Omit<BackfillParts, 'reader'>, KeeperParts {
  reader: WindowReader;
  database: Database;
  link: NatsLink;
  lease: Lease;
  sources: SourceRepository;
  interest: Interest;
}

export class SourceCollector {
  private readonly logger: Logger;
  private readonly backfill: Backfill;
  private readonly budget: QuantileBudget;
  private readonly keeper: WindowKeeper;
  private readonly startedAt = performance.now();
  private stored: StoredSource | undefined;
  private lastCost = { rows: 0, prometheusMs: 0 };
  /** Workloads that stand for all in questions about the source itself. */
  private sample: string[] = [];
  private lastAt = 0;
  /** From the end of the last window until all its edges were out; undefined before the first. */
  private closedAfterMs: number | undefined;
  private knownSince: number | undefined;
  private natsWasUp = false;
  private stopped = false;
  private wake: (() => void) | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly parts: CollectorParts) {
    this.logger = new Logger(`Collector ${parts.state.source.cluster}`);
    this.backfill = new Backfill(parts);
    this.budget = new QuantileBudget(parts.state.windowSec);
    this.keeper = new WindowKeeper(parts, (what, work) => this.attempt(what, work));
  }

  get state(): SourceState {
    return this.parts.state;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.running;
  }

  /** What the status page shows. */
  get figures(): Record<string, number> {
    return {
      [`${this.state.cluster} prometheusMsPerWindow`]: Math.round(this.lastCost.prometheusMs),
      [`${this.state.cluster} rowsPerWindow`]: this.lastCost.rows,
      ...(this.closedAfterMs === undefined ? {} : { [`${this.state.cluster} closedAfterMs`]: this.closedAfterMs }),
    };
  }

  private get leads(): boolean {
    const { lease, link } = this.parts;
    this.natsWasUp ||= link.isUp;
    return lease.isHeld || (!this.natsWasUp && performance.now() - this.startedAt > ALONE_AFTER_MS);
  }

  /** Linkerd's history goes by the name of the cluster, which the first samples of a new Prometheus tell. */
  private get mayYetBeNamed(): boolean {
    const { source, cluster } = this.state;
    return source.provisional && cluster === source.cluster && performance.now() - this.startedAt < FACTS_SETTLE_MS;
  }

  private get settleMs(): number {
    const shareMs = (this.state.scrapeIntervalSec ?? 0) * 1000 * SETTLE_SHARE;
    return Math.min(SETTLE_MAX_MS, Math.max(SETTLE_MIN_MS, shareMs));
  }

  private async run(): Promise<void> {
    let betweenMs = 0;
    let closedJustNow = false;
    while (!this.stopped) {
      const { windowSec } = this.state;
      const at = lastWindowEnd(Date.now() - this.settleMs, windowSec);
      if (at > this.lastAt && this.leads) {
        this.lastAt = at;
        await this.attempt('window', () => this.collect(new Date(at)));
        closedJustNow = true;
        continue;
      }
      if (!this.leads) this.keeper.stepBack();
      const nextMs = msToNextWindow(Date.now() - this.settleMs, windowSec);
      let pauseMs = IDLE_MS / 4;
      // What took longer the last time than is left before the next window ends is done right after that one is closed.
      if (this.leads && this.lastAt > 0 && (closedJustNow || betweenMs < nextMs)) {
        const startedAt = performance.now();
        pauseMs = await this.meanwhile();
        betweenMs = performance.now() - startedAt;
      }
      closedJustNow = false;
      await this.pause(Math.min(nextMs, pauseMs));
    }
  }

  private pause(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Whatever happens to one piece of work, the collector goes on. */
  private async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      const expected = thrown instanceof DomainError && thrown.code !== 'internal/bug';
      if (expected) this.logger.warn(`${what}: ${thrown.message}`);
      else this.logger.error(thrown);
      return undefined;
    }
  }

  private async collect(at: Date): Promise<void> {
    const { state } = this.parts;
    const clock = new StageClock(state.cluster, at);
    const stored = await this.attempt('database', () => this.openSource(at));
    clock.lap('wait');
    try {
      const read = await this.read(at);
      clock.lap('read');
      const coverage = state.coverageAt(at);
      await this.keeper.keep({ at, edges: read.window.edges, coverage }, stored, clock);
      this.closedAfterMs = clock.closedAfterMs ?? this.closedAfterMs;
      this.account(read, at);
    } finally {
      if (stored) await this.attempt('database', () => this.reportSource(stored));
    }
  }

  /** The row of this source; undefined while the database is away. */
  private async openSource(at: Date): Promise<StoredSource | undefined> {
    if (this.stored || !this.parts.database.isUp) return this.stored;
    const { source } = this.state;
    this.stored = await this.parts.sources.open(source.id, source.cluster, firstRawAt(at));
    // While Prometheus is away a cluster is called what it was called before.
    if (source.provisional && this.state.cluster === source.cluster) this.state.cluster = this.stored.cluster;
    return this.stored;
  }

  private async reportSource(stored: StoredSource): Promise<void> {
    const [freshness] = this.state.freshness(new Date());
    if (freshness && this.parts.database.isUp) await this.parts.sources.report(stored.sourceKey, this.state.cluster, freshness);
  }

  /** Returns what Prometheus took, in milliseconds. */
  private async learnFacts(at: Date): Promise<number> {
    const { state } = this.parts;
    const startedAt = performance.now();
    const everything = this.wantsFacts(at);
    let facts = await this.askFacts(at, { meshes: state.meshes, sample: this.sample }, everything);
    // Those that stand for all may be gone, or fall silent alone.
    if (this.sample.length > 0 && !isCovered(facts.freshAt?.getTime(), at.getTime(), state.rateWindowSec))
      facts = await this.askFacts(at, { meshes: state.meshes, sample: [] }, everything);
    const lookedBackSec = spanBeganAgoSec(state.rateSpan);
    state.learn(facts, at);
    // Rates are taken over another span than was looked at.
    if (spanBeganAgoSec(state.rateSpan) !== lookedBackSec)
      state.learn(await this.askFacts(at, { meshes: state.meshes, sample: this.sample }, false), at);
    return performance.now() - startedAt;
  }

  private async askFacts(at: Date, known: KnownSource, everything: boolean): Promise<Facts> {
    const { client, state } = this.parts;
    const { selector } = state.source.prometheus;
    const asked = everything ? { ...known, meshes: [] } : known;
    const query = everything ? allFactsQuery(known, selector) : freshnessQuery(known, selector);
    return factsOf(await client.query(`${query} or ${spanQuery(asked, spanBeganAgoSec(state.rateSpan), selector)}`, at), everything);
  }

  private wantsFacts(at: Date): boolean {
    const { meshes, scrapeIntervalSec, factsAt } = this.state;
    if (meshes.length === 0 || !scrapeIntervalSec || !factsAt) return true;
    this.knownSince ??= at.getTime();
    return at.getTime() - this.knownSince < FACTS_SETTLE_MS || at.getTime() - factsAt.getTime() >= FACTS_EVERY_MS;
  }

  private async read(at: Date): Promise<{ window: ReadWindow; cost: ReadCost }> {
    const { state } = this.parts;
    try {
      return await this.readWithFacts(at);
    } catch (thrown) {
      state.failure = (thrown as Error).message;
      selfMetrics.windows.inc({ cluster: state.cluster, state: 'failed' });
      const { stored } = this;
      if (stored) await this.attempt('database', () => this.parts.windows.storeFailure(stored.sourceKey, at, state.windowSec));
      throw thrown;
    }
  }

  /** The source is asked about itself beside the window, which is read again where that changed what it is read by. */
  private async readWithFacts(at: Date): Promise<{ window: ReadWindow; cost: ReadCost }> {
    const { state } = this;
    const facts = this.learnFacts(at);
    if (state.meshes.length === 0) await facts;
    const readBy = () => [state.cluster, state.rateWindowSec, ...state.meshes].join(' ');
    const before = readBy();
    const [first, factsMs] = await Promise.all([this.readWindow(at), facts]);
    const read = readBy() === before ? first : await this.readWindow(at);
    read.cost.prometheusMs += factsMs;
    return read;
  }

  private readWindow(at: Date): Promise<{ window: ReadWindow; cost: ReadCost }> {
    const { state, interest, reader } = this.parts;
    const watched = interest.watched(at);
    selfMetrics.watched.set({ cluster: state.cluster }, watched.length);
    return reader.read(at, {
      cluster: state.cluster,
      selector: state.source.prometheus.selector,
      meshes: state.meshes,
      rateWindowSec: state.rateWindowSec,
      ...this.budget.next(at, watched),
    });
  }

  private account({ window, cost }: { window: ReadWindow; cost: ReadCost }, at: Date): void {
    const { cluster } = this.state;
    this.lastCost = cost;
    this.budget.took(cost, window.edges, this.state.recordingRules);
    this.sample = sampleOfWorkloads(window.edges);
    countCost(cluster, 'window', { ...cost, queries: cost.queries + 1 });
    countQueries(cluster, cost);
    selfMetrics.edges.set({ cluster }, window.edges.length);
    selfMetrics.windowSeconds.observe({ cluster }, (Date.now() - at.getTime()) / 1000);
    for (const { code, count } of window.problems) selfMetrics.problems.inc({ cluster, code }, count);
    if (cost.notFinite > 0) selfMetrics.problems.inc({ cluster, code: 'not-finite' }, cost.notFinite);
    for (const warning of new Set(cost.warnings)) this.logger.warn(`Prometheus: ${warning}`);
  }

  /** What can wait: events that could not be published, rollups, holes. Returns how long to pause then. */
  private async meanwhile(): Promise<number> {
    const { database, state } = this.parts;
    if (!database.isUp) return IDLE_MS / 4;
    const workedMs = await this.attempt('in between', async () => {
      const stored = await this.openSource(new Date(this.lastAt));
      if (!stored) return undefined;
      if ((await this.keeper.flush(stored)) > 0) return 0;
      if (state.failure !== undefined || this.mayYetBeNamed) return undefined;
      return this.backfill.step({
        now: new Date(),
        lastWindowAt: new Date(this.lastAt),
        stored,
        lastCost: this.lastCost,
        withQuantiles: this.budget.isWhole,
        sample: this.sample,
        publishedAlready: this.keeper.publishedUnstored,
      });
    });
    // Reading back takes no more of Prometheus' time than windows may.
    return workedMs === undefined ? IDLE_MS : workedMs * (1 / BUDGET_SHARE - 1);
  }
}
