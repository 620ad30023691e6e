/** Wiring of the anomaly service. */
import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import {
  AlertsModule,
  DatabaseModule,
  HealthModule,
  Lease,
  loadWebhooks,
  NatsLink,
  NatsModule,
  ServiceInfo,
  StatusModule,
} from '@observatory/platform';
import { AnomalyController } from './answers/anomaly.controller.js';
import { AnomalyGrpcController } from './answers/anomaly.grpc.controller.js';
import { BacktestAnswers } from './backtest/backtest-answers.service.js';
import { Head } from './answers/head.service.js';
import { IncidentAnswers } from './answers/incident-answers.service.js';
import { ScoreAnswers } from './answers/score-answers.service.js';
import { SignalAnswers } from './answers/signal-answers.service.js';
import { AnomalyStatus } from './anomaly-status.js';
import { ChangeLog } from './changes/change-log.service.js';
import { CONFIG, type AnomalyConfig } from './config.js';
import { DecisionBook } from './decisions/decision-book.service.js';
import { DecisionRepository } from './decisions/decision.repository.js';
import { DecisionService } from './decisions/decision.service.js';
import { DetectionContext } from './detection/detection-context.js';
import { DetectionService } from './detection/detection.service.js';
import { HistoryLoader } from './detection/history-loader.js';
import { Settings } from './detection/settings.js';
import { SnapshotRepository } from './detection/snapshot.repository.js';
import { IncidentKeeper } from './incidents/incident-keeper.service.js';
import { IncidentReader } from './incidents/incident.reader.js';
import { IncidentRepository } from './incidents/incident.repository.js';
import { Outbox } from './incidents/outbox.service.js';
import { Tellers } from './incidents/tellers.js';
import { AllowWorsenedAlerts1764600000000 } from './migrations/1764600000000-allow-worsened-alerts.js';
import { CreateIncidents1764200000000 } from './migrations/1764200000000-create-incidents.js';

const LEASE_TTL_MS = 6_000;

@Module({})
export class AppModule {
  static forConfig(config: AnomalyConfig): DynamicModule {
    // A name of its own for each start: whoever comes after a crash waits for the lease like everybody else.
    const lease = (link: NatsLink, info: ServiceInfo) =>
      new Lease(link, 'anomaly.incidents', { holder: `${info.instance}-${randomUUID()}`, ttlMs: LEASE_TTL_MS });
    return {
      module: AppModule,
      imports: [
        HealthModule.forService('anomaly'),
        NatsModule.forService('anomaly', config.NATS_URL),
        DatabaseModule.forService({
          url: config.DATABASE_URL,
          schema: 'anomaly',
          migrations: [CreateIncidents1764200000000, AllowWorsenedAlerts1764600000000],
        }),
        StatusModule.forService('anomaly'),
        AlertsModule.forService({
          schema: 'anomaly',
          webhooks: loadWebhooks(config.OBSERVATORY_WEBHOOKS),
          publicUrl: config.OBSERVATORY_PUBLIC_URL,
          // Events of incidents say more than an alert does, and go by our own outbox.
          publish: async () => undefined,
        }),
      ],
      controllers: [AnomalyController, AnomalyGrpcController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Lease, useFactory: lease, inject: [NatsLink, ServiceInfo] },
        AnomalyStatus,
        BacktestAnswers,
        ChangeLog,
        DecisionBook,
        DecisionRepository,
        DecisionService,
        DetectionContext,
        DetectionService,
        Head,
        HistoryLoader,
        IncidentAnswers,
        IncidentKeeper,
        IncidentReader,
        IncidentRepository,
        Outbox,
        ScoreAnswers,
        Settings,
        SignalAnswers,
        SnapshotRepository,
        Tellers,
      ],
    };
  }
}
