/**
 * The service's connection to PostgreSQL: opened in the background, so that a service starts and goes on without a database.
 * Migrations run once per connection to a fresh process, under an advisory lock, so that replicas may start together.
 * What a caller sees of an absent database is one error: `database/unavailable`.
 */
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type MixedList } from 'typeorm';
import { DomainError } from '../errors/domain-error.js';
import type { Dependencies } from '../health/dependencies.js';
import { isConnectionError } from './connection-error.js';

const RETRY_MS = 1000;
/** An idle service notices within this time that its database went away or came back. */
const PING_MS = 5000;
const CONNECT_TIMEOUT_MS = 3000;
const POOL_SIZE = 20;

export interface DatabaseOptions {
  url: string;
  /** The service's own schema, created when it is missing. */
  schema: string;
  /** TypeORM migration classes: hand-written SQL, never edited once landed. */
  migrations: MixedList<new () => { up: unknown; down: unknown }>;
  /** Any single statement; default 30 s. */
  statementTimeoutMs?: number;
}

/** Runs statements: the database itself, or one transaction on it. */
export interface SqlSession {
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export class Database implements SqlSession, OnApplicationShutdown {
  private readonly logger = new Logger(Database.name);
  private readonly source: DataSource;
  private readonly listeners: (() => void)[] = [];
  private up = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: DatabaseOptions,
    private readonly dependencies: Dependencies,
  ) {
    const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
    this.source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      synchronize: false,
      installExtensions: false,
      migrations: options.migrations as never,
      migrationsTableName: 'migrations',
      poolErrorHandler: (error: Error) => this.setDown(error),
      extra: {
        max: POOL_SIZE,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        statement_timeout: statementTimeoutMs,
        // The server's own limit does not fire when the server hangs: this one does.
        query_timeout: statementTimeoutMs + 5000,
        idle_in_transaction_session_timeout: statementTimeoutMs,
        keepAlive: true,
        application_name: `observatory-${options.schema}`,
      },
    });
    this.dependencies.set('database', 'down', 'not connected yet');
    void this.watch();
  }

  get isUp(): boolean {
    return this.up;
  }

  /** Called each time the database becomes reachable, the first time included (at once when it is already). */
  onUp(listener: () => void): void {
    this.listeners.push(listener);
    if (this.up) listener();
  }

  /** Rejects with `database/unavailable` when the database is away; other errors are bugs and come as they are. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.guard(() => this.source.query<Row[]>(sql, parameters as unknown[]));
  }

  /** All or nothing. */
  async transaction<T>(run: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.guard(() =>
      this.source.transaction((manager) =>
        run({ query: <Row>(sql: string, parameters: readonly unknown[] = []) => manager.query<Row[]>(sql, parameters as unknown[]) }),
      ),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async guard<T>(run: () => Promise<T>): Promise<T> {
    if (!this.up) throw new DomainError('database/unavailable');
    try {
      return await run();
    } catch (thrown) {
      const cause = (thrown as { driverError?: unknown }).driverError ?? thrown;
      if (!isConnectionError(cause)) throw thrown;
      this.setDown(cause as Error);
      throw new DomainError('database/unavailable', {}, { cause });
    }
  }

  private setDown(cause: Error): void {
    if (this.closed) return;
    if (this.up) {
      this.logger.warn(`the database is away: ${cause.message}`);
      this.schedule(RETRY_MS);
    }
    this.up = false;
    this.dependencies.set('database', 'down', cause.message);
  }

  private schedule(afterMs: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void this.watch(), afterMs).unref();
  }

  /** Connects, or finds out whether it is still connected; then comes again. */
  private async watch(): Promise<void> {
    try {
      if (this.source.isInitialized) await this.source.query('SELECT 1');
      else await this.open();
      if (!this.up && !this.closed) {
        this.up = true;
        this.dependencies.set('database', 'up');
        this.logger.log('the database is up');
        for (const listener of this.listeners) listener();
      }
    } catch (thrown) {
      this.setDown(thrown as Error);
      if (!isConnectionError(thrown)) this.logger.error(thrown);
    }
    this.schedule(this.up ? PING_MS : RETRY_MS);
  }

  private async open(): Promise<void> {
    await this.source.initialize();
    try {
      await this.migrate();
    } catch (thrown) {
      await this.source.destroy().catch(() => undefined);
      throw thrown;
    }
  }

  private async migrate(): Promise<void> {
    const { schema } = this.options;
    const holder = this.source.createQueryRunner();
    try {
      // Waiting for another replica's migrations may take longer than a statement may.
      await holder.query('SET statement_timeout = 0');
      await holder.query('SELECT pg_advisory_lock(hashtext($1))', [`observatory migrations ${schema}`]);
      await holder.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
      await this.source.runMigrations({ transaction: 'each' });
      await holder.query('SELECT pg_advisory_unlock(hashtext($1))', [`observatory migrations ${schema}`]);
      await holder.query('RESET statement_timeout');
    } finally {
      await holder.release();
    }
  }
}
