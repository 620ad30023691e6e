/** Wiring of the certs service. */
import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule, NatsModule, ServiceInfo, StatusModule } from '@observatory/platform';
import type { CertsConfig } from './config.js';

@Module({})
export class AppModule {
  constructor(info: ServiceInfo) {
    info.note = 'No certificate is read yet: this service starts, is healthy, and has nothing to show.';
  }

  static forConfig(config: CertsConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [HealthModule.forService('certs'), NatsModule.forService('certs', config.NATS_URL), StatusModule.forService('certs')],
    };
  }
}
