/** Series and the overview over REST. */
import { Controller, Req, Res } from '@nestjs/common';
import { METRICS_SUBJECTS } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../answers/answers.js';
import { respond } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import { GET_EDGE_SERIES, GET_OVERVIEW, GET_WORKLOAD_SERIES } from './metrics.routes.js';

@Controller()
export class MetricsController {
  constructor(private readonly answers: Answers) {}

  @Serves(GET_OVERVIEW)
  async overview(
    @Parsed(GET_OVERVIEW) { query }: Input<typeof GET_OVERVIEW>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await respond(
      request,
      reply,
      await this.answers.get({ subject: METRICS_SUBJECTS.overviewGet, payload: query, cache: 'metrics', follows: 'window' }),
    );
  }

  @Serves(GET_WORKLOAD_SERIES)
  async workload(
    @Parsed(GET_WORKLOAD_SERIES) { params, query }: Input<typeof GET_WORKLOAD_SERIES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const payload = { ...params, ...query };
    await respond(
      request,
      reply,
      await this.answers.get({ subject: METRICS_SUBJECTS.workloadSeries, payload, cache: 'metrics', follows: 'window' }),
    );
  }

  @Serves(GET_EDGE_SERIES)
  async edge(
    @Parsed(GET_EDGE_SERIES) { params, query }: Input<typeof GET_EDGE_SERIES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const payload = { ...params, ...query };
    await respond(
      request,
      reply,
      await this.answers.get({ subject: METRICS_SUBJECTS.edgeSeries, payload, cache: 'metrics', follows: 'window' }),
    );
  }
}
