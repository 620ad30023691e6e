/** How much of a connection one client gets: bounds against floods and clients that send a byte a second. */
import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '@observatory/platform';
import type { FastifyHttpOptions } from 'fastify';
import { asHttpError, problemOf, PROBLEM_TYPE } from './problem.js';
import { sendProblem } from './problem.filter.js';

const BODY_MAX_BYTES = 1024 * 1024;
const HEADERS_WITHIN_MS = 5000;
const REQUEST_WITHIN_MS = 10_000;
const CONNECTIONS_CHECKED_EVERY_MS = 1000;
const KEEP_ALIVE_MS = 65_000;
/** An edge id names two nodes and a service. */
const PARAM_MAX_LENGTH = 4096;

export function serverOptions(): FastifyHttpOptions<Server> {
  return {
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAM_MAX_LENGTH },
    http: { headersTimeout: HEADERS_WITHIN_MS, connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS },
    clientErrorHandler: refuse,
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, asHttpError(error)),
  };
}

/** What never became a request: too slow, too large a head, not HTTP. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) return void socket.destroy();
  const code =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request/timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'request/too-large'
        : 'request/invalid';
  const problem = problemOf(new DomainError(code), '/');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
