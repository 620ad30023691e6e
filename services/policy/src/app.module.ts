/** Wiring of the policy service. */
import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import {
  DatabaseModule,
  HealthModule,
  Lease,
  NatsLink,
  NatsModule,
  ServiceInfo,
  StatusModule,
  type ClusterConfig,
  ClusterNames,
  Clusters,
} from '@observatory/platform';
import { PolicyGrpcController } from './answers/policy.grpc.controller.js';
import { PolicyController } from './answers/policy.controller.js';
import { ReplayService } from './answers/replay.service.js';
import { ClusterInputs } from './clusters/cluster-inputs.service.js';
import { ClusterWatchService } from './clusters/cluster-watch.service.js';
import { CONFIG, type PolicyConfig } from './config.js';
import { EngineService } from './engine/engine.service.js';
import { OperationsService } from './flows/operations.service.js';
import { RecordingService } from './flows/recording.service.js';
import { InventoryService } from './inventory/inventory.service.js';
import { VersionKeeper } from './inventory/version-keeper.service.js';
import { VersionRepository } from './inventory/version.repository.js';
import { CreateVersions1764100000000 } from './migrations/1764100000000-create-versions.js';
import { OpaService } from './opa/opa.service.js';
import { PolicyStatus } from './policy-status.js';
import { CoverageService } from './posture/coverage.service.js';
import { PostureService } from './posture/posture.service.js';

const LEASE_TTL_MS = 6_000;

@Module({})
export class AppModule {
  static forConfig(config: PolicyConfig, clusters: readonly ClusterConfig[]): DynamicModule {
    // A name of its own for each start: whoever comes after a crash waits for the lease like everybody else.
    const lease = (link: NatsLink, info: ServiceInfo) =>
      new Lease(link, 'policy.versions', { holder: `${info.instance}-${randomUUID()}`, ttlMs: LEASE_TTL_MS });
    return {
      module: AppModule,
      imports: [
        HealthModule.forService('policy'),
        NatsModule.forService('policy', config.NATS_URL),
        DatabaseModule.forService({ url: config.DATABASE_URL, schema: 'policy', migrations: [CreateVersions1764100000000] }),
        StatusModule.forService('policy'),
      ],
      controllers: [PolicyController, PolicyGrpcController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Clusters, useValue: new Clusters(clusters) },
        { provide: Lease, useFactory: lease, inject: [NatsLink, ServiceInfo] },
        ClusterInputs,
        ClusterNames,
        ClusterWatchService,
        CoverageService,
        EngineService,
        InventoryService,
        OpaService,
        OperationsService,
        PolicyStatus,
        PostureService,
        RecordingService,
        ReplayService,
        VersionKeeper,
        VersionRepository,
      ],
    };
  }
}
