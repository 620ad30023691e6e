/**
 * What every request passes before its body is read: headers of the answer, the rate limit, and for `/api/v1` who asks.
 * It goes by the route that was matched, not by the text of the URL: the two may differ in escapes and slashes.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthService, type Principal } from '../auth/auth.service.js';
import { isSameOrigin, mayUseCookie } from '../auth/origin.js';
import { CONFIG, type GatewayConfig } from '../config.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import { sendProblem } from './problem.filter.js';
import { ROUTES } from './route-table.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Requests without a credential that holds, per address: enough for pages that find their session over, too few for guessing. */
const STRANGERS_PER_MIN = 300;

const API = '/api/v1';
const OPEN = new Set(ROUTES.filter(({ open }) => open).map(({ path }) => path));
const principals = new WeakMap<FastifyRequest, Principal>();

/** Who asks. Only for routes that need a sign-in. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (!principal) throw new DomainError('auth/unauthenticated');
  return principal;
}

/** Who asks, as services and the audit trail know them. */
export function actorOf(request: FastifyRequest): Actor {
  const { name, via } = principalOf(request);
  return { name, kind: via === 'bearer' ? 'token' : 'person' };
}

@Injectable()
export class RequestGate {
  constructor(
    private readonly auth: AuthService,
    private readonly limiter: RateLimiter,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  async check(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    reply.headers(SECURITY_HEADERS);
    const path = request.routeOptions.url ?? '';
    if (!path.startsWith(API)) return undefined;
    const refusal = OPEN.has(path) ? this.refuseStranger(request) : await this.refuse(request);
    if (!refusal) return undefined;
    sendProblem(request, reply, refusal);
    return reply;
  }

  private async refuse(request: FastifyRequest): Promise<DomainError | undefined> {
    const { headers, method, ip } = request;
    const principal = await this.auth.identify(headers);
    if (!principal) return this.overLimit(`stranger:${ip}`, STRANGERS_PER_MIN) ?? new DomainError('auth/unauthenticated');
    if (principal.via === 'cookie' && !mayUseCookie(method, headers.origin, headers.host)) {
      return new DomainError('auth/forbidden', { message: 'This request comes from another origin' });
    }
    principals.set(request, principal);
    const limit = this.config.OBSERVATORY_RATE_LIMIT_PER_MIN;
    return limit === 0 ? undefined : this.overLimit(`${principal.credential}:${ip}`, limit);
  }

  /** A page of another origin must not sign its visitor in. */
  private refuseStranger({ headers, ip }: FastifyRequest): DomainError | undefined {
    if (headers.origin !== undefined && !isSameOrigin(headers.origin, headers.host)) {
      return new DomainError('auth/forbidden', { message: 'This request comes from another origin' });
    }
    return this.overLimit(`stranger:${ip}`, STRANGERS_PER_MIN);
  }

  private overLimit(key: string, limitPerMin: number): DomainError | undefined {
    const retryAfterSec = this.limiter.take(key, limitPerMin);
    return retryAfterSec === undefined ? undefined : new DomainError('request/too-many', { retryAfterSec });
  }
}
