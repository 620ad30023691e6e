/**
 * The Kubernetes API over HTTP, reading only: discovery, get, list, watch, and the question whether one may.
 * Errors are `Status` objects with the reasons that clients look for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { discovery } from './discovery.js';
import { groupVersion, kindByPlural } from './kinds.js';
import { fieldMatcher, labelMatcher, type Matcher } from './selectors.js';
import type { Store } from './store.js';
import { inVersion, sendJson, statusObject, type ResourceRequest } from './resource.js';
import { watch } from './watch.js';

/** `/api/v1/...` and `/apis/<group>/<version>/...`, with or without a namespace. */
function parsePath(path: string): { group: string; version: string; plural: string; namespace?: string; name?: string } | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const group = parts[0] === 'api' ? '' : parts[1];
  const version = parts[0] === 'api' ? parts[1] : parts[2];
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  if (rest[0] === 'namespaces' && rest.length >= 3)
    return rest.length > 4 ? undefined : { group, version, namespace: rest[1], plural: rest[2]!, name: rest[3] };
  return rest.length > 2 ? undefined : { group, version, plural: rest[0]!, name: rest[1] };
}

function parse(url: URL): ResourceRequest | { code: number; message: string } {
  const path = parsePath(url.pathname);
  const info = path && kindByPlural(path.group, path.version, path.plural);
  if (!path || !info) return { code: 404, message: 'the server could not find the requested resource' };
  const labels = labelMatcher(url.searchParams.get('labelSelector') ?? '');
  const fields = fieldMatcher(url.searchParams.get('fieldSelector') ?? '');
  if (!labels || !fields) return { code: 400, message: 'unable to parse the selector' };
  const inNamespace: Matcher = (object) => path.namespace === undefined || object.metadata.namespace === path.namespace;
  return {
    info,
    apiVersion: groupVersion(path.group, path.version),
    namespace: path.namespace,
    name: path.name,
    query: url.searchParams,
    matches: (object) => inNamespace(object) && labels(object) && fields(object),
  };
}

/** The object in the version that was asked for. */
function list(store: Store, request: ResourceRequest): unknown {
  const items = store.list(request.info).filter(request.matches);
  return {
    kind: `${request.info.kind}List`,
    apiVersion: request.apiVersion,
    metadata: { resourceVersion: String(store.revision) },
    items: items.map((object) => inVersion(object, request.apiVersion)),
  };
}

/** Everybody may do everything here: the demo cluster has no users. */
function accessReview(body: string): unknown {
  const review = JSON.parse(body || '{}') as Record<string, unknown>;
  return { ...review, kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', status: { allowed: true } };
}

const BODY_LIMIT_BYTES = 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new Error(`the body is larger than ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export async function handleKube(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://demo');
  if (['/readyz', '/livez', '/healthz'].includes(url.pathname)) {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    return;
  }
  if (request.method === 'POST' && url.pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
    sendJson(response, 201, accessReview(await readBody(request)));
    return;
  }
  const document = discovery(url.pathname);
  if (document) return sendJson(response, 200, document);
  if (request.method !== 'GET')
    return sendJson(response, 405, statusObject(405, 'the demo cluster is read-only here; its control interface applies objects'));
  const parsed = parse(url);
  if ('code' in parsed) return sendJson(response, parsed.code, statusObject(parsed.code, parsed.message));
  if (parsed.name !== undefined) return sendObject(store, parsed, response);
  if (['true', '1'].includes(url.searchParams.get('watch') ?? '')) return watch(store, parsed, response);
  sendJson(response, 200, list(store, parsed));
}

function sendObject(store: Store, request: ResourceRequest, response: ServerResponse): void {
  const object = store.get(request.info, request.namespace ?? '', request.name!);
  if (object) return sendJson(response, 200, inVersion(object, request.apiVersion));
  sendJson(response, 404, statusObject(404, `${request.info.plural} "${request.name}" not found`));
}
