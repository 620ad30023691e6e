/** Wiring of the topology service. */
import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule, Lease, NatsLink, NatsModule, ServiceInfo, StatusModule, type ClusterConfig } from '@observatory/platform';
import { ClusterRegistry } from './clusters/cluster-registry.js';
import { ClusterWatchService } from './clusters/cluster-watch.service.js';
import { ClustersController } from './clusters/clusters.controller.js';
import { ClustersService } from './clusters/clusters.service.js';
import type { TopologyConfig } from './config.js';
import { DeltaService } from './deltas/delta.service.js';
import { GraphController } from './graph/graph.controller.js';
import { GraphGrpcController } from './graph/graph.grpc.controller.js';
import { GraphService } from './graph/graph.service.js';
import { LiveGraphService } from './graph/live-graph.service.js';
import { PastGraphService } from './graph/past-graph.service.js';
import { LayoutService } from './layout/layout.service.js';
import { TopologyStatus } from './topology-status.js';
import { WindowsService } from './windows/windows.service.js';

const LEASE_TTL_MS = 6_000;

@Module({})
export class AppModule {
  static forConfig(config: TopologyConfig, clusters: readonly ClusterConfig[]): DynamicModule {
    // A name of its own for each start: whoever comes after a crash waits for the lease like everybody else.
    const lease = (link: NatsLink, info: ServiceInfo) =>
      new Lease(link, 'topology.live', { holder: `${info.instance}-${randomUUID()}`, ttlMs: LEASE_TTL_MS });
    return {
      module: AppModule,
      imports: [
        HealthModule.forService('topology'),
        NatsModule.forService('topology', config.NATS_URL),
        StatusModule.forService('topology'),
      ],
      controllers: [GraphController, GraphGrpcController, ClustersController],
      providers: [
        { provide: ClusterRegistry, useValue: new ClusterRegistry(clusters) },
        { provide: Lease, useFactory: lease, inject: [NatsLink, ServiceInfo] },
        ClusterWatchService,
        ClustersService,
        DeltaService,
        GraphService,
        LayoutService,
        LiveGraphService,
        PastGraphService,
        TopologyStatus,
        WindowsService,
      ],
    };
  }
}
