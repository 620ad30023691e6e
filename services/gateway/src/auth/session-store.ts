/**
 * Sessions and used sign-in links: in Redis where there is one, and in memory, so that they outlive either of the two.
 * What is kept is the hash of a session's secret. A session that was ended stays ended: it is kept as such until it would have expired.
 */
import { Injectable } from '@nestjs/common';
import { BoundedMap, RedisLink } from '@observatory/platform';
import { hashOf, newSecret } from './secrets.js';

export const SESSION_TTL_MS = 12 * 3_600_000;
/** After this long a session that we know is looked up again: another replica may have ended it. */
const RECHECK_MS = 2000;
const SESSIONS_MAX = 10_000;
const LINK_TTL_MS = 30 * 86_400_000;
const SESSION_PREFIX = 'observatory:session:';
const LINK_PREFIX = 'observatory:link:';

export interface Session {
  name: string;
  expiresAt: string;
}

interface Known {
  session: Session;
  ended: boolean;
  checkedAt: number;
}

@Injectable()
export class SessionStore {
  private readonly known = new BoundedMap<Known>({ maxEntries: SESSIONS_MAX, maxBytes: SESSIONS_MAX });
  private readonly usedLinks = new Set<string>();

  constructor(private readonly redis: RedisLink) {
    redis.onReady(() => void this.tellRedis());
  }

  async create(name: string): Promise<{ secret: string; session: Session }> {
    const secret = newSecret();
    const session = { name, expiresAt: new Date(Date.now() + SESSION_TTL_MS).toISOString() };
    await this.remember(hashOf(secret), { session, ended: false, checkedAt: Date.now() });
    return { secret, session };
  }

  async find(secret: string): Promise<Session | undefined> {
    const hash = hashOf(secret);
    let known = this.known.get(hash);
    if (!known || Date.now() - known.checkedAt > RECHECK_MS) known = await this.lookUp(hash, known);
    return known && !known.ended && Date.parse(known.session.expiresAt) > Date.now() ? known.session : undefined;
  }

  async end(secret: string): Promise<void> {
    const session = await this.find(secret);
    if (session) await this.remember(hashOf(secret), { session, ended: true, checkedAt: Date.now() });
  }

  /** True for the first who asks, on whichever replica. */
  async useLink(token: string): Promise<boolean> {
    const hash = hashOf(token);
    if (this.usedLinks.has(hash)) return false;
    this.usedLinks.add(hash);
    const claimed = await this.redis.attempt((client) => client.set(`${LINK_PREFIX}${hash}`, 'used', 'PX', LINK_TTL_MS, 'NX'));
    return claimed !== null;
  }

  private async lookUp(hash: string, known: Known | undefined): Promise<Known | undefined> {
    const text = await this.redis.attempt((client) => client.get(SESSION_PREFIX + hash));
    const found = typeof text === 'string' ? { ...(JSON.parse(text) as Omit<Known, 'checkedAt'>), checkedAt: Date.now() } : known;
    if (!found) return undefined;
    found.checkedAt = Date.now();
    this.known.set(hash, found, 1);
    return found;
  }

  private async remember(hash: string, known: Known): Promise<void> {
    this.known.set(hash, known, 1);
    await this.tell(hash, known);
  }

  private async tell(hash: string, { session, ended }: Known): Promise<void> {
    const ttlMs = Date.parse(session.expiresAt) - Date.now();
    if (ttlMs <= 0) return;
    const text = JSON.stringify({ session, ended });
    const key = SESSION_PREFIX + hash;
    // An end is final; that a session lives is news only where nothing is known of it.
    await this.redis.attempt((client) => (ended ? client.set(key, text, 'PX', ttlMs) : client.set(key, text, 'PX', ttlMs, 'NX')));
  }

  /** A Redis that comes back may have forgotten everything. */
  private async tellRedis(): Promise<void> {
    for (const [hash, known] of this.known.list()) await this.tell(hash, known);
    for (const hash of this.usedLinks)
      await this.redis.attempt((client) => client.set(`${LINK_PREFIX}${hash}`, 'used', 'PX', LINK_TTL_MS, 'NX'));
  }
}
