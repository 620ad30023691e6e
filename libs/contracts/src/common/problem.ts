/** Errors as every door shows them: RFC 9457 over HTTP, `{error}` over NATS. Codes are `<area>/<reason>` and stable. */
import { z } from 'zod';

export const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().regex(/^[a-z]+\/[a-z-]+$/),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof problemDocument>;

export const errorReply = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
});
export type ErrorReply = z.infer<typeof errorReply>;

/** code → [HTTP status, gRPC status name, title]. The one list of what can go wrong at a door. */
export const ERROR_CODES = {
  'request/invalid': [400, 'INVALID_ARGUMENT', 'The request is not valid'],
  'request/timeout': [408, 'DEADLINE_EXCEEDED', 'The request took too long to arrive'],
  'request/media-type': [415, 'INVALID_ARGUMENT', 'We do not read this kind of body'],
  'request/too-large': [413, 'RESOURCE_EXHAUSTED', 'The request is too large'],
  'request/too-many': [429, 'RESOURCE_EXHAUSTED', 'Too many requests'],
  'request/not-acceptable': [406, 'INVALID_ARGUMENT', 'No such representation'],
  'request/method-not-allowed': [405, 'UNIMPLEMENTED', 'Method not allowed'],
  'auth/unauthenticated': [401, 'UNAUTHENTICATED', 'Sign in first'],
  'auth/link-used': [401, 'UNAUTHENTICATED', 'This sign-in link was used already or is not ours'],
  'auth/forbidden': [403, 'PERMISSION_DENIED', 'Your role does not allow this'],
  'resource/not-found': [404, 'NOT_FOUND', 'No such thing'],
  'service/unavailable': [503, 'UNAVAILABLE', 'A part of the suite does not answer'],
  'service/timeout': [504, 'DEADLINE_EXCEEDED', 'A part of the suite answered too late'],
  'service/not-ready': [503, 'UNAVAILABLE', 'This part of the suite has no data yet'],
  'service/not-implemented': [501, 'UNIMPLEMENTED', 'This part of the suite has nothing yet'],
  'database/unavailable': [503, 'UNAVAILABLE', 'The database does not answer'],
  'prometheus/unavailable': [503, 'UNAVAILABLE', 'Prometheus does not answer'],
  'prometheus/bad-answer': [502, 'UNAVAILABLE', 'Prometheus gave an answer that we cannot read'],
  'kubernetes/unavailable': [503, 'UNAVAILABLE', 'The Kubernetes API server does not answer'],
  'demo/not-a-demo': [404, 'NOT_FOUND', 'This is not a demo mesh'],
  'certificate/renewal-off': [403, 'PERMISSION_DENIED', 'Renewals are off: an operator has to turn them on'],
  'certificate/not-renewable': [409, 'FAILED_PRECONDITION', 'This certificate cannot be renewed from here'],
  'internal/bug': [500, 'INTERNAL', 'We made a mistake'],
} as const satisfies Record<string, readonly [number, string, string]>;
export type ErrorCode = keyof typeof ERROR_CODES;
