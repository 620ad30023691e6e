/** Gives every module the link, the requester and the event bus. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Dependencies } from '../health/dependencies.js';
import { NatsLink } from './connection.js';
import { EventBus } from './event-bus.js';
import { Requester } from './requester.js';

@Global()
@Module({})
export class NatsModule {
  static forService(service: string, url: string): DynamicModule {
    return {
      module: NatsModule,
      providers: [
        { provide: NatsLink, useFactory: (dependencies: Dependencies) => new NatsLink(url, service, dependencies), inject: [Dependencies] },
        { provide: Requester, useFactory: (link: NatsLink) => new Requester(link), inject: [NatsLink] },
        { provide: EventBus, useFactory: (link: NatsLink) => new EventBus(link), inject: [NatsLink] },
      ],
      exports: [NatsLink, Requester, EventBus],
    };
  }
}
