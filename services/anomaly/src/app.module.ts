/** Wiring of the anomaly service. */
import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule, NatsModule, ServiceInfo, StatusModule } from '@observatory/platform';
import type { AnomalyConfig } from './config.js';

@Module({})
export class AppModule {
  constructor(info: ServiceInfo) {
    info.note = 'Nothing is scored yet: this service starts, is healthy, and has nothing to show.';
  }

  static forConfig(config: AnomalyConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [HealthModule.forService('anomaly'), NatsModule.forService('anomaly', config.NATS_URL), StatusModule.forService('anomaly')],
    };
  }
}
