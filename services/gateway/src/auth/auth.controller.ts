/** Signing in and out over REST. */
import { Controller, Req, Res } from '@nestjs/common';
import type { SignedIn } from '@observatory/contracts';
import { asDomainError } from '@observatory/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditTrail } from '../audit/audit-trail.js';
import { Representation } from '../http/representation.js';
import { actorOf, principalOf } from '../http/request-gate.js';
import { respond } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import { LiveFeed } from '../live/live-feed.js';
import { GET_ME, POST_LOGIN, POST_LOGOUT } from './auth.routes.js';
import { AuthService, sessionCookie } from './auth.service.js';
import { SESSION_TTL_MS } from './session-store.js';

@Controller()
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly live: LiveFeed,
    private readonly trail: AuditTrail,
  ) {}

  @Serves(POST_LOGIN)
  async login(
    @Parsed(POST_LOGIN) { body }: Input<typeof POST_LOGIN>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    const { secret, signedIn } = await this.signIn(body.link, request.ip);
    reply.header('set-cookie', sessionCookie(secret, { maxAgeSec: SESSION_TTL_MS / 1000, secure: request.protocol === 'https' }));
    reply.header('cache-control', 'no-store');
    return signedIn;
  }

  @Serves(GET_ME)
  async me(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { name, role, expiresAt } = principalOf(request);
    await respond(request, reply, { representation: Representation.json({ name, role, expiresAt } satisfies SignedIn) });
  }

  @Serves(POST_LOGOUT)
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.auth.logout(request.headers.cookie);
    this.trail.record({ actor: actorOf(request), action: 'session.ended', target: SESSION, outcome: 'done' });
    this.live.disconnect(principalOf(request).credential);
    reply.header('set-cookie', sessionCookie('', { maxAgeSec: 0, secure: request.protocol === 'https' }));
  }

  private async signIn(link: string, client: string): ReturnType<AuthService['login']> {
    const opened = (name: string) => ({ actor: { name, kind: 'person' }, action: 'session.opened', target: SESSION }) as const;
    try {
      const result = await this.auth.login(link, client);
      this.trail.record({ ...opened(result.signedIn.name), outcome: 'done', detail: `from ${client}` });
      return result;
    } catch (thrown) {
      const { code } = asDomainError(thrown);
      // Those over the limit are not written down one by one: a flood would fill the trail.
      if (code === 'auth/link-used') this.trail.record({ ...opened('unknown'), outcome: 'refused', detail: `from ${client}` });
      throw thrown;
    }
  }
}

const SESSION = { kind: 'session', id: 'sign-in' };
