/** Windows read back: the mean over a span, edge by edge, a page at a time. */
import { Inject, Injectable } from '@nestjs/common';
import type { EdgeSample, WindowReadReply, WindowReadRequest } from '@observatory/contracts';
import { meanOfSamples, mergeClusters } from '@observatory/mesh';
import { DomainError } from '@observatory/platform';
import { CollectorSettings } from '../collector/collector.service.js';
import { lengthOf, resolutionOf } from '../domain/span.js';
import { ReadRepository, type Span, type WindowEdges } from '../storage/read.repository.js';
import { SeriesRepository } from '../storage/series.repository.js';
import type { Resolution } from '../storage/tables.js';
import { FreshnessService } from './freshness.service.js';

@Injectable()
export class WindowService {
  constructor(
    private readonly repository: ReadRepository,
    private readonly series: SeriesRepository,
    private readonly freshness: FreshnessService,
    @Inject(CollectorSettings) private readonly settings: CollectorSettings,
  ) {}

  async read({ at, windowSec, cluster, cursor, limit }: WindowReadRequest): Promise<WindowReadReply> {
    const now = new Date();
    const known = await this.freshness.known(now);
    const to = new Date(at);
    const { span, present, lengthSec } = await this.stored(to, windowSec, known);
    const after = readCursor(cursor);
    const keys = await this.repository.edgeKeys({ cluster, seenSince: span.from, after, limit });
    const windows = keys.length === 0 ? [] : await this.repository.edgesOf(keys, span);
    const last = keys.at(-1);
    return {
      generatedAt: now.toISOString(),
      sources: known.sources,
      at: to.toISOString(),
      windowSec,
      windowsExpected: Math.max(1, Math.floor(windowSec / lengthSec)) * known.keys.length,
      windowsPresent: [...present.values()].reduce((sum, count) => sum + count, 0),
      resolution: span.resolution,
      edges: meanBySource(windows, present),
      ...(keys.length === limit && last !== undefined ? { nextCursor: String(last) } : {}),
    };
  }

  /** The finest resolution that has anything in the span; a span shorter than a stored window takes the one that ends last in it or just before. */
  private async stored(to: Date, windowSec: number, known: { keys: number[]; rawSince: Date | undefined }) {
    const wanted = resolutionOf(new Date(to.getTime() - windowSec * 1000), windowSec, known.rawSince);
    const order: Resolution[] = wanted === '1h' ? ['1h', '5m'] : wanted === '5m' ? ['5m', 'raw'] : ['raw', '5m'];
    let found = await this.presentIn(order[0]!, to, { windowSec, keys: known.keys });
    if (found.present.size === 0) found = await this.presentIn(order[1]!, to, { windowSec, keys: known.keys });
    return found;
  }

  private async presentIn(resolution: Resolution, to: Date, { windowSec, keys }: { windowSec: number; keys: number[] }) {
    const lengthSec = lengthOf(resolution, this.settings.windowSec);
    const from = new Date(to.getTime() - Math.max(windowSec, lengthSec) * 1000);
    const span: Span = { from, to, resolution, sourceKeys: keys };
    const ends = await this.series.present(span);
    const present = new Map([...ends].filter(([key]) => keys.includes(key)).map(([key, all]) => [key, all.length]));
    return { span, present, lengthSec };
  }
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,10}$/.test(cursor)) throw new DomainError('request/invalid', { message: 'cursor: not one that we gave' });
  return Number(cursor);
}

function meanBySource(windows: readonly WindowEdges[], present: ReadonlyMap<number, number>): EdgeSample[] {
  const bySource = new Map<number, EdgeSample[][]>();
  for (const { sourceKey, edges } of windows) bySource.set(sourceKey, [...(bySource.get(sourceKey) ?? []), edges]);
  const means = [...bySource].map(([sourceKey, samples]) => meanOfSamples(samples, present.get(sourceKey) ?? samples.length));
  return means.length === 1 ? means[0]! : mergeClusters(means);
}
