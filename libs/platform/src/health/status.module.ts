/** How a service answers about itself: `observatory.v1.<service>.status.get` on NATS and GetStatus on gRPC. */
import { Controller, Module, type DynamicModule, type Type } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { statusSubject, type ServiceName, type ServiceStatus } from '@observatory/contracts';
import { Answers } from '../nats/contract.js';
import { ServiceInfo } from './service-info.js';

function statusController(service: ServiceName): Type {
  const grpcService = `${service.charAt(0).toUpperCase()}${service.slice(1)}Service`;

  @Controller()
  class StatusController {
    constructor(readonly info: ServiceInfo) {}

    @Answers(statusSubject(service))
    get(): ServiceStatus {
      return this.info.status();
    }

    @GrpcMethod(grpcService, 'GetStatus')
    getStatus(): ServiceStatus {
      return this.info.status();
    }
  }
  return StatusController;
}

@Module({})
export class StatusModule {
  static forService(service: ServiceName): DynamicModule {
    return { module: StatusModule, controllers: [statusController(service)] };
  }
}
