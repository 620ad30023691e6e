/** Series and the overview over REST. They are read from the database, which may take longer than what services hold in memory. */
import { Controller, Req, Res } from '@nestjs/common';
import { METRICS_SUBJECTS, type RequestSubject } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, SLOW_TIMEOUT_MS } from '../answers/answers.js';
import { respond, type Exchange } from '../http/respond.js';
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
    await this.kept(METRICS_SUBJECTS.overviewGet, query, { request, reply });
  }

  @Serves(GET_WORKLOAD_SERIES)
  async workload(
    @Parsed(GET_WORKLOAD_SERIES) { params, query }: Input<typeof GET_WORKLOAD_SERIES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.kept(METRICS_SUBJECTS.workloadSeries, { ...params, ...query }, { request, reply });
  }

  @Serves(GET_EDGE_SERIES)
  async edge(
    @Parsed(GET_EDGE_SERIES) { params, query }: Input<typeof GET_EDGE_SERIES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.kept(METRICS_SUBJECTS.edgeSeries, { ...params, ...query }, { request, reply });
  }

  private async kept(subject: RequestSubject, payload: unknown, { request, reply }: Exchange): Promise<void> {
    const question = { subject, payload, cache: 'metrics', follows: 'window', timeoutMs: SLOW_TIMEOUT_MS } as const;
    await respond(request, reply, await this.answers.get(question));
  }
}
