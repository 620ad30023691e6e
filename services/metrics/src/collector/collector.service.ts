/** Starts a collector for each source, and knows how fresh each of them is. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database, Lease, NatsLink, PrometheusClient, ServiceInfo } from '@observatory/platform';
import type { PrometheusSource } from '../domain/sources.js';
import { HoleRepository } from '../storage/hole.repository.js';
import { RollupRepository } from '../storage/rollup.repository.js';
import { SourceRepository } from '../storage/source.repository.js';
import { WindowRepository } from '../storage/window.repository.js';
import { Interest } from './interest.js';
import { Publisher } from './publisher.js';
import { SourceCollector } from './source-collector.js';
import { SourceState } from './source-state.js';
import { WindowReader } from './window-reader.js';

/** What the collectors work on. */
export abstract class CollectorSettings {
  abstract readonly sources: readonly PrometheusSource[];
  abstract readonly windowSec: number;
}

const QUERY_TIMEOUT_MIN_MS = 3000;

@Injectable()
export class CollectorStores {
  constructor(
    readonly database: Database,
    readonly windows: WindowRepository,
    readonly holes: HoleRepository,
    readonly rollups: RollupRepository,
    readonly sources: SourceRepository,
  ) {}
}

@Injectable()
export class CollectorService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly collectors: readonly SourceCollector[];
  private readonly clients: PrometheusClient[] = [];
  private readonly leases: Lease[] = [];

  constructor(
    @Inject(CollectorSettings) private readonly settings: CollectorSettings,
    private readonly stores: CollectorStores,
    private readonly publisher: Publisher,
    private readonly interest: Interest,
    private readonly link: NatsLink,
    private readonly info: ServiceInfo,
  ) {
    this.collectors = settings.sources.map((source) => this.collectorOf(source));
    info.sources = () => this.collectors.flatMap(({ state }) => state.freshness(new Date()));
    info.figures = () => Object.assign({}, ...this.collectors.map(({ figures }) => figures)) as Record<string, number>;
    if (settings.sources.length === 0)
      info.note = 'No Prometheus is configured: set PROMETHEUS_URL, or prometheus.url in OBSERVATORY_CLUSTERS.';
  }

  onApplicationBootstrap(): void {
    for (const collector of this.collectors) collector.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.collectors.map((collector) => collector.stop()));
    await Promise.all(this.leases.map((lease) => lease.onApplicationShutdown()));
    for (const client of this.clients) client.close();
  }

  private collectorOf(source: PrometheusSource): SourceCollector {
    const { sources, windowSec } = this.settings;
    const client = new PrometheusClient(source.prometheus, { timeoutMs: Math.max(QUERY_TIMEOUT_MIN_MS, (windowSec * 1000 * 2) / 3) });
    const lease = new Lease(this.link, `metrics.${source.id}`, { holder: this.info.instance, ttlMs: windowSec * 1000 });
    this.clients.push(client);
    this.leases.push(lease);
    const elsewhere = new Set(sources.filter((other) => other !== source).flatMap(({ clusters }) => clusters));
    return new SourceCollector({
      ...this.stores,
      client,
      lease,
      link: this.link,
      reader: new WindowReader(client),
      publisher: this.publisher,
      interest: this.interest,
      state: new SourceState(source, windowSec),
      isOurs: (cluster) => !elsewhere.has(cluster),
    });
  }
}
