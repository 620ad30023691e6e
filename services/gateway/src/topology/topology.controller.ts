/** The graph over REST: bytes of the topology service, passed on. */
import { Controller, Req, Res } from '@nestjs/common';
import { LIVE_SPAN_SEC, TOPOLOGY_SUBJECTS, type TopologyExportReply } from '@observatory/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, SLOW_TIMEOUT_MS } from '../answers/answers.js';
import type { Followed } from '../answers/versions.js';
import { Representation } from '../http/representation.js';
import { respond } from '../http/respond.js';
import { Parsed, Serves, type Input } from '../http/route.js';
import { GET_TOPOLOGY, GET_TOPOLOGY_DIFF, GET_TOPOLOGY_EXPORT } from './topology.routes.js';

@Controller()
export class TopologyController {
  constructor(private readonly answers: Answers) {}

  @Serves(GET_TOPOLOGY)
  async graph(
    @Parsed(GET_TOPOLOGY) { query }: Input<typeof GET_TOPOLOGY>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const question = { subject: TOPOLOGY_SUBJECTS.graphGet, payload: query, cache: 'topology', follows: followedBy(query) } as const;
    const isLive = query.at === undefined && query.windowSec === LIVE_SPAN_SEC;
    await respond(request, reply, await this.answers.get(isLive ? question : { ...question, timeoutMs: SLOW_TIMEOUT_MS }));
  }

  @Serves(GET_TOPOLOGY_DIFF)
  async diff(
    @Parsed(GET_TOPOLOGY_DIFF) { query }: Input<typeof GET_TOPOLOGY_DIFF>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const question = {
      subject: TOPOLOGY_SUBJECTS.graphDiff,
      payload: query,
      cache: 'topology',
      follows: 'nothing',
      timeoutMs: SLOW_TIMEOUT_MS,
    } as const;
    await respond(request, reply, await this.answers.get(question));
  }

  @Serves(GET_TOPOLOGY_EXPORT)
  async export(
    @Parsed(GET_TOPOLOGY_EXPORT) { query }: Input<typeof GET_TOPOLOGY_EXPORT>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const bytes = await this.answers.uncached(TOPOLOGY_SUBJECTS.graphExport, query);
    const file = JSON.parse(bytes.toString('utf8')) as TopologyExportReply;
    reply.header('content-disposition', `attachment; filename="${file.fileName.replaceAll(/[^\w.-]/g, '_')}"`);
    await respond(request, reply, { representation: new Representation(Buffer.from(file.text), undefined, file.contentType) });
  }
}

/** A span that is read from the database has a new window when that is stored, some moments after the graph has it. */
function followedBy({ at, windowSec }: { at?: string | undefined; windowSec: number }): Followed {
  if (at !== undefined) return 'nothing';
  return windowSec <= LIVE_SPAN_SEC ? 'topology' : 'window';
}
