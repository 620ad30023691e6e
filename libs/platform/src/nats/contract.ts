/** Decorators of a NATS door: `@Answers(SUBJECT)` on the handler, `@Asked(SUBJECT)` on its payload. Subjects and schemas come from contracts only. */
import type { PipeTransform } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import type { RequestSubject } from '@observatory/contracts';
import type { z } from 'zod';
import { DomainError } from '../errors/domain-error.js';

export const Answers = (subject: RequestSubject): MethodDecorator => MessagePattern(subject.subject, Transport.NATS);

export const Asked = (subject: RequestSubject): ParameterDecorator => Payload(new SchemaPipe(subject.request));

/** Parses, or throws `request/invalid` with every problem. */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new DomainError('request/invalid', {
    message: errors.map((error) => `${error.path || 'body'}: ${error.message}`).join('; '),
    errors,
  });
}

export class SchemaPipe<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(private readonly schema: S) {}
  transform(value: unknown): z.output<S> {
    return parseRequest(this.schema, value);
  }
}
