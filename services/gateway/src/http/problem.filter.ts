/** Everything thrown on the way of an HTTP request, as a problem document; what NATS asks gets NATS' form. */
import { Catch, Logger, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { asDomainError, DomainError } from '@observatory/platform';
import { EMPTY, throwError, type Observable } from 'rxjs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asHttpError, problemOf, PROBLEM_TYPE } from './problem.js';
import { methodsOf } from './route-table.js';

/** Something behind us is away: its breaker lets a request try again after this long. */
const RETRY_WHEN_AWAY_SEC = 1;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> {
    if (host.getType() === 'rpc') return throwError(() => asDomainError(thrown).toReply());
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = thrown instanceof NotFoundException ? nothingThere(request, reply) : asHttpError(thrown);
    if (error.code === 'internal/bug') this.logger.error(error.cause);
    if (!reply.sent) sendProblem(request, reply, error);
    return EMPTY;
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: DomainError): void {
  const problem = problemOf(error, pathOf(request));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  const { retryAfterSec = problem.status === 503 ? RETRY_WHEN_AWAY_SEC : undefined } = error.details as { retryAfterSec?: number };
  if (retryAfterSec !== undefined) reply.header('retry-after', String(retryAfterSec));
  reply.removeHeader('etag');
  reply.header('cache-control', 'no-store').header('content-type', PROBLEM_TYPE);
  reply.code(problem.status).send(JSON.stringify(problem));
}

/** 405 where the path exists with another method. */
export function nothingThere(request: FastifyRequest, reply: FastifyReply): DomainError {
  const methods = methodsOf(pathOf(request));
  if (methods.length === 0) return new DomainError('resource/not-found');
  reply.header('allow', methods.join(', '));
  return new DomainError('request/method-not-allowed', { message: `${request.method} is not possible here, but ${methods.join(', ')}` });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/';
}
