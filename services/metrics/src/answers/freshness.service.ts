/** How fresh each Prometheus is, and since when raw windows are kept: the same from every replica, since it is read from the database. */
import { Inject, Injectable } from '@nestjs/common';
import type { SourceFreshness } from '@observatory/contracts';
import { CollectorSettings } from '../collector/collector.service.js';
import { SourceRepository, type StoredSource } from '../storage/source.repository.js';

/** A source that nobody has reported on for this many windows is not being read. */
const SILENT_WINDOWS = 3;

export interface KnownSources {
  sources: SourceFreshness[];
  keys: number[];
  rawSince: Date | undefined;
}

@Injectable()
export class FreshnessService {
  constructor(
    private readonly repository: SourceRepository,
    @Inject(CollectorSettings) private readonly settings: CollectorSettings,
  ) {}

  async known(now: Date): Promise<KnownSources> {
    const configured = new Set(this.settings.sources.map(({ id }) => id));
    const stored = (await this.repository.list()).filter(({ id }) => configured.has(id));
    const firsts = stored.map(({ firstAt }) => firstAt.getTime());
    return {
      sources: stored.map((source) => this.freshnessOf(source, now)),
      keys: stored.map(({ sourceKey }) => sourceKey),
      rawSince: firsts.length > 0 ? new Date(Math.min(...firsts)) : undefined,
    };
  }

  private freshnessOf({ cluster, freshAt, state, detail, seenAt }: StoredSource, now: Date): SourceFreshness {
    const known = { name: 'prometheus', cluster, freshAt: freshAt?.toISOString() ?? null };
    const silentMs = SILENT_WINDOWS * this.settings.windowSec * 1000;
    if (now.getTime() - seenAt.getTime() > silentMs) return { ...known, state: 'stale', detail: `not read since ${seenAt.toISOString()}` };
    return { ...known, state, ...(detail === null ? {} : { detail }) };
  }
}
