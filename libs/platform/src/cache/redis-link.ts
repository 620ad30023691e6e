/**
 * One Redis connection per process, opened in the background and kept for ever, or none (`REDIS_URL=none`).
 * Commands fail at once while Redis is away: whoever uses it has something to fall back on.
 */
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import type { Dependencies } from '../health/dependencies.js';

const RECONNECT_MAX_MS = 1000;
const COMMAND_TIMEOUT_MS = 500;
/** A half-open connection is noticed after this long without a packet. */
const KEEP_ALIVE_MS = 5000;

const FAIL_FAST: RedisOptions = {
  enableOfflineQueue: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};
/** For readers that block on a stream: they wait for Redis to come back instead of failing in a loop. */
const WAITING: RedisOptions = {
  enableOfflineQueue: true,
  commandTimeout: undefined,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
};

/** A client whose duplicates wait: what libraries duplicate they use for blocking reads and subscriptions. */
class FailFastRedis extends Redis {
  override duplicate(override?: Partial<RedisOptions>): Redis {
    return new Redis({ ...this.options, ...WAITING, ...override });
  }
}

export class RedisLink implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisLink.name);
  /** Undefined where there is to be none. */
  readonly client: Redis | undefined;
  private readonly readyListeners: (() => void)[] = [];

  constructor(
    url: string,
    private readonly dependencies: Dependencies,
  ) {
    if (url === 'none') {
      dependencies.set('redis', 'unused', 'cache, limits and sockets are in process');
      return;
    }
    dependencies.set('redis', 'down', 'not connected yet');
    this.client = new FailFastRedis(url, {
      ...FAIL_FAST,
      keepAlive: KEEP_ALIVE_MS,
      retryStrategy: (attempt) => Math.min(RECONNECT_MAX_MS, 50 * attempt),
    });
    this.client.on('ready', () => this.isReady());
    this.client.on('close', () => this.isAway());
    this.client.on('error', (error: Error) => this.logger.debug(`Redis: ${error.message}`));
  }

  get isUp(): boolean {
    return this.client?.status === 'ready';
  }

  /** Called after each connection, the first one too. */
  onReady(listener: () => void): void {
    this.readyListeners.push(listener);
    if (this.isUp) listener();
  }

  /** What `command` gives, or undefined when Redis is away, slow or refuses. */
  async attempt<T>(command: (client: Redis) => Promise<T>): Promise<T | undefined> {
    if (!this.client || !this.isUp) return undefined;
    try {
      return await command(this.client);
    } catch (thrown) {
      this.logger.debug(`Redis: ${(thrown as Error).message}`);
      return undefined;
    }
  }

  onApplicationShutdown(): void {
    this.client?.disconnect();
  }

  private isReady(): void {
    this.dependencies.set('redis', 'up');
    for (const listener of this.readyListeners) listener();
  }

  private isAway(): void {
    if (this.dependencies.list().some(({ name, state }) => name === 'redis' && state === 'up'))
      this.logger.warn('Redis: the connection was lost');
    this.dependencies.set('redis', 'down', 'Redis does not answer');
  }
}
