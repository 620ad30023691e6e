/** Faults of the demo mesh over REST. */
import { Controller, Req, Res } from '@nestjs/common';
import type { DemoFault } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Representation } from '../http/representation.js';
import { respond } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import { DemoClient } from './demo.client.js';
import { DELETE_FAULT, GET_FAULTS, POST_FAULT } from './demo.routes.js';

@Controller()
export class DemoController {
  constructor(private readonly demo: DemoClient) {}

  @Serves(GET_FAULTS)
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(request, reply, { representation: Representation.json(await this.demo.list()) });
  }

  @Serves(POST_FAULT)
  inject(@Parsed(POST_FAULT) { body }: Input<typeof POST_FAULT>): Promise<DemoFault> {
    return this.demo.inject(body);
  }

  @Serves(DELETE_FAULT)
  async end(@Parsed(DELETE_FAULT) { params }: Input<typeof DELETE_FAULT>): Promise<void> {
    await this.demo.end(params.id);
  }
}
