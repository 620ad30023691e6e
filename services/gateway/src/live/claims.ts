/**
 * Who of the replicas sends an event? Each reads every event; the first to claim it in Redis sends it to all.
 * Where Redis is away, or there is none, each sends to its own sockets.
 */
import { Injectable } from '@nestjs/common';
import { RedisLink } from '@observatory/platform';

/** How long an event counts as sent. */
const CLAIM_MS = 300_000;
const ALONE_MAX = 1000;
const KEY_PREFIX = 'observatory:live:sent:';

/** `mine`: send to all; `theirs`: somebody did; `alone`: send to one's own. */
export type Claim = 'mine' | 'theirs' | 'alone';

@Injectable()
export class Claims {
  /** Claimed while Redis was away, to be made up for: a replica that starts then must not send it again. */
  private alone: string[] = [];

  constructor(private readonly redis: RedisLink) {
    redis.onReady(() => {
      for (const event of this.alone.splice(0)) void this.tell(event);
    });
  }

  async claim(event: string): Promise<Claim> {
    if (!this.redis.client) return 'alone';
    const told = await this.tell(event);
    if (told === undefined) this.alone = [...this.alone.slice(1 - ALONE_MAX), event];
    return told === undefined ? 'alone' : told === null ? 'theirs' : 'mine';
  }

  private tell(event: string): Promise<'OK' | null | undefined> {
    return this.redis.attempt((client) => client.set(KEY_PREFIX + event, '1', 'PX', CLAIM_MS, 'NX'));
  }
}
