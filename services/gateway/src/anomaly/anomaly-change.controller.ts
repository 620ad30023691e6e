/** Anomalies over REST, as far as people decide about them: each request goes to the service once, with who asks. */
import { randomUUID } from 'node:crypto';
import { Controller, Req, Res } from '@nestjs/common';
import { ANOMALY_SUBJECTS, type RequestSubject } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, SLOW_TIMEOUT_MS } from '../answers/answers.js';
import { Representation } from '../http/representation.js';
import { actorOf } from '../http/request-gate.js';
import { respond, type Exchange } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import * as routes from './anomaly.routes.js';

/** Longer than the service gives a backtest. */
const BACKTEST_TIMEOUT_MS = 180_000;

@Controller()
export class AnomalyChangeController {
  constructor(private readonly answers: Answers) {}

  @Serves(routes.PATCH_ANOMALY)
  async decideAnomaly(
    @Parsed(routes.PATCH_ANOMALY) { params, body }: Input<typeof routes.PATCH_ANOMALY>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.decide, { ...params, decision: body }, { request, reply });
  }

  @Serves(routes.PATCH_INCIDENT)
  async decideIncident(
    @Parsed(routes.PATCH_INCIDENT) { params, body }: Input<typeof routes.PATCH_INCIDENT>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.decide, { ...params, decision: body }, { request, reply });
  }

  @Serves(routes.POST_ANOMALY_FEEDBACK)
  async judgeAnomaly(
    @Parsed(routes.POST_ANOMALY_FEEDBACK) { params, body }: Input<typeof routes.POST_ANOMALY_FEEDBACK>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.feedback, { ...params, feedback: body }, { request, reply });
  }

  @Serves(routes.POST_INCIDENT_FEEDBACK)
  async judgeIncident(
    @Parsed(routes.POST_INCIDENT_FEEDBACK) { params, body }: Input<typeof routes.POST_INCIDENT_FEEDBACK>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.feedback, { ...params, feedback: body }, { request, reply });
  }

  @Serves(routes.POST_SUPPRESSION)
  async suppress(
    @Parsed(routes.POST_SUPPRESSION) { body }: Input<typeof routes.POST_SUPPRESSION>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.suppress, { suppression: body }, { request, reply });
  }

  @Serves(routes.POST_ALLOWANCE)
  async allow(
    @Parsed(routes.POST_ALLOWANCE) { body }: Input<typeof routes.POST_ALLOWANCE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.allow, { allowance: body }, { request, reply });
  }

  @Serves(routes.DELETE_SUPPRESSION)
  async endSuppression(
    @Parsed(routes.DELETE_SUPPRESSION) { params }: Input<typeof routes.DELETE_SUPPRESSION>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.suppressionEnd, { ...params }, { request, reply });
  }

  @Serves(routes.DELETE_ALLOWANCE)
  async endAllowance(
    @Parsed(routes.DELETE_ALLOWANCE) { params }: Input<typeof routes.DELETE_ALLOWANCE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.change(ANOMALY_SUBJECTS.allowanceEnd, { ...params }, { request, reply });
  }

  @Serves(routes.POST_BACKTEST)
  async backtest(
    @Parsed(routes.POST_BACKTEST) { body }: Input<typeof routes.POST_BACKTEST>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const runId = randomUUID();
    // Who leaves must not keep the next one waiting: one backtest runs at a time.
    const left = () => void this.answers.uncached(ANOMALY_SUBJECTS.backtestEnd, { runId }).catch(() => undefined);
    request.raw.socket.once('close', left);
    const answer = this.answers.uncached(ANOMALY_SUBJECTS.backtest, { ...body, runId }, BACKTEST_TIMEOUT_MS);
    const bytes = await answer.finally(() => request.raw.socket.off('close', left));
    await respond(request, reply, { representation: new Representation(bytes) });
  }

  private async change(subject: RequestSubject, payload: object, { request, reply }: Exchange): Promise<void> {
    const bytes = await this.answers.uncached(subject, { ...payload, actor: actorOf(request) }, SLOW_TIMEOUT_MS);
    await respond(request, reply, { representation: new Representation(bytes) });
  }
}
