/** Reads back what is missing of one source, a bounded chunk at a time, and keeps its rollups. Driven by the collector between windows. */
import { Logger } from '@nestjs/common';
import { MIN_SCRAPES, rateWindowSec } from '@observatory/mesh';
import { DomainError, type PrometheusClient } from '@observatory/platform';
import { backfillSpans, CHUNK_MAX_STEPS, nextChunk, stepsWithin, type Chunk } from '../domain/backfill-plan.js';
import { freshnessQuery, spacingQuery } from '../domain/facts.js';
import { isCovered } from '../domain/freshness.js';
import { nodeTotals } from '../domain/node-totals.js';
import type { HoleRepository } from '../storage/hole.repository.js';
import type { RollupRepository } from '../storage/rollup.repository.js';
import type { StoredSource } from '../storage/source.repository.js';
import { ROLLUP_SEC } from '../domain/resolution.js';
import { RAW_RETENTION_DAYS, ROLLUP_RETENTION_DAYS } from '../storage/tables.js';
import type { WindowRepository } from '../storage/window.repository.js';
import { PUBLISHED_WITHIN_MS } from './publisher.js';
import { countCost, selfMetrics } from './self-metrics.js';
import type { SourceState } from './source-state.js';
import type { ReadOptions, ReadWindow, WindowReader } from './window-reader.js';

/** Spans in which the spacing of old samples is counted: as long as there is history before, else shorter. */
const SPACING_RANGES_SEC = [1200, 300];
const ROLLUPS_AT_ONCE = 2;
const GIVEN_UP_MAX = 10_000;
/** What a refused query is taken to have cost. */
const REFUSED_MS = 1000;

export interface BackfillParts {
  client: PrometheusClient;
  reader: WindowReader;
  windows: WindowRepository;
  holes: HoleRepository;
  rollups: RollupRepository;
  state: SourceState;
  isOurs: (cluster: string) => boolean;
}

export interface BackfillContext {
  now: Date;
  /** The newest window that is not the collector's own to read any more. */
  lastWindowAt: Date;
  stored: StoredSource;
  lastCost: { rows: number; prometheusMs: number };
  /** Whether history gets all its quantiles: where they fit the budget. */
  withQuantiles: boolean;
  /** Live windows that were published though the database was away. */
  publishedAlready: ReadonlySet<number>;
}

interface Resolution {
  kind: 'raw' | '5m';
  stepSec: number;
}

export class Backfill {
  private readonly logger = new Logger(Backfill.name);
  /** Fewer after an answer that Prometheus refused as too large. */
  private maxSteps = CHUNK_MAX_STEPS;
  /** Ends of windows that Prometheus refuses to answer for one by one: not asked again by this process. */
  private readonly givenUp = new Set<number>();

  constructor(private readonly parts: BackfillParts) {}

  /** Does one bounded piece of work. Returns what Prometheus worked for it in milliseconds, undefined when nothing is left to do. */
  async step(context: BackfillContext): Promise<number | undefined> {
    if (await this.rollUp(context)) return 0;
    const spans = backfillSpans(context.now, context.stored.firstAt, context.lastWindowAt);
    const { windowSec } = this.parts.state;
    const limit = CHUNK_MAX_STEPS + this.givenUp.size;
    const raw = await this.parts.holes.windows(context.stored.sourceKey, windowSec, { ...spans.raw, limit });
    const rawChunk = this.chunkOf(raw, windowSec, context);
    if (rawChunk) return this.fill(rawChunk, { kind: 'raw', stepSec: windowSec }, context);
    const old = await this.parts.holes.rollups(context.stored.sourceKey, { ...spans.rollup, limit });
    const oldChunk = this.chunkOf(old, ROLLUP_SEC['5m'], context);
    if (oldChunk) return this.fill(oldChunk, { kind: '5m', stepSec: ROLLUP_SEC['5m'] }, context);
    return undefined;
  }

  private chunkOf(missing: readonly Date[], stepSec: number, { lastCost }: BackfillContext): Chunk | undefined {
    const askable = missing.filter((at) => !this.givenUp.has(at.getTime()));
    return nextChunk(askable, stepSec, Math.min(this.maxSteps, stepsWithin(lastCost)));
  }

  private async rollUp({ stored: { sourceKey }, lastWindowAt }: BackfillContext): Promise<boolean> {
    for (const resolution of ['5m', '1h'] as const) {
      const days = resolution === '5m' ? RAW_RETENTION_DAYS : ROLLUP_RETENTION_DAYS;
      const from = new Date(lastWindowAt.getTime() - days * 86_400_000 + ROLLUP_SEC[resolution] * 1000);
      const due = await this.parts.rollups.due(sourceKey, resolution, { from, to: lastWindowAt, limit: ROLLUPS_AT_ONCE });
      for (const at of due) await this.parts.rollups.build(sourceKey, resolution, at);
      if (due.length > 0) return true;
    }
    return false;
  }

