/** Who asks? A session's cookie, or the fixed bearer token. */
import { Inject, Injectable } from '@nestjs/common';
import type { SignedIn } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { CONFIG, type GatewayConfig } from '../config.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import { hashOf, sameSecret } from './secrets.js';
import { SessionStore } from './session-store.js';

export const SESSION_COOKIE = 'observatory_session';
const SECRET_MAX_LENGTH = 256;
const FAILED_LOGINS_PER_MIN = 10;

export interface Principal extends SignedIn {
  via: 'cookie' | 'bearer';
  /** Names the credential without revealing it. */
  credential: string;
}

export interface Credentials {
  cookie?: string | undefined;
  authorization?: string | undefined;
}

@Injectable()
export class AuthService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly limiter: RateLimiter,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  async identify({ cookie, authorization }: Credentials): Promise<Principal | undefined> {
    if (authorization !== undefined) return this.byBearer(authorization);
    const secret = sessionSecret(cookie);
    const session = secret === undefined ? undefined : await this.sessions.find(secret);
    if (!session || secret === undefined) return undefined;
    return { name: session.name, role: 'admin', expiresAt: session.expiresAt, via: 'cookie', credential: hashOf(secret) };
  }

  /** Exchanges the one-time link for a session. `client` is who fails when it fails. */
  async login(link: string, client: string): Promise<{ secret: string; signedIn: SignedIn }> {
    const retryAfterSec = this.limiter.isOver(`login:${client}`, FAILED_LOGINS_PER_MIN);
    if (retryAfterSec !== undefined) throw new DomainError('request/too-many', { message: 'Too many failed sign-ins', retryAfterSec });
    if (!sameSecret(link, this.config.OBSERVATORY_LINK_TOKEN) || !(await this.sessions.useLink(link))) {
      this.limiter.take(`login:${client}`, FAILED_LOGINS_PER_MIN);
      throw new DomainError('auth/link-used');
    }
    const { secret, session } = await this.sessions.create('Administrator');
    return { secret, signedIn: { name: session.name, role: 'admin', expiresAt: session.expiresAt } };
  }

  async logout(cookie: string | undefined): Promise<void> {
    const secret = sessionSecret(cookie);
    if (secret !== undefined) await this.sessions.end(secret);
  }

  private byBearer(authorization: string): Principal | undefined {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!sameSecret(token, this.config.OBSERVATORY_ADMIN_TOKEN)) return undefined;
    return { name: 'Admin token', role: 'admin', expiresAt: null, via: 'bearer', credential: 'admin-token' };
  }
}

function sessionSecret(cookie: string | undefined): string | undefined {
  const match = cookie === undefined ? null : /(?:^|; *)observatory_session=([\w-]+)/.exec(cookie);
  return match?.[1] !== undefined && match[1].length <= SECRET_MAX_LENGTH ? match[1] : undefined;
}

export function sessionCookie(secret: string, { maxAgeSec, secure }: { maxAgeSec: number; secure: boolean }): string {
  return `${SESSION_COOKIE}=${secret}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
