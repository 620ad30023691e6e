/** Gives every module the service's Database. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Dependencies } from '../health/dependencies.js';
import { Database, type DatabaseOptions } from './database.js';

@Global()
@Module({})
export class DatabaseModule {
  static forService(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: Database, useFactory: (dependencies: Dependencies) => new Database(options, dependencies), inject: [Dependencies] },
      ],
      exports: [Database],
    };
  }
}
