/** Sends a representation: 304 where the client has it, compressed where it may be. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagMatches, pickEncoding } from './negotiate.js';
import type { Representation } from './representation.js';

export interface Sendable {
  representation: Representation;
  /** Present when the answer is the last known one: how old, and in one sentence why. */
  stale?: { ageSec: number; detail: string };
}

/** What a handler that sends its answer itself passes on. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export async function respond(request: FastifyRequest, reply: FastifyReply, { representation, stale }: Sendable): Promise<void> {
  reply.header('etag', representation.etag).header('cache-control', 'private, no-cache').header('vary', 'accept-encoding');
  if (stale)
    reply.header('age', String(stale.ageSec)).header('warning', `110 observatory "${stale.detail.replaceAll(/["\\]|[^\x20-\x7e]/g, '')}"`);
  if (etagMatches(request.headers['if-none-match'], representation.etag)) {
    reply.code(304).send();
    return;
  }
  reply.header('content-type', representation.contentType);
  const encoding = representation.compressible ? pickEncoding(request.headers['accept-encoding'] as string | undefined) : undefined;
  if (encoding === undefined) {
    reply.send(representation.bytes);
    return;
  }
  const body = await representation.encoded(encoding);
  reply.header('content-encoding', encoding).send(body);
}
