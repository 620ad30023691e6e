/** The HTTP door beside the Kubernetes API: metrics for Prometheus, and the control of the demo. */
import { demoFaultRequest } from '@observatory/contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { prometheusConfig, scrapeTargets } from '../exposition/targets.js';
import { readBody } from '../kube/api.js';
import { sendJson } from '../kube/resource.js';
import { kindByManifest, KINDS } from '../kube/kinds.js';
import { readManifests } from '../kube/objects/policies.js';
import type { DemoMesh } from '../mesh.js';

export interface Exchange {
  readonly mesh: DemoMesh;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly urls: { readonly kube: string; readonly http: string };
}

type Handler = (exchange: Exchange, parts: readonly string[]) => void | Promise<void>;

export const sendText = (response: ServerResponse, body: string, type = 'text/plain; charset=utf-8'): void => {
  response.writeHead(200, { 'content-type': type }).end(body);
};

const problem = (response: ServerResponse, status: number, detail: string): void => sendJson(response, status, { error: detail });

/** @kubernetes/client-node takes a plain HTTP server only with the check of TLS switched off. */
const kubeconfig = (server: string): string => `apiVersion: v1
kind: Config
clusters: [{name: demo, cluster: {server: "${server}", insecure-skip-tls-verify: true}}]
users: [{name: demo, user: {}}]
contexts: [{name: demo, context: {cluster: demo, user: demo}}]
current-context: demo
`;

