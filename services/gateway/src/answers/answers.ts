/**
 * Answers of other services, kept as bytes: a warm answer is neither parsed nor serialised again.
 * Fresh until an event says that there is newer, or for a bounded time; asked for once however many wait;
 * shared with other replicas through Redis. When the service does not answer, the last known one, marked.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ERROR_CODES, type RequestSubject } from '@observatory/contracts';
import { BoundedMap, Cache, countCacheRequest, DomainError, RedisLink } from '@observatory/platform';
import { Representation } from '../http/representation.js';
import type { Sendable } from '../http/respond.js';
import { pack, unpack, type Kept } from './envelope.js';
import { awaySince, markStale } from './mark-stale.js';
import { serviceOf, Services } from './services.js';
import { Versions, type Followed } from './versions.js';

/** With this and a breaker nobody waits longer than 2 s for a service that is down. */
const TIMEOUT_MS = 1500;
/** For answers that come from the database; a service seen to be down ends the wait early. */
export const SLOW_TIMEOUT_MS = 10_000;
const SHARED_TTL_MS = 5 * 60_000;
/** What is asked again even though no event came: an event may be late, or nobody there to send it, and the past is filled up by backfill. */
const MAX_AGE_MS: Record<Followed, number> = {
  topology: 30_000,
  window: 30_000,
  policy: 10_000,
  anomaly: 5000,
  certificate: 10_000,
  moments: 2000,
  nothing: 30_000,
};
const BOUNDS = { maxEntries: 500, maxBytes: 64 * 1024 * 1024 };
/** Compressed forms weigh some more. */
const WEIGHT = 1.3;
/** When the graph moves on, this many of what was read lately are asked for before somebody waits. */
const REFRESH_MAX = 4;
const REFRESH_READ_WITHIN_MS = 60_000;

export interface Question {
  subject: RequestSubject;
  payload: unknown;
  /** Which cache it counts to. */
  cache: 'topology' | 'metrics' | 'clusters' | 'policy' | 'anomaly' | 'certificates';
  follows: Followed;
  timeoutMs?: number;
}

interface Entry extends Sendable {
  version: string;
  fetchedAt: number;
  readAt: number;
  question: Question;
  lastKnown?: { detail: string; representation: Representation };
}

@Injectable()
export class Answers {
  private readonly entries = new BoundedMap<Entry>(BOUNDS);
  private readonly loading = new Map<string, Promise<Sendable>>();
  private readonly shared: Cache;

  constructor(
    private readonly services: Services,
    private readonly versions: Versions,
    redis: RedisLink,
  ) {
    this.shared = new Cache(redis, { name: 'answers', ttlMs: SHARED_TTL_MS, localMaxBytes: 0, counted: false });
    versions.onMoved((followed) => this.refresh(followed));
  }

  /** Rejects with the service's own error, or `service/unavailable` when nothing is known. */
  async get(question: Question): Promise<Sendable> {
    const key = `${question.subject.subject} ${JSON.stringify(question.payload)}`;
    const entry = this.entries.get(key);
    if (entry) entry.readAt = Date.now();
    if (entry && this.isFresh(entry)) {
      countCacheRequest(question.cache, 'hit');
      return entry;
    }
    return this.loadOnce(key, question);
  }

  /** For answers that are not worth keeping. */
  async uncached(subject: RequestSubject, payload: unknown, timeoutMs = SLOW_TIMEOUT_MS): Promise<Buffer> {
    return asBuffer((await this.services.ask(subject, payload, timeoutMs)).bytes);
  }

  private isFresh({ question, version, fetchedAt }: Pick<Entry, 'question' | 'version' | 'fetchedAt'>): boolean {
    return (
      version === this.versions.of(question.follows) &&
      Date.now() - fetchedAt < MAX_AGE_MS[question.follows] &&
      this.services.awaySince(serviceOf(question.subject)) === undefined
    );
  }

  private loadOnce(key: string, question: Question): Promise<Sendable> {
    // By version too: who has seen an event must not get what was asked for before it.
    const flight = `${this.versions.of(question.follows)} ${key}`;
    const pending = this.loading.get(flight);
    if (pending) return pending;
    const load = this.load(key, question).finally(() => this.loading.delete(flight));
    this.loading.set(flight, load);
    return load;
  }

  private async load(key: string, question: Question): Promise<Sendable> {
    const known = this.entries.get(key) ?? (await this.fromShared(key, question));
    if (known && this.isFresh(known)) {
      countCacheRequest(question.cache, 'hit');
      return known;
    }
    // Read before asking: an event that comes meanwhile makes the answer old, at worst once too often.
    const version = this.versions.of(question.follows);
    try {
      const { bytes, etag } = await this.services.ask(question.subject, question.payload, question.timeoutMs ?? TIMEOUT_MS);
      countCacheRequest(question.cache, 'miss');
      const kept: Kept = { bytes: asBuffer(bytes), version, fetchedAt: Date.now(), ...(etag === undefined ? {} : { etag }) };
      void this.share(key, kept);
      return this.keep(key, question, kept);
    } catch (thrown) {
      if (!known || !mayPass(thrown)) throw thrown;
      countCacheRequest(question.cache, 'stale');
      return this.lastKnown(known, thrown);
    }
  }

  private keep(key: string, question: Question, { bytes, etag, version, fetchedAt }: Kept): Entry {
    const before = this.entries.get(key);
    const representation =
      before && etag !== undefined && before.representation.bytes.equals(bytes) ? before.representation : new Representation(bytes, etag);
    // What was asked for compressed will be again.
    for (const encoding of before?.representation.encodings ?? []) void representation.encoded(encoding);
    const entry: Entry = { representation, version, fetchedAt, question, readAt: before?.readAt ?? Date.now() };
    this.entries.set(key, entry, bytes.length * WEIGHT);
    return entry;
  }

  private lastKnown(entry: Entry, error: DomainError): Sendable {
    const away = this.services.awaySince(serviceOf(entry.question.subject));
    const detail = away ? awaySince(away.error.message, away.since) : error.message;
    if (entry.lastKnown?.detail !== detail) {
      const marked = markStale(JSON.parse(entry.representation.bytes.toString('utf8')) as object, detail);
      entry.lastKnown = { detail, representation: Representation.json(marked) };
    }
    const ageSec = Math.round((Date.now() - entry.fetchedAt) / 1000);
    return { representation: entry.lastKnown.representation, stale: { ageSec, detail } };
  }

  private async fromShared(key: string, question: Question): Promise<Entry | undefined> {
    const packed = await this.shared.get(shortKey(key));
    const kept = packed && (await unpack(packed));
    return kept && this.keep(key, question, kept);
  }

  private async share(key: string, kept: Kept): Promise<void> {
    await this.shared.set(shortKey(key), await pack(kept));
  }

  private refresh(followed: Followed): void {
    if (followed !== 'topology') return;
    const since = Date.now() - REFRESH_READ_WITHIN_MS;
    const read = this.entries.list().filter(([, entry]) => entry.question.follows === followed && entry.readAt > since);
    for (const [key, { question }] of read.slice(-REFRESH_MAX)) this.loadOnce(key, question).catch(() => undefined);
  }
}

/** Whether the last known answer may stand in: something is away, as opposed to the question being wrong or we. */
function mayPass(thrown: unknown): thrown is DomainError {
  return thrown instanceof DomainError && ERROR_CODES[thrown.code][0] > 501;
}

function shortKey(key: string): string {
  return createHash('sha1').update(key).digest('base64url');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
