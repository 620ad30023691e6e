/**
 * Bytes kept for a while by key: in Redis, shared by the replicas, and in process while Redis is away or where there is none.
 * Reading and writing never fail: a cache that is away is a cache that misses.
 */
import { BoundedMap } from './bounded-map.js';
import { countCacheRequest } from './cache-metrics.js';
import type { RedisLink } from './redis-link.js';

const KEY_PREFIX = 'observatory:cache:';
const LOCAL_MAX_ENTRIES = 2000;
const LOCAL_MAX_BYTES = 32 * 1024 * 1024;
/** More than this is not sent to Redis: it would hold up everybody else's commands. */
const SHARED_MAX_BYTES = 32 * 1024 * 1024;

export interface CacheOptions {
  /** Label `cache` of the hit ratio, and part of the keys. */
  name: string;
  ttlMs: number;
  /** What the process keeps itself while Redis is away; 0 for callers that keep their own. */
  localMaxBytes?: number;
  /** False for callers that count themselves. */
  counted?: boolean;
}

export class Cache {
  private readonly local: BoundedMap<{ value: Buffer; expiresAt: number }>;

  constructor(
    private readonly redis: RedisLink,
    private readonly options: CacheOptions,
    private readonly now: () => number = Date.now,
  ) {
    this.local = new BoundedMap({ maxEntries: LOCAL_MAX_ENTRIES, maxBytes: options.localMaxBytes ?? LOCAL_MAX_BYTES });
  }

  async get(key: string): Promise<Buffer | undefined> {
    const shared = await this.redis.attempt((client) => client.getBuffer(this.keyOf(key)));
    const value = shared ?? (this.redis.isUp ? undefined : this.fromLocal(key));
    if (this.options.counted !== false) countCacheRequest(this.options.name, value ? 'hit' : 'miss');
    return value ?? undefined;
  }

  async set(key: string, value: Buffer, ttlMs = this.options.ttlMs): Promise<void> {
    if (value.length <= SHARED_MAX_BYTES) {
      const stored = await this.redis.attempt((client) => client.set(this.keyOf(key), value, 'PX', ttlMs));
      if (stored) return;
    }
    this.local.set(key, { value, expiresAt: this.now() + ttlMs }, value.length);
  }

  async delete(key: string): Promise<void> {
    this.local.delete(key);
    await this.redis.attempt((client) => client.del(this.keyOf(key)));
  }

  private fromLocal(key: string): Buffer | undefined {
    const entry = this.local.get(key);
    if (entry && entry.expiresAt > this.now()) return entry.value;
    this.local.delete(key);
    return undefined;
  }

  private keyOf(key: string): string {
    return `${KEY_PREFIX}${this.options.name}:${key}`;
  }
}
