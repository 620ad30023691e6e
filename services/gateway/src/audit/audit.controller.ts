/** The audit trail over REST. */
import { Controller, Req, Res } from '@nestjs/common';
import type { AuditPage } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Representation } from '../http/representation.js';
import { respond } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import { AuditRepository } from './audit.repository.js';
import { GET_AUDIT } from './audit.routes.js';
import { ChainCheck } from './chain-check.js';

@Controller()
export class AuditController {
  constructor(
    private readonly repository: AuditRepository,
    private readonly chain: ChainCheck,
  ) {}

  @Serves(GET_AUDIT)
  async list(
    @Parsed(GET_AUDIT) { query }: Input<typeof GET_AUDIT>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { cursor, limit, ...filter } = query;
    // One more than asked for tells whether there is a next page.
    const found = await this.repository.newest({ ...filter, before: cursor, limit: limit + 1 });
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    const page: AuditPage = {
      generatedAt: new Date().toISOString(),
      entries,
      ...(found.length > limit && last ? { nextCursor: String(last.seq) } : {}),
      chain: await this.chain.state(),
    };
    await respond(request, reply, { representation: Representation.json(page) });
  }
}
