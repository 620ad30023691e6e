/** Clusters and the suite's status over REST. */
import { Controller, Req, Res } from '@nestjs/common';
import { TOPOLOGY_SUBJECTS } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../answers/answers.js';
import { Representation } from '../http/representation.js';
import { respond } from '../http/respond.js';
import { Serves } from '../http/route.js';
import { GET_CLUSTERS, GET_STATUS } from './suite.routes.js';
import { SuiteWatch } from './suite-watch.js';

@Controller()
export class SuiteController {
  constructor(
    private readonly answers: Answers,
    private readonly watch: SuiteWatch,
  ) {}

  @Serves(GET_CLUSTERS)
  async clusters(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(
      request,
      reply,
      await this.answers.get({ subject: TOPOLOGY_SUBJECTS.clusterList, payload: {}, cache: 'clusters', follows: 'moments' }),
    );
  }

  @Serves(GET_STATUS)
  async status(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(request, reply, { representation: Representation.json(this.watch.current()) });
  }
}
