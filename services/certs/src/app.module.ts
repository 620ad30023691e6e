/** Wiring of the certs service. */
import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { EVENTS } from '@observatory/contracts';
import {
  AlertsModule,
  CacheModule,
  DatabaseModule,
  HealthModule,
  Lease,
  loadWebhooks,
  NatsLink,
  NatsModule,
  ServiceInfo,
  StatusModule,
  type AlertNews,
  type ClusterConfig,
  type EventBus,
  Clusters,
} from '@observatory/platform';
import { AnswerCache } from './answers/answer-cache.js';
import { CertificatesService } from './answers/certificates.service.js';
import { CertsController } from './answers/certs.controller.js';
import { CertsGrpcController } from './answers/certs.grpc.controller.js';
import { CoverageService } from './answers/coverage.service.js';
import { CertsStatus } from './certs-status.js';
import { TrustDomains } from './clusters/trust-domains.js';
import { ClusterWatchService } from './clusters/cluster-watch.service.js';
import { CONFIG, type CertsConfig } from './config.js';
import { alertToContract } from './domain/alert-contract.js';
import { InventoryService } from './inventory/inventory.service.js';
import { ObservationRepository } from './inventory/observation.repository.js';
import { VersionRepository } from './inventory/version.repository.js';
import { CreateInventory1764300000000 } from './migrations/1764300000000-create-inventory.js';
import { RenewalRepository } from './renewals/renewal.repository.js';
import { RenewalService } from './renewals/renewal.service.js';

const LEASE_TTL_MS = 6_000;

@Module({})
export class AppModule {
  static forConfig(config: CertsConfig, clusters: readonly ClusterConfig[]): DynamicModule {
    // A name of its own for each start: whoever comes after a crash waits for the lease like everybody else.
    const lease = (link: NatsLink, info: ServiceInfo) =>
      new Lease(link, 'certs.sweep', { holder: `${info.instance}-${randomUUID()}`, ttlMs: LEASE_TTL_MS });
    const publish = (bus: EventBus, { id, alert }: AlertNews) => bus.publish(EVENTS.certificateAlerted, id, alertToContract(alert));
    return {
      module: AppModule,
      imports: [
        HealthModule.forService('certs'),
        NatsModule.forService('certs', config.NATS_URL),
        DatabaseModule.forService({ url: config.DATABASE_URL, schema: 'certs', migrations: [CreateInventory1764300000000] }),
        CacheModule.forUrl(config.REDIS_URL),
        AlertsModule.forService({
          schema: 'certs',
          webhooks: loadWebhooks(config.OBSERVATORY_WEBHOOKS),
          publicUrl: config.OBSERVATORY_PUBLIC_URL,
          publish,
        }),
        StatusModule.forService('certs'),
      ],
      controllers: [CertsController, CertsGrpcController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Clusters, useValue: new Clusters(clusters) },
        { provide: Lease, useFactory: lease, inject: [NatsLink, ServiceInfo] },
        AnswerCache,
        CertificatesService,
        CertsStatus,
        TrustDomains,
        ClusterWatchService,
        CoverageService,
        InventoryService,
        ObservationRepository,
        RenewalRepository,
        RenewalService,
        VersionRepository,
      ],
    };
  }
}
