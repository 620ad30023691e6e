/** Reads back what is missing of one source, a bounded chunk at a time, and keeps its rollups. Driven by the collector between windows. */
import { Logger } from '@nestjs/common';
import { MIN_SCRAPES, rateWindowSec } from '@observatory/mesh';
import { DomainError, type PrometheusClient } from '@observatory/platform';
import { backfillSpans, CHUNK_MAX_STEPS, nextChunk, stepsWithin, type Chunk } from '../domain/backfill-plan.js';
import { freshnessQuery, NOTHING_KNOWN, samplesOf, spacingQuery, spanQuery } from '../domain/facts.js';
import { coverageOf, spanBeganAgoSec, type RateSpan } from '../domain/freshness.js';
import { nodeTotals } from '../domain/node-totals.js';
import type { HoleRepository } from '../storage/hole.repository.js';
import type { RollupRepository } from '../storage/rollup.repository.js';
import type { StoredSource } from '../storage/source.repository.js';
import { ROLLUP_SEC } from '../domain/resolution.js';
import { RAW_RETENTION_DAYS, ROLLUP_RETENTION_DAYS } from '../storage/tables.js';
import { stateOf, type WindowRepository, type WindowState } from '../storage/window.repository.js';
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
  /** Destination workloads that stand for all in questions about the source itself. */
  sample: readonly string[];
  /** Live windows that were published though the database was away. */
  publishedAlready: ReadonlySet<number>;
}

/** Ends of the chunk's windows, in milliseconds. */
const stepsOf = ({ start, end, stepSec }: Chunk): number[] =>
  Array.from(
    { length: 1 + Math.round((end.getTime() - start.getTime()) / (stepSec * 1000)) },
    (_, index) => start.getTime() + index * stepSec * 1000,
  );

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
    const samplesUpTo = this.parts.state.freshAt ?? new Date(0);
    const raw = await this.parts.holes.windows(context.stored.sourceKey, windowSec, { ...spans.raw, limit, samplesUpTo });
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
      const span = await this.rateSpanIn(chunk, resolution, context.sample);
      const states = await this.statesIn(chunk, span, context.sample);
      const { windows, cost } = await this.parts.reader.readRange(chunk, this.readOptions(span.rateWindowSec, context));
      for (const window of windows.reverse()) {
        const state = states.get(window.at.getTime()) ?? 'empty';
        await this.store(window, { resolution, state, context });
      }
      countCost(this.parts.state.cluster, 'backfill', { ...cost, queries: cost.queries + 3 });
      this.maxSteps = Math.min(CHUNK_MAX_STEPS, this.maxSteps * 2);
      this.logger.debug(
        `${windows.length} windows of ${resolution.kind} up to ${chunk.end.toISOString()} read back, rates over ${span.rateWindowSec} s`,
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
  private async rateSpanIn({ start, end }: Chunk, { kind, stepSec }: Resolution, sample: readonly string[]): Promise<RateSpan> {
    const { client, state } = this.parts;
    const query = spacingQuery(SPACING_RANGES_SEC, state.source.prometheus.selector, { ...NOTHING_KNOWN, sample });
    const answers = await Promise.all([start, end].map((at) => client.query(query, at)));
    // Those that stand for all today may not have been there then.
    if (sample.length > 0 && answers.some((rows) => rows.length === 0))
      return this.rateSpanIn({ start, end, stepSec }, { kind, stepSec }, []);
    const spacingSec = Math.max(state.scrapeIntervalSec ?? 0, ...answers.flat().map(({ value }) => value));
    const scrapeSec = spacingSec > 0 ? spacingSec : state.rateSpan.scrapeSec;
    if (kind === 'raw') return { rateWindowSec: rateWindowSec(stepSec, scrapeSec), scrapeSec };
    return { rateWindowSec: Math.ceil(Math.max(stepSec, MIN_SCRAPES * scrapeSec)), scrapeSec };
  }

  /** What Prometheus has of each step. Of a time without samples it has nothing, and never will. */
  private async statesIn(chunk: Chunk, span: RateSpan, sample: readonly string[]): Promise<Map<number, WindowState>> {
    const { client, state } = this.parts;
    const { selector } = state.source.prometheus;
    const known = { meshes: state.wantedMeshes, sample };
    const { rows } = await client.range(
      `${freshnessQuery(known, selector)} or ${spanQuery(known, spanBeganAgoSec(span), selector)}`,
      chunk,
    );
    const { freshAt, spanBeganAt } = samplesOf(rows);
    const stateAt = (at: number): WindowState =>
      stateOf(coverageOf({ newestMs: freshAt.get(at), beganMs: spanBeganAt.get(at) }, at, span), 'backfilled');
    const states = new Map(stepsOf(chunk).map((at) => [at, stateAt(at)]));
    const isKnown = [...states.values()].every((one) => one === 'backfilled');
    return sample.length === 0 || isKnown ? states : this.statesIn(chunk, span, []);
  }

  private async store(
    window: ReadWindow,
    { resolution, state: windowState, context }: { resolution: Resolution; state: WindowState; context: BackfillContext },
  ): Promise<void> {
    const { state, windows, isOurs } = this.parts;
    const { sourceKey, createdAt } = context.stored;
    const nodes = nodeTotals(window.edges, state.cluster, isOurs);
    if (resolution.kind === '5m') {
      const present = windowState === 'backfilled' ? Math.max(1, Math.floor(resolution.stepSec / state.windowSec)) : 0;
      await windows.storeRollup('5m', { sourceKey, at: window.at, edges: window.edges, nodes }, present);
      return;
    }
    const nobodyWaits = window.at < createdAt || window.at.getTime() < context.now.getTime() - PUBLISHED_WITHIN_MS;
    const published = nobodyWaits || context.publishedAlready.has(window.at.getTime());
    await windows.store(
      { sourceKey, at: window.at, windowSec: state.windowSec, state: windowState, settled: true, edges: window.edges, nodes },
      published,
    );
    selfMetrics.windows.inc({ cluster: state.cluster, state: windowState });
  }
}
