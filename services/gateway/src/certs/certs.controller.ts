/** Certificates over REST: bytes of the certs service, passed on. */
import { Controller, Req, Res } from '@nestjs/common';
import { CERTS_SUBJECTS, type RequestSubject } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../answers/answers.js';
import { Representation } from '../http/representation.js';
import { actorOf } from '../http/request-gate.js';
import { respond, type Exchange } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import * as routes from './certs.routes.js';

@Controller()
export class CertsController {
  constructor(private readonly answers: Answers) {}

  @Serves(routes.GET_CERTIFICATES)
  async list(
    @Parsed(routes.GET_CERTIFICATES) { query }: Input<typeof routes.GET_CERTIFICATES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.certificateList, query, { request, reply });
  }

  @Serves(routes.GET_CERTIFICATE_SUMMARY)
  async summary(
    @Parsed(routes.GET_CERTIFICATE_SUMMARY) { query }: Input<typeof routes.GET_CERTIFICATE_SUMMARY>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.summaryGet, query, { request, reply });
  }

  @Serves(routes.GET_CERTIFICATE_TIMELINE)
  async timeline(
    @Parsed(routes.GET_CERTIFICATE_TIMELINE) { query }: Input<typeof routes.GET_CERTIFICATE_TIMELINE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.timelineGet, query, { request, reply });
  }

  @Serves(routes.GET_CERTIFICATE_COVERAGE)
  async coverage(
    @Parsed(routes.GET_CERTIFICATE_COVERAGE) { query }: Input<typeof routes.GET_CERTIFICATE_COVERAGE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.coverageGet, query, { request, reply });
  }

  @Serves(routes.GET_CERTIFICATE_HEALTH)
  async health(
    @Parsed(routes.GET_CERTIFICATE_HEALTH) { query }: Input<typeof routes.GET_CERTIFICATE_HEALTH>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.healthGet, query, { request, reply });
  }

  @Serves(routes.GET_CERTIFICATE_ALERTS)
  async alerts(
    @Parsed(routes.GET_CERTIFICATE_ALERTS) { query }: Input<typeof routes.GET_CERTIFICATE_ALERTS>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.alertList, query, { request, reply });
  }

  @Serves(routes.GET_CERTIFICATE)
  async get(
    @Parsed(routes.GET_CERTIFICATE) { params }: Input<typeof routes.GET_CERTIFICATE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(CERTS_SUBJECTS.certificateGet, params, { request, reply });
  }

  @Serves(routes.POST_RENEWAL)
  async renew(
    @Parsed(routes.POST_RENEWAL) { params, body }: Input<typeof routes.POST_RENEWAL>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const bytes = await this.answers.uncached(CERTS_SUBJECTS.renew, { ...params, ...body, actor: actorOf(request) });
    await respond(request, reply, { representation: new Representation(bytes) });
  }

  /** Kept until a certificate changes, for seconds otherwise, and shown as last known while the service is away. */
  private async kept(subject: RequestSubject, payload: unknown, { request, reply }: Exchange): Promise<void> {
    const question = { subject, payload, cache: 'certificates', follows: 'certificate' } as const;
    await respond(request, reply, await this.answers.get(question));
  }
}
