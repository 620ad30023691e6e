/**
 * The Redis streams adapter: frames reach the sockets of every replica, and stay in a stream for whoever comes back.
 * The stream is bounded by time, not by count, since a frame may have 1 KB or 1 MB.
 */
import { Logger } from '@nestjs/common';
import type { RedisLink } from '@observatory/platform';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { Redis } from 'ioredis';

const STREAM = 'observatory:live';
const SESSION_PREFIX = 'observatory:live:session:';
/** A bound for when trimming by time fails. */
const STREAM_MAX_ENTRIES = 20_000;
const READ_COUNT = 20;
const BLOCK_MS = 2000;
const TRIM_EVERY_MS = 10_000;

export type AdapterFactory = ReturnType<typeof createAdapter>;

export function redisAdapter(client: Redis): AdapterFactory {
  return createAdapter(tolerant(client), {
    streamName: STREAM,
    channelPrefix: STREAM,
    sessionKeyPrefix: SESSION_PREFIX,
    maxLen: STREAM_MAX_ENTRIES,
    readCount: READ_COUNT,
    blockTimeInMs: BLOCK_MS,
    onlyPlaintext: true,
  });
}

/** Keeps what a client needs that was away for as long as recovery lasts. Returns what stops it. */
export function trimStream(redis: RedisLink, keptMs: number): () => void {
  const trim = () => redis.attempt((client) => client.xtrim(STREAM, 'MINID', '~', Date.now() - keptMs));
  const timer = setInterval(() => void trim(), TRIM_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Commands whose promise the adapter drops: a rejection that nobody handles would end the process. */
const DROPPED = new Set<PropertyKey>(['set', 'subscribe', 'publish']);
const logger = new Logger('LiveRedis');

function tolerant(client: Redis): Redis {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'duplicate') return () => tolerant(target.duplicate());
      if (!DROPPED.has(name)) return member.bind(target);
      return async (...args: unknown[]) => {
        try {
          return await (member.apply(target, args) as Promise<unknown>);
        } catch (thrown) {
          logger.debug(`${String(name)}: ${(thrown as Error).message}`);
          return undefined;
        }
      };
    },
  });
}
