/** How fresh each Prometheus is: the same from every replica, since it is what the replica that collects wrote down. */
import { Inject, Injectable } from '@nestjs/common';
import type { SourceFreshness } from '@observatory/contracts';
import { CollectorSettings } from '../collector/collector.service.js';
import { SourceRepository, type StoredSource } from '../storage/source.repository.js';

/** Whoever collects reports each window: a source without a word for this many is not being read. */
const SILENT_WINDOWS = 3;

@Injectable()
export class FreshnessService {
  constructor(
    private readonly repository: SourceRepository,
    @Inject(CollectorSettings) private readonly settings: CollectorSettings,
  ) {}

  get windowSec(): number {
    return this.settings.windowSec;
  }

  /** One entry a cluster of the configuration; those of `cluster` alone where it is given. */
  async sources(cluster: string | undefined): Promise<SourceFreshness[]> {
    const now = new Date();
    const stored = new Map((await this.repository.list()).map((source) => [source.id, source]));
    const all = this.settings.sources.flatMap(({ id, clusters, provisional, cluster: given }) => {
      const source = stored.get(id);
      const names = provisional ? [source?.cluster ?? given] : clusters;
      return names.map((name) => ({ name: 'Prometheus', cluster: name, ...this.freshnessOf(source, now) }));
    });
    return cluster === undefined ? all : all.filter((source) => source.cluster === cluster);
  }

  private freshnessOf(source: StoredSource | undefined, now: Date): Pick<SourceFreshness, 'freshAt' | 'state' | 'detail'> {
    if (!source) return { freshAt: null, state: 'down', detail: 'not read yet' };
    const freshAt = source.freshAt?.toISOString() ?? null;
    const silentMs = SILENT_WINDOWS * this.windowSec * 1000;
    if (now.getTime() - source.seenAt.getTime() > silentMs)
      return { freshAt, state: 'stale', detail: `not read since ${source.seenAt.toISOString()}` };
    return { freshAt, state: source.state, ...(source.detail === null ? {} : { detail: source.detail }) };
  }
}
