/**
 * Which filters does anybody listen to, on any replica, or has listened to within the time of recovery?
 * Frames are made for all of them, so that a client that comes back elsewhere finds what it missed.
 */
import { Injectable } from '@nestjs/common';
import { RedisLink } from '@observatory/platform';
import type { Filter } from './rooms.js';

const KEY = 'observatory:live:filters';
/** Recovery of two minutes, and the interval at which filters in use are said again. */
export const FILTER_KEPT_MS = 180_000;
/** Beyond this, listeners get the whole feed: more than they asked for, but bounded work for each event. */
export const FILTERS_MAX = 200;

@Injectable()
export class FilterRegistry {
  private readonly seenAt = new Map<string, number>();

  constructor(private readonly redis: RedisLink) {}

  /** The filter as it is served: itself, or everything when there are too many. */
  async use(filter: Filter, now = Date.now()): Promise<Filter> {
    if (filter.length === 0) return filter;
    const member = JSON.stringify(filter);
    this.forgetOld(now);
    if (!this.seenAt.has(member) && this.seenAt.size >= FILTERS_MAX) return [];
    this.seenAt.set(member, now);
    await this.redis.attempt((client) => client.zadd(KEY, now, member));
    return filter;
  }

  /** Every filter to make frames for; the first is the one that lets everything through. */
  async all(now = Date.now()): Promise<Filter[]> {
    this.forgetOld(now);
    const shared = await this.redis.attempt((client) =>
      client.zrange(KEY, now - FILTER_KEPT_MS, '+inf', 'BYSCORE', 'LIMIT', 0, FILTERS_MAX),
    );
    const members = new Set([...this.seenAt.keys(), ...(shared ?? [])]);
    return [[], ...[...members].map((member) => JSON.parse(member) as Filter)];
  }

  private forgetOld(now: number): void {
    const oldest = now - FILTER_KEPT_MS;
    for (const [member, at] of this.seenAt) if (at < oldest) this.seenAt.delete(member);
    void this.redis.attempt((client) => client.zremrangebyscore(KEY, '-inf', oldest));
  }
}
