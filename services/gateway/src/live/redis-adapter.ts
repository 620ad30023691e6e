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

type AdapterFactory = ReturnType<typeof createAdapter>;

export interface RedisAdapter {
  adapter: AdapterFactory;
  /** After the server was closed: the adapter's own connections would wait for Redis for ever. */
  close(): void;
}

export function redisAdapter(client: Redis): RedisAdapter {
  const own: Redis[] = [];
  const adapter = createAdapter(tolerant(client, own), {
    streamName: STREAM,
    channelPrefix: STREAM,
    sessionKeyPrefix: SESSION_PREFIX,
    maxLen: STREAM_MAX_ENTRIES,
    readCount: READ_COUNT,
    blockTimeInMs: BLOCK_MS,
    onlyPlaintext: true,
  });
  return { adapter, close: () => own.forEach((duplicate) => duplicate.disconnect()) };
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

/** `own` collects the duplicates that are made of it. */
function tolerant(client: Redis, own: Redis[]): Redis {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'duplicate') {
        return () => {
          const duplicate = target.duplicate();
          own.push(duplicate);
          return tolerant(duplicate, own);
        };
      }
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