  private async fill(chunk: Chunk, resolution: Resolution, context: BackfillContext): Promise<number> {
    try {
      const rateSec = await this.rateWindowIn(chunk, resolution);
      const freshAt = await this.freshnessIn(chunk);
      const { windows, cost } = await this.parts.reader.readRange(chunk, this.readOptions(rateSec, context));
      for (const window of windows.reverse()) {
        const newest = freshAt.get(window.at.getTime());
        const known = isCovered(newest, window.at.getTime(), rateSec);
        await this.store(window, { resolution, known, context });
      }
      countCost(this.parts.state.cluster, 'backfill', { ...cost, queries: cost.queries + 3 });
      this.maxSteps = Math.min(CHUNK_MAX_STEPS, this.maxSteps * 2);
      this.logger.debug(
        `${windows.length} windows of ${resolution.kind} up to ${chunk.end.toISOString()} read back, rates over ${rateSec} s`,
      );
      return cost.prometheusMs;
    } catch (thrown) {
      if (!(thrown instanceof DomainError) || thrown.code !== 'prometheus/bad-answer') throw thrown;
      this.smaller(chunk, thrown);
      return REFUSED_MS;
    }
  }

  /** Prometheus refuses what is too large for its limits: less at once, and in the end not at all. */
  private smaller({ start, end }: Chunk, refusal: DomainError): void {
    if (start.getTime() === end.getTime()) {
      if (this.givenUp.size >= GIVEN_UP_MAX) this.givenUp.clear();
      this.givenUp.add(end.getTime());
      this.logger.warn(`the window of ${end.toISOString()} cannot be read back: ${refusal.message}`);
    }
    this.maxSteps = Math.max(1, Math.floor(this.maxSteps / 4));
  }

  private readOptions(rateSec: number, { withQuantiles }: BackfillContext): ReadOptions {
    const { state } = this.parts;
    return {
      cluster: state.cluster,
      selector: state.source.prometheus.selector,
      meshes: state.wantedMeshes,
      rateWindowSec: rateSec,
      quantiles: withQuantiles ? 'all' : 'none',
      sides: 'both',
      from: 'raw',
    };
  }

  /** Old samples may be farther apart than today's: a rate needs enough of them at both ends of the chunk. */
  private async rateWindowIn({ start, end }: Chunk, { kind, stepSec }: Resolution): Promise<number> {
    const { client, state } = this.parts;
    const query = spacingQuery(SPACING_RANGES_SEC, state.source.prometheus.selector);
    const answers = await Promise.all([start, end].map((at) => client.query(query, at)));
    const spacingSec = Math.max(state.scrapeIntervalSec ?? 0, ...answers.flat().map(({ value }) => value));
    if (kind === 'raw') return spacingSec > 0 ? rateWindowSec(stepSec, spacingSec) : state.rateWindowSec;
    return Math.ceil(Math.max(stepSec, MIN_SCRAPES * spacingSec));
  }

  /** The newest sample at each step, in milliseconds; none: Prometheus has nothing of that time, and never will have. */
  private async freshnessIn(chunk: Chunk): Promise<Map<number, number>> {
    const { client, state } = this.parts;
    const { rows } = await client.range(freshnessQuery(state.wantedMeshes, state.source.prometheus.selector), chunk);
    const newest = new Map<number, number>();
    for (const { values } of rows) for (const [at, seconds] of values) newest.set(at, Math.max(newest.get(at) ?? 0, seconds * 1000));
    return newest;
  }

  private async store(
    window: ReadWindow,
    { resolution, known, context }: { resolution: Resolution; known: boolean; context: BackfillContext },
  ): Promise<void> {
    const { state, windows, isOurs } = this.parts;
    const { sourceKey, createdAt } = context.stored;
    const nodes = nodeTotals(window.edges, state.cluster, isOurs);
    if (resolution.kind === '5m') {
      const present = known ? Math.max(1, Math.floor(resolution.stepSec / state.windowSec)) : 0;
      await windows.storeRollup('5m', { sourceKey, at: window.at, edges: window.edges, nodes }, present);
      return;
    }
    const nobodyWaits = window.at < createdAt || window.at.getTime() < context.now.getTime() - PUBLISHED_WITHIN_MS;
    const published = nobodyWaits || context.publishedAlready.has(window.at.getTime());
    const windowState = known ? 'backfilled' : 'empty';
    await windows.store(
      { sourceKey, at: window.at, windowSec: state.windowSec, state: windowState, edges: window.edges, nodes },
      published,
    );
    selfMetrics.windows.inc({ cluster: state.cluster, state: windowState });
  }
}
