/** Wiring of the gateway. */
import { Module, type DynamicModule } from '@nestjs/common';
import { CacheModule, DatabaseModule, HealthModule, NatsModule, StatusModule } from '@observatory/platform';
import { Answers } from './answers/answers.js';
import { Services } from './answers/services.js';
import { Versions } from './answers/versions.js';
import { AnomalyChangeController } from './anomaly/anomaly-change.controller.js';
import { AnomalyController } from './anomaly/anomaly.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditRepository } from './audit/audit.repository.js';
import { AuditTrail } from './audit/audit-trail.js';
import { ChainCheck } from './audit/chain-check.js';
import { AuthController } from './auth/auth.controller.js';
import { AuthService } from './auth/auth.service.js';
import { SessionStore } from './auth/session-store.js';
import { CertsController } from './certs/certs.controller.js';
import { CONFIG, type GatewayConfig } from './config.js';
import { DemoClient } from './demo/demo.client.js';
import { DemoController } from './demo/demo.controller.js';
import { RequestGate } from './http/request-gate.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { Claims } from './live/claims.js';
import { FilterRegistry } from './live/filter-registry.js';
import { LiveDoor } from './live/live-door.js';
import { LiveFeed } from './live/live-feed.js';
import { MeshEvents } from './live/mesh-events.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { CreateAudit1764000000000 } from './migrations/1764000000000-create-audit.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { PolicyController } from './policy/policy.controller.js';
import { SuiteController } from './suite/suite.controller.js';
import { SuiteWatch } from './suite/suite-watch.js';
import { TopologyController } from './topology/topology.controller.js';

@Module({})
export class AppModule {
  static forConfig(config: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        HealthModule.forService('gateway'),
        NatsModule.forService('gateway', config.NATS_URL),
        CacheModule.forUrl(config.REDIS_URL),
        StatusModule.forService('gateway'),
        ...database(config),
      ],
      controllers: [
        TopologyController,
        MetricsController,
        PolicyController,
        AnomalyController,
        AnomalyChangeController,
        CertsController,
        SuiteController,
        AuthController,
        DemoController,
        OpenApiController,
        AuditController,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        Answers,
        AuditRepository,
        AuditTrail,
        ChainCheck,
        AuthService,
        DemoClient,
        Claims,
        FilterRegistry,
        LiveDoor,
        LiveFeed,
        MeshEvents,
        RateLimiter,
        RequestGate,
        Services,
        SessionStore,
        SuiteWatch,
        Versions,
      ],
    };
  }
}

function database({ DATABASE_URL: url }: GatewayConfig): DynamicModule[] {
  return url === undefined ? [] : [DatabaseModule.forService({ url, schema: 'gateway', migrations: [CreateAudit1764000000000] })];
}
