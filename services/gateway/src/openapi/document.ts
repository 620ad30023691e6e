/**
 * OpenAPI 3.1 of the REST door, from the same zod schemas that parse and type it.
 * Invariant: every reference in the document points to something in it; named schemas (`.meta({id})`) are there once.
 */
import { ERROR_CODES, problemDocument, type ErrorCode } from '@observatory/contracts';
import { z } from 'zod';
import type { Route } from '../http/route.js';

type Json = Record<string, unknown>;

/** What any route may answer. */
const COMMON_ERRORS: ErrorCode[] = ['request/invalid', 'request/too-many', 'internal/bug'];
const BODY_ERRORS: ErrorCode[] = ['request/too-large', 'request/media-type', 'auth/forbidden'];

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  description?: string;
  schema: Json;
}

export interface Operation {
  tags: string[];
  summary: string;
  operationId: string;
  security: Json[];
  parameters: Parameter[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

/** Takes `$defs` out of a schema, so that all schemas share one place for what has a name. */
class Schemas {
  readonly named: Record<string, Json> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) this.named[name] ??= this.moved(definition);
    const { id, ...rest } = own as Json & { id?: string };
    if (id === undefined) return this.moved(rest);
    this.named[id] ??= this.moved(rest);
    return { $ref: `#/components/schemas/${id}` };
  }

  private moved(schema: Json): Json {
    const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
    const { id: _, ...rest } = JSON.parse(text) as Json;
    return rest;
  }
}

export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas = new Schemas();
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Service Mesh Observatory',
      version,
      description:
        'Times are RFC 3339; durations, rates and sizes carry the unit in their name; errors are RFC 9457 problem documents with a stable code.',
    },
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'observatory_session' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation(route: Route, schemas: Schemas): Operation {
  const verb = route.method.toLowerCase();
  const words = route.path
    .replace('/api/v1/', '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return {
    tags: [route.tag],
    summary: route.summary,
    operationId: verb + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    security: route.open ? [] : [{ session: [] }, { bearer: [] }],
    parameters: [...parameters('path', route.params, schemas), ...parameters('query', route.query, schemas)],
    ...(route.body ? { requestBody: { required: true, content: json(schemas.of(route.body, 'input')) } } : {}),
    responses: { ...success(route, schemas), ...problems(route, schemas) },
  };
}

function parameters(place: Parameter['in'], schema: z.ZodType | undefined, schemas: Schemas): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }));
}

function success({ method, status = 200, answer }: Route, schemas: Schemas): Record<string, Json> {
  if (!answer) return { [status]: { description: 'Done' } };
  const content =
    answer instanceof z.ZodType ? json(schemas.of(answer, 'output')) : Object.fromEntries(answer.mediaTypes.map((type) => [type, {}]));
  const done = { [status]: { description: 'The answer', headers: method === 'GET' ? etagHeader : {}, content } };
  return method === 'GET' ? { ...done, 304: { description: 'The client has it (If-None-Match)' } } : done;
}

const etagHeader = { ETag: { description: 'Version of the answer, for If-None-Match', schema: { type: 'string' } } };

/** Statuses that say when to come again. */
const RETRIED = [429, 503];
const retryHeader = { 'Retry-After': { description: 'Seconds after which to ask again', schema: { type: 'integer' } } };

function problems(route: Route, schemas: Schemas): Record<string, Json> {
  const codes = new Set([
    ...COMMON_ERRORS,
    ...(route.open ? [] : (['auth/unauthenticated'] as const)),
    ...(route.method === 'GET' ? [] : BODY_ERRORS),
    ...(route.errors ?? []),
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(ERROR_CODES[code][0], [...(byStatus.get(ERROR_CODES[code][0]) ?? []), code]);
  const entries = [...byStatus].map(([status, list]) => {
    const description = list.map((code) => `\`${code}\`: ${ERROR_CODES[code][2]}`).join('; ');
    const headers = RETRIED.includes(status) ? { headers: retryHeader } : {};
    const content = { 'application/problem+json': { schema: schemas.of(problemDocument, 'output') } };
    return [String(status), { description, ...headers, content }];
  });
  return Object.fromEntries(entries) as Record<string, Json>;
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}
