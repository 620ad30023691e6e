/** Dependencies, ServiceInfo and the HTTP door, for every module of the service. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { ServiceName } from '@observatory/contracts';
import { collectDefaultMetrics, register } from 'prom-client';
import { Dependencies } from './dependencies.js';
import { HealthController } from './health.controller.js';
import { ServiceInfo } from './service-info.js';

@Global()
@Module({})
export class HealthModule {
  static forService(service: ServiceName): DynamicModule {
    register.setDefaultLabels({ service });
    if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics();
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [
        Dependencies,
        {
          provide: ServiceInfo,
          useFactory: (dependencies: Dependencies) => new ServiceInfo(service, dependencies),
          inject: [Dependencies],
        },
      ],
      exports: [Dependencies, ServiceInfo],
    };
  }
}
