/** Answers what a window was: the mean over a span, edge by edge, from the resolution that knows the span best. */
import { Injectable } from '@nestjs/common';
import type { EdgeSample, WindowReadReply, WindowReadRequest } from '@observatory/contracts';
import { mergeClusters, meanOfSamples } from '@observatory/mesh';
import { DomainError } from '@observatory/platform';
import { betterResolution, resolutionFor, windowsOfSpan, type WindowSpan } from '../domain/steps.js';
import { ReadRepository, type WindowEdges } from '../storage/read.repository.js';
import { SeriesRepository } from '../storage/series.repository.js';
import { RESOLUTIONS, type Resolution } from '../domain/resolution.js';
import { FreshnessService } from './freshness.service.js';

/** `last_seen` of an edge is written once an hour. */
const LAST_SEEN_SLACK_MS = 3_600_000;

interface KnownSpan extends WindowSpan {
  resolution: Resolution;
  /** Known windows by source. */
  known: Map<number, number>;
}

/** What the mean of a source is of. */
interface Counted {
  readonly windows: number;
  /** Ends of windows whose rates are too low, as milliseconds since 1970: others are known. */
  readonly leftOut: ReadonlySet<number>;
  /** No others are known: all of them are too low. */
  readonly isLow: boolean;
}

@Injectable()
export class WindowService {
  constructor(
    private readonly reads: ReadRepository,
    private readonly series: SeriesRepository,
    private readonly freshness: FreshnessService,
  ) {}

  async read(request: WindowReadRequest): Promise<WindowReadReply> {
    const at = new Date(request.at);
    const span = await this.knownSpan(at, request.windowSec);
    const keys = await this.reads.edgeKeys({
      cluster: request.cluster,
      seenSince: new Date(span.from.getTime() - LAST_SEEN_SLACK_MS),
      after: cursorKey(request.cursor),
      limit: request.limit,
    });
    const windows = await this.reads.edgesOf(keys, {
      from: span.from,
      to: span.to,
      resolution: span.resolution,
      sourceKeys: [...span.known.keys()],
    });
    const sources = await this.counted(span);
    const counted = [...sources.values()];
    const last = keys.at(-1);
    return {
      generatedAt: new Date().toISOString(),
      sources: await this.freshness.sources(request.cluster),
      at: request.at,
      windowSec: request.windowSec,
      windowsExpected: span.expected,
      windowsPresent: counted.length === 0 ? 0 : Math.min(span.expected, ...counted.map((source) => source.windows)),
      windowsPartial: Math.min(span.expected, Math.max(0, ...counted.map((source) => (source.isLow ? source.windows : 0)))),
      resolution: span.resolution,
      edges: meanBySource(windows, sources),
      ...(keys.length === request.limit && last !== undefined ? { nextCursor: String(last) } : {}),
    };
  }

  private async knownSpan(at: Date, windowSec: number): Promise<KnownSpan> {
    const spans = {} as Record<Resolution, KnownSpan>;
    const shares = {} as Record<Resolution, number>;
    for (const resolution of RESOLUTIONS) {
      const span = windowsOfSpan(resolution, { at, spanSec: windowSec, windowSec: this.freshness.windowSec });
      const known = await this.series.known(resolution, span.from, span.to);
      spans[resolution] = { ...span, resolution, known };
      shares[resolution] = Math.min(1, Math.max(0, ...known.values()) / span.expected);
    }
    return spans[betterResolution(resolutionFor(windowSec), shares)];
  }

  /** Rollups have no windows whose rates are too low. */
  private async counted({ resolution, from, to, known }: KnownSpan): Promise<Map<number, Counted>> {
    const partial = resolution === 'raw' ? await this.series.partial(from, to) : new Map<number, Set<number>>();
    const none = new Set<number>();
    const sources = Array.from(known, ([sourceKey, windows]): [number, Counted] => {
      const low = partial.get(sourceKey) ?? none;
      const isLow = low.size >= windows;
      return [sourceKey, isLow ? { windows, leftOut: none, isLow } : { windows: windows - low.size, leftOut: low, isLow }];
    });
    return new Map(sources);
  }
}

function meanBySource(windows: readonly WindowEdges[], sources: ReadonlyMap<number, Counted>): EdgeSample[] {
  const bySource = new Map<number, WindowEdges[]>();
  for (const window of windows) {
    if (sources.get(window.sourceKey)?.leftOut.has(window.at.getTime())) continue;
    bySource.set(window.sourceKey, [...(bySource.get(window.sourceKey) ?? []), window]);
  }
  const means = [...bySource].map(([sourceKey, own]) => {
    const oldestFirst = own.sort((a, b) => a.at.getTime() - b.at.getTime());
    return meanOfSamples(
      oldestFirst.map(({ edges }) => edges),
      Math.max(own.length, sources.get(sourceKey)?.windows ?? 0),
    );
  });
  return means.length === 0 ? [] : mergeClusters(means);
}

function cursorKey(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,10}$/.test(cursor)) throw new DomainError('request/invalid', { message: 'cursor: not one that we gave' });
  return Number(cursor);
}
