/** Policies over REST: bytes of the policy service, passed on. What hangs on traffic or on a body is asked each time. */
import { Controller, Req, Res } from '@nestjs/common';
import { POLICY_SUBJECTS, type RequestSubject } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, SLOW_TIMEOUT_MS } from '../answers/answers.js';
import { Representation } from '../http/representation.js';
import { respond, type Exchange } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import * as routes from './policy.routes.js';

/** Longer than the engine gives a question, and a week of flows takes to be read. */
const ENGINE_TIMEOUT_MS = 25_000;

@Controller()
export class PolicyController {
  constructor(private readonly answers: Answers) {}

  @Serves(routes.GET_POLICIES)
  async list(
    @Parsed(routes.GET_POLICIES) { query }: Input<typeof routes.GET_POLICIES>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.policyList, query, { request, reply });
  }

  @Serves(routes.GET_COVERAGE)
  async coverage(
    @Parsed(routes.GET_COVERAGE) { query }: Input<typeof routes.GET_COVERAGE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.coverage, query, { request, reply });
  }

  @Serves(routes.GET_COMPLIANCE)
  async compliance(
    @Parsed(routes.GET_COMPLIANCE) { query }: Input<typeof routes.GET_COMPLIANCE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.compliance, query, { request, reply });
  }

  @Serves(routes.GET_REACH)
  async reach(
    @Parsed(routes.GET_REACH) { query }: Input<typeof routes.GET_REACH>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.reach, query, { request, reply });
  }

  @Serves(routes.GET_REACH_MATRIX)
  async matrix(
    @Parsed(routes.GET_REACH_MATRIX) { query }: Input<typeof routes.GET_REACH_MATRIX>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.matrix, query, { request, reply });
  }

  @Serves(routes.GET_POLICY_FLOWS)
  async flows(
    @Parsed(routes.GET_POLICY_FLOWS) { query }: Input<typeof routes.GET_POLICY_FLOWS>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.flowList, query, { request, reply });
  }

  @Serves(routes.GET_POLICY)
  async get(
    @Parsed(routes.GET_POLICY) { params, query }: Input<typeof routes.GET_POLICY>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.policyGet, { ...params, ...query }, { request, reply });
  }

  @Serves(routes.GET_POLICY_VERSIONS)
  async versions(
    @Parsed(routes.GET_POLICY_VERSIONS) { params, query }: Input<typeof routes.GET_POLICY_VERSIONS>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.versionList, { ...params, ...query }, { request, reply });
  }

  @Serves(routes.GET_POLICY_DIFF)
  async diff(
    @Parsed(routes.GET_POLICY_DIFF) { params, query }: Input<typeof routes.GET_POLICY_DIFF>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.kept(POLICY_SUBJECTS.versionDiff, { ...params, ...query }, { request, reply });
  }

  @Serves(routes.POST_VALIDATE)
  async validate(
    @Parsed(routes.POST_VALIDATE) { body }: Input<typeof routes.POST_VALIDATE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.asked(POLICY_SUBJECTS.validate, body, { request, reply });
  }

  @Serves(routes.POST_SIMULATE)
  async simulate(
    @Parsed(routes.POST_SIMULATE) { body }: Input<typeof routes.POST_SIMULATE>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.asked(POLICY_SUBJECTS.simulate, body, { request, reply });
  }

  @Serves(routes.POST_WHAT_IF)
  async whatIf(
    @Parsed(routes.POST_WHAT_IF) { body }: Input<typeof routes.POST_WHAT_IF>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.asked(POLICY_SUBJECTS.whatIf, body, { request, reply });
  }

  @Serves(routes.POST_SUGGEST)
  async suggest(
    @Parsed(routes.POST_SUGGEST) { body }: Input<typeof routes.POST_SUGGEST>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.asked(POLICY_SUBJECTS.suggest, body, { request, reply });
  }

  /** Kept until a policy changes, for seconds otherwise, and shown as last known while the service is away. */
  private async kept(subject: RequestSubject, payload: unknown, { request, reply }: Exchange): Promise<void> {
    const question = { subject, payload, cache: 'policy', follows: 'policy', timeoutMs: SLOW_TIMEOUT_MS } as const;
    await respond(request, reply, await this.answers.get(question));
  }

  private async asked(subject: RequestSubject, payload: unknown, { request, reply }: Exchange): Promise<void> {
    const bytes = await this.answers.uncached(subject, payload, ENGINE_TIMEOUT_MS);
    await respond(request, reply, { representation: new Representation(bytes) });
  }
}
