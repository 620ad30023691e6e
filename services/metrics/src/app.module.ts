/** Wiring of the metrics service. */
import { Module, type DynamicModule } from '@nestjs/common';
import { DatabaseModule, HealthModule, NatsModule, StatusModule, type ClusterConfig } from '@observatory/platform';
import { FlowService } from './answers/flow.service.js';
import { FreshnessService } from './answers/freshness.service.js';
import { MetricsController } from './answers/metrics.controller.js';
import { MetricsGrpcController } from './answers/metrics.grpc.controller.js';
import { SeriesService } from './answers/series.service.js';
import { WindowService } from './answers/window.service.js';
import { CollectorService, CollectorSettings, CollectorStores } from './collector/collector.service.js';
import { IncidentListener } from './collector/incident-listener.js';
import { Interest } from './collector/interest.js';
import { Publisher } from './collector/publisher.js';
import type { MetricsConfig } from './config.js';
import { prometheusSources } from './domain/sources.js';
import { MIGRATIONS } from './migrations/all.js';
import { FlowRepository } from './storage/flow.repository.js';
import { HoleRepository } from './storage/hole.repository.js';
import { Lookups } from './storage/lookups.js';
import { PartitionKeeper } from './storage/partition-keeper.js';
import { ReadRepository } from './storage/read.repository.js';
import { SeriesRepository } from './storage/series.repository.js';
import { RollupRepository } from './storage/rollup.repository.js';
import { SourceRepository } from './storage/source.repository.js';
import { WindowRepository } from './storage/window.repository.js';

@Module({})
export class AppModule {
  static forConfig(config: MetricsConfig, clusters: readonly ClusterConfig[]): DynamicModule {
    const settings: CollectorSettings = { sources: prometheusSources(clusters), windowSec: config.OBSERVATORY_WINDOW_SEC };
    return {
      module: AppModule,
      imports: [
        HealthModule.forService('metrics'),
        NatsModule.forService('metrics', config.NATS_URL),
        DatabaseModule.forService({
          url: config.DATABASE_URL,
          schema: 'metrics',
          migrations: MIGRATIONS,
        }),
        StatusModule.forService('metrics'),
      ],
      controllers: [MetricsController, MetricsGrpcController],
      providers: [
        { provide: CollectorSettings, useValue: settings },
        PartitionKeeper,
        Lookups,
        WindowRepository,
        ReadRepository,
        RollupRepository,
        HoleRepository,
        SourceRepository,
        CollectorStores,
        Interest,
        IncidentListener,
        Publisher,
        CollectorService,
        SeriesRepository,
        FlowRepository,
        FlowService,
        FreshnessService,
        WindowService,
        SeriesService,
      ],
    };
  }
}
