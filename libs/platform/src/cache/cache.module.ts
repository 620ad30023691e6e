/** Gives every module the Redis link; caches are made from it where they are used. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Dependencies } from '../health/dependencies.js';
import { RedisLink } from './redis-link.js';

@Global()
@Module({})
export class CacheModule {
  static forUrl(url: string): DynamicModule {
    return {
      module: CacheModule,
      providers: [
        { provide: RedisLink, useFactory: (dependencies: Dependencies) => new RedisLink(url, dependencies), inject: [Dependencies] },
      ],
      exports: [RedisLink],
    };
  }
}
