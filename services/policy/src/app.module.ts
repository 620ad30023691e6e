/** Wiring of the policy service. */
import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule, NatsModule, ServiceInfo, StatusModule } from '@observatory/platform';
import type { PolicyConfig } from './config.js';

@Module({})
export class AppModule {
  constructor(info: ServiceInfo) {
    info.note = 'No policy is evaluated yet: this service starts, is healthy, and has nothing to show.';
  }

  static forConfig(config: PolicyConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [HealthModule.forService('policy'), NatsModule.forService('policy', config.NATS_URL), StatusModule.forService('policy')],
    };
  }
}
