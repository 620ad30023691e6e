/**
 * How often may a client ask? So many times a minute, counted in process and, once a second, together with the other
 * replicas in Redis: no request waits for Redis, and the limit holds within a second of it being reached elsewhere.
 */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BoundedMap, RedisLink } from '@observatory/platform';

const WINDOW_MS = 60_000;
const SYNC_MS = 1000;
const CLIENTS_MAX = 20_000;
const KEY_PREFIX = 'observatory:limit:';

interface Count {
  window: number;
  /** Known of all replicas. */
  total: number;
  /** Of `total`, what Redis was not told yet. */
  untold: number;
}

@Injectable()
export class RateLimiter implements OnApplicationShutdown {
  private readonly counts = new BoundedMap<Count>({ maxEntries: CLIENTS_MAX, maxBytes: CLIENTS_MAX });
  private readonly untold = new Set<string>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly redis: RedisLink) {
    this.timer = setInterval(() => void this.sync(), SYNC_MS);
    this.timer.unref();
  }

  /** Counts one; undefined while it is within the limit, else the seconds until it is worth trying again. */
  take(key: string, limitPerMin: number, now = Date.now()): number | undefined {
    const window = Math.floor(now / WINDOW_MS);
    const known = this.counts.get(key);
    const count = known?.window === window ? known : { window, total: 0, untold: 0 };
    count.total += 1;
    count.untold += 1;
    if (count !== known) this.counts.set(key, count, 1);
    this.untold.add(key);
    return count.total <= limitPerMin ? undefined : Math.ceil(((window + 1) * WINDOW_MS - now) / 1000);
  }

  /** Whether the next one would be over the limit, without counting it. */
  isOver(key: string, limitPerMin: number, now = Date.now()): number | undefined {
    const window = Math.floor(now / WINDOW_MS);
    const count = this.counts.get(key);
    if (count?.window !== window || count.total < limitPerMin) return undefined;
    return Math.ceil(((window + 1) * WINDOW_MS - now) / 1000);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sync(): Promise<void> {
    const keys = [...this.untold];
    this.untold.clear();
    await this.redis.attempt(async (client) => {
      const told = keys.map((key) => this.counts.get(key)).filter((count) => count !== undefined);
      const batch = client.pipeline();
      keys.forEach((key) => {
        const count = this.counts.get(key);
        if (!count) return;
        batch.incrby(`${KEY_PREFIX}${key}:${count.window}`, count.untold).pexpire(`${KEY_PREFIX}${key}:${count.window}`, 2 * WINDOW_MS);
        count.untold = 0;
      });
      const results = (await batch.exec()) ?? [];
      told.forEach((count, index) => {
        const total = results[2 * index]?.[1];
        if (typeof total === 'number') count.total = Math.max(count.total, total + count.untold);
      });
    });
  }
}
