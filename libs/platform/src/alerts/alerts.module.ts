/** Gives every module the service's AlertBook, and tells what it writes down. The service's migrations make the tables (`createAlertTables`). */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Database } from '../database/database.js';
import { EventBus } from '../nats/event-bus.js';
import { AlertBook } from './alert-book.js';
import { AlertDispatcher } from './alert-dispatcher.js';
import type { AlertNews } from './alert.js';
import type { Webhook } from './webhooks.js';

export interface AlertsModuleOptions {
  readonly schema: string;
  readonly webhooks: readonly Webhook[];
  readonly publicUrl?: string | undefined;
  /** Publishes the service's own event with `news.id` as the message's id. */
  readonly publish: (bus: EventBus, news: AlertNews) => Promise<void>;
}

@Global()
@Module({})
export class AlertsModule {
  static forService({ schema, webhooks, publicUrl, publish }: AlertsModuleOptions): DynamicModule {
    const dispatcher = (database: Database, book: AlertBook, bus: EventBus) =>
      new AlertDispatcher(database, book, { webhooks, publicUrl, publish: (news) => publish(bus, news) });
    return {
      module: AlertsModule,
      providers: [
        { provide: AlertBook, useFactory: (database: Database) => new AlertBook(database, schema, webhooks), inject: [Database] },
        { provide: AlertDispatcher, useFactory: dispatcher, inject: [Database, AlertBook, EventBus] },
      ],
      exports: [AlertBook],
    };
  }
}
