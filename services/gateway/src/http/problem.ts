/**
 * What does whoever asked get to read when something went wrong? An RFC 9457 document with a stable code.
 * Invariant: of an error that is not ours nothing is shown but that it is one.
 */
import { HttpException } from '@nestjs/common';
import { ERROR_CODES, type ErrorCode, type ProblemDocument } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Fastify's own errors by code, and by status where there is none of ours that says more. */
const FASTIFY_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request/too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request/media-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request/invalid',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request/invalid',
};
const STATUS_CODES: Record<number, ErrorCode> = {
  401: 'auth/unauthenticated',
  403: 'auth/forbidden',
  404: 'resource/not-found',
  405: 'request/method-not-allowed',
  406: 'request/not-acceptable',
  408: 'request/timeout',
  413: 'request/too-large',
  415: 'request/media-type',
  429: 'request/too-many',
};

export function asHttpError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (thrown instanceof HttpException) {
    const code = STATUS_CODES[thrown.getStatus()] ?? (thrown.getStatus() < 500 ? 'request/invalid' : 'internal/bug');
    return new DomainError(code, code === 'resource/not-found' ? {} : { message: thrown.message }, { cause: thrown });
  }
  const { code = '', statusCode, message } = (thrown ?? {}) as { code?: string; statusCode?: number; message?: string };
  const ours =
    FASTIFY_CODES[code] ?? (statusCode !== undefined && statusCode < 500 ? (STATUS_CODES[statusCode] ?? 'request/invalid') : undefined);
  return ours === undefined
    ? new DomainError('internal/bug', {}, { cause: thrown })
    : new DomainError(ours, { message }, { cause: thrown });
}

export function problemOf(error: DomainError, instance: string): ProblemDocument {
  const [status, , title] = ERROR_CODES[error.code];
  const { errors } = error.details as { errors?: ProblemDocument['errors'] };
  return {
    type: `/api/docs#${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.message === title ? {} : { detail: error.message }),
    instance,
    ...(errors ? { errors } : {}),
  };
}