async function injectFault({ mesh, request, response }: Exchange): Promise<void> {
  const parsed = demoFaultRequest.safeParse(JSON.parse((await readBody(request)) || '{}'));
  if (!parsed.success)
    return problem(response, 400, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  sendJson(response, 201, mesh.faults.inject(parsed.data));
}

async function applyObjects({ mesh, request, response }: Exchange): Promise<void> {
  const manifests = readManifests(await readBody(request));
  const unknown = manifests.find((manifest) => !kindByManifest(manifest.apiVersion, manifest.kind));
  if (unknown) return problem(response, 400, `the demo cluster has no kind ${unknown.kind} in ${unknown.apiVersion}`);
  const applied = manifests.map((manifest) => mesh.store.apply(manifest));
  sendJson(response, 200, {
    applied: applied.map(({ kind, metadata }) => ({ kind, namespace: metadata.namespace ?? '', name: metadata.name })),
  });
}

/** A kind by its name, plural or short name in any case; Istio's where a name has several groups. */
function deleteObject({ mesh, response }: Exchange, [kindName, namespace, name]: readonly string[]): void {
  const wanted = kindName!.toLowerCase();
  const [group, plain] = wanted.includes('.')
    ? [wanted.slice(wanted.indexOf('.') + 1), wanted.slice(0, wanted.indexOf('.'))]
    : [undefined, wanted];
  const candidates = KINDS.filter(
    (info) => [info.kind.toLowerCase(), info.plural, ...info.shortNames].includes(plain) && (group === undefined || info.group === group),
  );
  for (const info of candidates) {
    if (mesh.store.delete(info, info.namespaced ? namespace! : '', name!))
      return sendJson(response, 200, { deleted: { kind: info.kind, namespace, name } });
  }
  problem(response, 404, `no ${kindName} ${namespace}/${name} in the demo cluster`);
}

function podMetrics({ mesh, response }: Exchange, [namespace, name]: readonly string[]): void {
  const pod = mesh.cluster.podByName.get(`${namespace}/${name}`);
  if (!pod) return problem(response, 404, `no pod ${namespace}/${name}`);
  sendText(response, mesh.metricsOf(pod), 'text/plain; version=0.0.4; charset=utf-8');
}

function oneTrace({ mesh, response }: Exchange, [traceId]: readonly string[]): void {
  const found = mesh.jaeger.trace(traceId!);
  if (found) sendJson(response, 200, found);
  else sendJson(response, 404, { data: null, total: 0, limit: 0, offset: 0, errors: [{ code: 404, msg: 'trace not found' }] });
}

const ROUTES: [method: string, pattern: RegExp, handler: Handler][] = [
  ['GET', /^\/readyz$/, ({ response }) => sendText(response, 'ok')],
  [
    'GET',
    /^\/prometheus\/sd$/,
    ({ mesh, response, urls }) => sendJson(response, 200, scrapeTargets(mesh.cluster, new URL(urls.http).host)),
  ],
  ['GET', /^\/pods\/([^/]+)\/([^/]+)\/metrics$/, podMetrics],
  ['GET', /^\/jaeger\/api\/services$/, ({ mesh, response }) => sendJson(response, 200, mesh.jaeger.services())],
  [
    'GET',
    /^\/jaeger\/api\/services\/([^/]+)\/operations$/,
    ({ mesh, response }, [service]) => sendJson(response, 200, mesh.jaeger.operations(service!)),
  ],
  [
    'GET',
    /^\/jaeger\/api\/operations$/,
    ({ mesh, response, url }) => sendJson(response, 200, mesh.jaeger.operations(url.searchParams.get('service') ?? '')),
  ],
  [
    'GET',
    /^\/jaeger\/api\/traces$/,
    async ({ mesh, response, url }) => sendJson(response, 200, await mesh.jaeger.search(url.searchParams)),
  ],
  ['GET', /^\/jaeger\/api\/traces\/([^/]+)$/, oneTrace],
  [
    'GET',
    /^(?:\/loki){1,2}\/api\/v1\/query_range$/,
    async ({ mesh, response, url }) => sendJson(response, 200, await mesh.loki.queryRange(url.searchParams)),
  ],
  ['GET', /^(?:\/loki){1,2}\/api\/v1\/labels$/, ({ mesh, response }) => sendJson(response, 200, mesh.loki.labels())],
  [
    'GET',
    /^(?:\/loki){1,2}\/api\/v1\/label\/([^/]+)\/values$/,
    ({ mesh, response }, [label]) => sendJson(response, 200, mesh.loki.values(label!)),
  ],
  ['GET', /^\/control\/faults$/, ({ mesh, response }) => sendJson(response, 200, { faults: mesh.faults.list() })],
  ['POST', /^\/control\/faults$/, injectFault],
  [
    'DELETE',
    /^\/control\/faults$/,
    ({ mesh, response }) => {
      mesh.faults.clearAll();
      response.writeHead(204).end();
    },
  ],
  [
    'DELETE',
    /^\/control\/faults\/([^/]+)$/,
    ({ mesh, response }, [id]) => {
      if (mesh.faults.clear(id!)) response.writeHead(204).end();
      else problem(response, 404, `no active fault ${id}`);
    },
  ],
  ['GET', /^\/control\/kubeconfig$/, ({ response, urls }) => sendText(response, kubeconfig(urls.kube), 'application/yaml')],
  ['GET', /^\/control\/prometheus\.yml$/, ({ response, urls }) => sendText(response, prometheusConfig(urls.http), 'application/yaml')],
  ['POST', /^\/control\/objects$/, applyObjects],
  ['DELETE', /^\/control\/objects\/([^/]+)\/([^/]+)\/([^/]+)$/, deleteObject],
];

/** Answers one request; what goes wrong in a handler is the sender's fault and answered as such. */
export async function handleHttp(exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const matching = ROUTES.filter(([, pattern]) => pattern.test(url.pathname));
  const route = matching.find(([method]) => method === request.method);
  if (!route)
    return problem(response, matching.length > 0 ? 405 : 404, `${request.method} ${url.pathname}: no such thing in the demo mesh`);
  const parts = route[1].exec(url.pathname)!.slice(1).map(decodeURIComponent);
  try {
    await route[2](exchange, parts);
  } catch (error) {
    problem(response, 400, error instanceof Error ? error.message : String(error));
  }
}
