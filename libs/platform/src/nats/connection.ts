/** One NATS connection per process: opened in the background, reconnecting for ever, so that a service starts and goes on without NATS. */
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Dependencies } from '../health/dependencies.js';
import { DomainError } from '../errors/domain-error.js';

const RECONNECT_WAIT_MS = 500;
/** A half-open connection is noticed after two unanswered pings. */
const PING_INTERVAL_MS = 5000;

export class NatsLink implements OnApplicationShutdown {
  private readonly logger = new Logger(NatsLink.name);
  private connection: NatsConnection | undefined;
  private up = false;
  private closed = false;
  private readonly reconnectListeners: (() => void)[] = [];
  /** Resolves with the first connection; never rejects, it waits. */
  readonly ready: Promise<NatsConnection>;

  constructor(
    url: string,
    readonly service: string,
    private readonly dependencies: Dependencies,
  ) {
    this.dependencies.set('nats', 'down', 'not connected yet');
    this.ready = this.open(url);
  }

  /** The live connection. Throws `service/unavailable` while there is none. */
  get(): NatsConnection {
    if (!this.connection || !this.up) throw new DomainError('service/unavailable', { message: 'NATS does not answer' });
    return this.connection;
  }

  get isUp(): boolean {
    return this.up;
  }

  /** Called after each reconnection, not after the first connection. */
  onReconnect(listener: () => void): void {
    this.reconnectListeners.push(listener);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.connection?.close();
  }

  private async open(url: string): Promise<NatsConnection> {
    const { username, password, host, protocol } = new URL(url);
    const options = {
      servers: `${protocol}//${host}`,
      user: username ? decodeURIComponent(username) : undefined,
      pass: password ? decodeURIComponent(password) : undefined,
      name: this.service,
      inboxPrefix: `_INBOX_${this.service}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      pingInterval: PING_INTERVAL_MS,
      ignoreAuthErrorAbort: true,
    };
    for (;;) {
      try {
        this.connection = await connect(options);
        break;
      } catch (cause) {
        this.dependencies.set('nats', 'down', (cause as Error).message);
        if (this.closed) return new Promise(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_WAIT_MS));
      }
    }
    // Shut down while it was being opened: nobody else would close it.
    if (this.closed) {
      await this.connection.close();
      return new Promise(() => undefined);
    }
    this.setUp();
    void this.watch(this.connection);
    return this.connection;
  }

  private setUp(): void {
    this.up = true;
    this.dependencies.set('nats', 'up');
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.up = false;
        this.dependencies.set('nats', 'down', 'the connection was lost');
        this.logger.warn('NATS: the connection was lost');
      } else if (status.type === 'reconnect') {
        this.setUp();
        this.logger.log('NATS: connected again');
        for (const listener of this.reconnectListeners) listener();
      } else if (status.type === 'error') {
        this.logger.error(`NATS: ${status.error.message}`);
      }
    }
  }
}
