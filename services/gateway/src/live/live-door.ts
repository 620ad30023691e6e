/** Who may connect to the live feed: this origin's pages and programs, signed in by cookie, `auth.token` or bearer token. */
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { DomainError } from '@observatory/platform';
import { AuthService } from '../auth/auth.service.js';
import { isSameOrigin } from '../auth/origin.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import type { LiveSocket } from './live-types.js';

const SOCKETS_MAX = 10_000;
const CONNECTIONS_PER_MIN = 10_000;
const SUBSCRIPTIONS_PER_MIN = 120;

@Injectable()
export class LiveDoor {
  constructor(
    private readonly auth: AuthService,
    private readonly limiter: RateLimiter,
  ) {}

  /** Why a connection is not even looked at; null when it is. */
  refusal({ headers }: IncomingMessage, connections: number): string | null {
    if (headers.origin !== undefined && !isSameOrigin(headers.origin, headers.host)) return 'This connection comes from another origin';
    return connections >= SOCKETS_MAX ? 'Too many connections' : null;
  }

  /** Also for a client whose state is recovered: its sign-in may be over since. */
  async admit(socket: LiveSocket, next: (error?: Error) => void): Promise<void> {
    const { headers, address, auth } = socket.handshake;
    const token: unknown = auth['token'];
    const authorization = typeof token === 'string' ? `Bearer ${token}` : headers.authorization;
    const principal = await this.auth.identify({ cookie: headers.cookie, authorization });
    if (!principal) return next(refused(new DomainError('auth/unauthenticated')));
    const retryAfterSec = this.limiter.take(`live:${address}`, CONNECTIONS_PER_MIN);
    if (retryAfterSec !== undefined) return next(refused(new DomainError('request/too-many', { retryAfterSec })));
    socket.data.credential = principal.credential;
    socket.data.expiresAt = principal.expiresAt;
    next();
  }

  /** Throws `request/too-many`. */
  countSubscription(socket: LiveSocket): void {
    const retryAfterSec = this.limiter.take(`subscribe:${socket.id}`, SUBSCRIPTIONS_PER_MIN);
    if (retryAfterSec !== undefined) throw new DomainError('request/too-many', { retryAfterSec });
  }
}

function refused(error: DomainError): Error {
  return Object.assign(new Error(error.message), { data: error.toReply() });
}
