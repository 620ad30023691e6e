/** Anomalies over REST, as far as they are read: bytes of the anomaly service, kept until an incident changes. */
import { Controller, Req, Res } from '@nestjs/common';
import { ANOMALY_SUBJECTS, type RequestSubject } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, SLOW_TIMEOUT_MS } from '../answers/answers.js';
import type { Followed } from '../answers/versions.js';
import { respond, type Exchange } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import * as routes from './anomaly.routes.js';

@Controller()
export class AnomalyController {
  constructor(private readonly answers: Answers) {}

  @Serves(routes.GET_INCIDENTS)
  async incidents(
    @Parsed(routes.GET_INCIDENTS) { query }: Input<typeof routes.GET_INCIDENTS>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.incidentList, payload: query, follows: 'anomaly' }, { request, reply });
  }

  @Serves(routes.GET_INCIDENT_TIMELINE)
  async timeline(
    @Parsed(routes.GET_INCIDENT_TIMELINE) { query }: Input<typeof routes.GET_INCIDENT_TIMELINE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.incidentTimeline, payload: query, follows: 'anomaly' }, { request, reply });
  }

  @Serves(routes.GET_INCIDENT)
  async incident(
    @Parsed(routes.GET_INCIDENT) { params }: Input<typeof routes.GET_INCIDENT>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.incidentGet, payload: params, follows: 'anomaly' }, { request, reply });
  }

  @Serves(routes.GET_ANOMALIES)
  async anomalies(
    @Parsed(routes.GET_ANOMALIES) { query }: Input<typeof routes.GET_ANOMALIES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.anomalyList, payload: query, follows: 'anomaly' }, { request, reply });
  }

  @Serves(routes.GET_SCORES)
  async scores(
    @Parsed(routes.GET_SCORES) { query }: Input<typeof routes.GET_SCORES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.scores, payload: query, follows: 'moments' }, { request, reply });
  }

  @Serves(routes.GET_SIGNALS)
  async signals(
    @Parsed(routes.GET_SIGNALS) { query }: Input<typeof routes.GET_SIGNALS>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.signals, payload: query, follows: 'window' }, { request, reply });
  }

  @Serves(routes.GET_BASELINES)
  async baselines(
    @Parsed(routes.GET_BASELINES) { query }: Input<typeof routes.GET_BASELINES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.baseline, payload: query, follows: 'moments' }, { request, reply });
  }

  @Serves(routes.GET_SUPPRESSIONS)
  async suppressions(
    @Parsed(routes.GET_SUPPRESSIONS) { query }: Input<typeof routes.GET_SUPPRESSIONS>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.suppressionList, payload: query, follows: 'moments' }, { request, reply });
  }

  @Serves(routes.GET_ALLOWANCES)
  async allowances(
    @Parsed(routes.GET_ALLOWANCES) { query }: Input<typeof routes.GET_ALLOWANCES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.allowanceList, payload: query, follows: 'moments' }, { request, reply });
  }

  @Serves(routes.GET_ANOMALY)
  async anomaly(
    @Parsed(routes.GET_ANOMALY) { params }: Input<typeof routes.GET_ANOMALY>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept({ subject: ANOMALY_SUBJECTS.anomalyGet, payload: params, follows: 'anomaly' }, { request, reply });
  }

  private async kept(question: { subject: RequestSubject; payload: unknown; follows: Followed }, { request, reply }: Exchange) {
    await respond(request, reply, await this.answers.get({ ...question, cache: 'anomaly', timeoutMs: SLOW_TIMEOUT_MS }));
  }
}
