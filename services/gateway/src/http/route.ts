/**
 * A REST route, said once: NestJS serves it, its input is parsed by it, and OpenAPI is written from it.
 * Paths are in OpenAPI's form (`/api/v1/edges/{edgeId}`).
 */
import { applyDecorators, createParamDecorator, Delete, Get, HttpCode, Patch, Post, type ExecutionContext } from '@nestjs/common';
import type { ErrorCode } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Route<P extends z.ZodType = z.ZodType, Q extends z.ZodType = z.ZodType, B extends z.ZodType = z.ZodType> {
  method: HttpMethod;
  path: string;
  tag: string;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  /** Schema of a JSON answer, or the media types of another; absent: no content. */
  answer?: z.ZodType | { mediaTypes: string[] };
  status?: number;
  /** Beside those that every route has. */
  errors?: readonly ErrorCode[];
  /** Of the body; absent: as for every route. */
  bodyMaxBytes?: number;
  /** Needs no sign-in. */
  open?: boolean;
}

export interface Input<R extends Route> {
  params: R extends Route<infer P> ? z.output<P> : never;
  query: R extends Route<z.ZodType, infer Q> ? z.output<Q> : never;
  body: R extends Route<z.ZodType, z.ZodType, infer B> ? z.output<B> : never;
}

export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(definition: Route<P, Q, B>): Route<P, Q, B> {
  return definition;
}

const METHODS = { GET: Get, POST: Post, PATCH: Patch, DELETE: Delete } as const;

export function Serves(served: Route): MethodDecorator {
  const path = served.path.replaceAll(/\{(\w+)\}/g, ':$1');
  return applyDecorators(METHODS[served.method](path), HttpCode(served.status ?? 200));
}

/** The parsed input of the route. Throws `request/invalid` naming every value that is wrong; unknown names are passed over. */
export const Parsed = createParamDecorator((served: Route, context: ExecutionContext): Input<Route> => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return parseInput(served, request);
});

export function parseInput(served: Route, request: Pick<FastifyRequest, 'params' | 'query' | 'body'>): Input<Route> {
  const errors: { path: string; message: string }[] = [];
  const parse = (place: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) errors.push({ path: [place, ...issue.path].join('.'), message: issue.message });
    return undefined;
  };
  const input = {
    params: parse('path', served.params, request.params),
    query: parse('query', served.query, withoutEmpty(request.query as Record<string, unknown>)),
    body: parse('body', served.body, request.body),
  };
  if (errors.length === 0) return input;
  throw new DomainError('request/invalid', { message: errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors });
}

/** `?cluster=` means the same as leaving it out. */
function withoutEmpty(query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== ''));
}
