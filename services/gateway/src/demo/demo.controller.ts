/** Faults of the demo mesh over REST. */
import { Controller, Req, Res } from '@nestjs/common';
import type { DemoFault } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditTrail } from '../audit/audit-trail.js';
import { Representation } from '../http/representation.js';
import { actorOf } from '../http/request-gate.js';
import { respond } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import { DemoClient } from './demo.client.js';
import { DELETE_FAULT, GET_FAULTS, POST_FAULT } from './demo.routes.js';

@Controller()
export class DemoController {
  constructor(
    private readonly demo: DemoClient,
    private readonly trail: AuditTrail,
  ) {}

  @Serves(GET_FAULTS)
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(request, reply, { representation: Representation.json(await this.demo.list()) });
  }

  @Serves(POST_FAULT)
  async inject(@Parsed(POST_FAULT) { body }: Input<typeof POST_FAULT>, @Req() request: FastifyRequest): Promise<DemoFault> {
    const fault = await this.demo.inject(body);
    const target = { kind: 'fault', id: fault.id, name: fault.kind };
    this.trail.record({ actor: actorOf(request), action: 'fault.injected', target, outcome: 'done', detail: fault.description });
    return fault;
  }

  @Serves(DELETE_FAULT)
  async end(@Parsed(DELETE_FAULT) { params }: Input<typeof DELETE_FAULT>, @Req() request: FastifyRequest): Promise<void> {
    await this.demo.end(params.id);
    this.trail.record({ actor: actorOf(request), action: 'fault.ended', target: { kind: 'fault', id: params.id }, outcome: 'done' });
  }
}
