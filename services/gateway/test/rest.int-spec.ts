/** Each REST route by its contract, on a real bus: answers, problems, tags, compression, sign-in. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { problemDocument, type DemoFault } from '@observatory/contracts';
import { createTestDatabase, type NatsServer, type TestDatabase, until } from '@observatory/testing';
import { z } from 'zod';
import { ROUTES } from '../src/http/route-table.js';
import type { OpenApiDocument } from '../src/openapi/document.js';
import { EDGE } from './support/examples.js';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { LINK_TOKEN, problem, testGateway, type TestGateway } from './support/gateway.js';

const FAULT: DemoFault = {
  id: 'f1',
  kind: 'errors',
  target: 'shop/cart',
  strength: 0.3,
  durationSec: 60,
  startedAt: '2026-06-03T14:00:00Z',
  endsAt: '2026-06-03T14:01:00Z',
  description: 'Errors of cart',
};

/** The control door of a demo mesh, as far as faults go. */
async function startDemo(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const known = request.url === '/control/faults' || request.url === '/control/faults/f1';
    response.writeHead(known ? (request.method === 'DELETE' ? 204 : request.method === 'POST' ? 201 : 200) : 404, {
      'content-type': 'application/json',
    });
    response.end(request.method === 'DELETE' ? '' : JSON.stringify(request.method === 'POST' ? FAULT : { faults: [FAULT] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe('REST', () => {
  let nats: NatsServer;
  let suite: FakeSuite;
  let gateway: TestGateway;
  let database: TestDatabase;
  let ui: string;
  let demo: Awaited<ReturnType<typeof startDemo>>;

  beforeAll(async () => {
    [nats, database] = await Promise.all([startBus(), createTestDatabase()]);
    suite = await startFakeSuite(nats);
    demo = await startDemo();
    ui = await mkdtemp(join(tmpdir(), 'observatory-ui-'));
    await mkdir(join(ui, 'assets'));
    await writeFile(join(ui, 'index.html'), '<!doctype html><title>the page</title>');
    await writeFile(join(ui, 'assets/app-0a1b2c3d.js'), `/* ${'x'.repeat(5000)} */`);
    const settings = { NATS_URL: nats.urlOf('gateway'), DATABASE_URL: database.url, OBSERVATORY_DEMO_URL: demo.url, UI_ROOT: ui };
    gateway = await testGateway(settings);
    const answers = async () => (await gateway.get('/api/v1/topology')).ok && (await gateway.get('/api/v1/audit')).ok;
    await until(answers, { deadlineMs: 10_000, what: 'the gateway answers' });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    demo?.server.close();
    if (ui) await rm(ui, { recursive: true });
    await suite?.[Symbol.asyncDispose]();
    await nats?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  describe('answers by the schema that the document names', () => {
    const paths: Record<string, string> = {
      '/api/v1/topology': '/api/v1/topology?graph=workload&namespaces=shop,payments&cluster=east&window=5m&idle=true',
      '/api/v1/topology/diff': '/api/v1/topology/diff?from=2026-06-03T14:00:00Z&to=2026-06-03T14:02:00Z',
      '/api/v1/topology/export': '/api/v1/topology/export?format=csv',
      '/api/v1/metrics/workloads/{cluster}/{namespace}/{name}': '/api/v1/metrics/workloads/east/shop/cart?stepSec=60',
      '/api/v1/metrics/edges/{edgeId}': `/api/v1/metrics/edges/${EDGE.id}`,
      '/api/v1/policies/reach': '/api/v1/policies/reach?identity=cluster.local/ns/shop/sa/web',
      '/api/v1/policies/reach/matrix': '/api/v1/policies/reach/matrix?cluster=east',
      '/api/v1/policies/flows': '/api/v1/policies/flows?cluster=east',
      '/api/v1/policies/{cluster}/{namespace}/{name}': '/api/v1/policies/east/shop/cart-callers?kind=AuthorizationPolicy',
      '/api/v1/policies/{cluster}/{namespace}/{name}/versions': '/api/v1/policies/east/shop/cart-callers/versions?limit=5',
      '/api/v1/policies/{cluster}/{namespace}/{name}/diff': '/api/v1/policies/east/shop/cart-callers/diff?from=1&to=2',
      '/api/v1/incidents/{id}': '/api/v1/incidents/i1',
      '/api/v1/anomalies/{id}': '/api/v1/anomalies/a1',
      '/api/v1/anomalies/scores': '/api/v1/anomalies/scores?minimumScore=0.5&namespaces=shop',
      '/api/v1/anomalies/signals': '/api/v1/anomalies/signals?subject=workload~east~shop~cart',
    };
    const gets = ROUTES.filter(({ method }) => method === 'GET');
    it.each(gets.map((route) => [route.path, route] as const))('GET %s', async (path, { answer }) => {
      const response = await gateway.get(paths[path] ?? path);
      expect(response.status).toBe(200);
      expect(response.headers.get('etag')).toMatch(/^W\/".+"$/);
      expect(response.headers.get('cache-control')).toBe('private, no-cache');
      if (answer instanceof z.ZodType) expect(answer.safeParse(await response.json())).toMatchObject({ success: true });
    });
  });

  it('asks the services for what was asked', async () => {
    await gateway.get(
      '/api/v1/topology?graph=app&namespaces=b,a,b&window=1h&idle=false&at=2026-06-03T16:00:00%2B02:00&whatever=1&cluster=',
    );
    expect(suite.topology.lastAsked('observatory.v1.topology.graph.get')).toEqual({
      graph: 'app',
      namespaces: ['a', 'b'],
      windowSec: 3600,
      idle: false,
      at: '2026-06-03T14:00:00.000Z',
    });
    await gateway.get('/api/v1/metrics/workloads/east/shop/cart?from=2026-06-03T14:00:00Z&to=2026-06-03T15:00:00Z&stepSec=60');
    expect(suite.metrics.lastAsked('observatory.v1.metrics.workload.series')).toEqual({
      cluster: 'east',
      namespace: 'shop',
      name: 'cart',
      from: '2026-06-03T14:00:00.000Z',
      to: '2026-06-03T15:00:00.000Z',
      stepSec: 60,
    });
  });

  it('sends an export as a file', async () => {
    const response = await gateway.get('/api/v1/topology/export?format=csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="topology__x_.csv"');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toContain('cart,payments');
  });

  describe('refuses values that are not valid, naming each', () => {
    it.each([
      ['/api/v1/topology?graph=pie&idle=maybe', ['query.graph', 'query.idle']],
      ['/api/v1/topology?window=5', ['query.window']],
      ['/api/v1/topology?window=8d', ['query.window']],
      ['/api/v1/topology?at=yesterday', ['query.at']],
      ['/api/v1/topology?graph=app&graph=service', ['query.graph']],
      ['/api/v1/topology/diff?from=2026-06-03T14:00:00Z', ['query.to']],
      ['/api/v1/topology/diff?from=2026-06-03T14:00:00Z&to=2026-06-03T13:00:00Z', ['query.from']],
      ['/api/v1/topology/export?format=pdf', ['query.format']],
      ['/api/v1/metrics/overview?stepSec=0.5', ['query.stepSec']],
      [`/api/v1/metrics/workloads/east/shop/${'x'.repeat(300)}`, ['path.name']],
    ])('%s', async (path, expected) => {
      const response = await gateway.get(path);
      expect(response.status).toBe(400);
      const document = problemDocument.parse(JSON.parse(await response.text()));
      expect(document.code).toBe('request/invalid');
      expect(document.errors?.map((error) => error.path)).toEqual(expected);
    });
  });

  describe('problem documents', () => {
    const check = async (path: string, init: RequestInit, expected: [number, string]) => {
      const response = await gateway.get(path, init);
      const { code, status } = await problem(response);
      expect([response.status, code]).toEqual(expected);
      expect(status).toBe(response.status);
    };
    const json = { 'content-type': 'application/json' };
    it('no such path', () => check('/api/v1/nothing', {}, [404, 'resource/not-found']));
    it('no such path below /api', () => check('/api/', {}, [404, 'resource/not-found']));
    it('another method', () => check('/api/v1/topology', { method: 'POST' }, [405, 'request/method-not-allowed']));
    it('another method of a path that can be posted to', () => check('/api/v1/auth/login', {}, [405, 'request/method-not-allowed']));
    it('JSON that is none', () =>
      check('/api/v1/demo/faults', { method: 'POST', headers: json, body: '{"kind":' }, [400, 'request/invalid']));
    it('no body', () => check('/api/v1/demo/faults', { method: 'POST', headers: json }, [400, 'request/invalid']));
    it('a poisoned body', () =>
      check('/api/v1/demo/faults', { method: 'POST', headers: json, body: '{"__proto__":{}}' }, [400, 'request/invalid']));
    it('a body of another kind', () =>
      check('/api/v1/demo/faults', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }, [415, 'request/media-type']));
    it('a form', () =>
      check('/api/v1/auth/logout', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'x=1' }, [
        415,
        'request/media-type',
      ]));
    it('escapes that are none', () => check('/api/v1/%zz', {}, [400, 'request/invalid']));
    it('the error of a service', async () => {
      suite.metrics.answer('observatory.v1.metrics.edge.series', () => ({
        error: { code: 'resource/not-found', message: 'There is no edge x' },
      }));
      await check('/api/v1/metrics/edges/x', {}, [404, 'resource/not-found']);
    });
    it('a fault that is none', () => check('/api/v1/demo/faults/f2', { method: 'DELETE' }, [404, 'resource/not-found']));
  });

  describe('tags and forms', () => {
    it('answers 304 to who has it, in whichever form', async () => {
      const etag = (await gateway.get('/api/v1/topology')).headers.get('etag') ?? '';
      expect(etag).toBe('W/"t1"');
      for (const tag of [etag, '"t1"', `"x", ${etag}`, '*']) {
        const response = await gateway.get('/api/v1/topology', { headers: { 'if-none-match': tag } });
        expect([tag, response.status, await response.text()]).toEqual([tag, 304, '']);
      }
      expect((await gateway.get('/api/v1/topology', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    });

    it.each([
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
      ['identity', (bytes: Buffer) => bytes],
    ] as const)('%s', async (encoding, decode) => {
      const { body, headers } = await raw(`${gateway.url}/api/v1/topology`, encoding);
      expect(headers['content-encoding'] ?? 'identity').toBe(encoding);
      expect(headers['vary']).toBe('accept-encoding');
      expect(JSON.parse(decode(body).toString())).toMatchObject({ graph: 'workload' });
    });

    it('HEAD is GET without a body', async () => {
      const response = await gateway.get('/api/v1/topology', { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
      expect(await response.text()).toBe('');
    });
  });

  it('asks a service once, however many ask', async () => {
    const before = suite.topology.timesAsked('observatory.v1.topology.graph.get');
    const responses = await Promise.all(Array.from({ length: 20 }, () => gateway.get('/api/v1/topology?namespaces=once')));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(suite.topology.timesAsked('observatory.v1.topology.graph.get')).toBe(before + 1);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/observatory_cache_requests_total\{[^}]*cache="topology"[^}]*result="hit"[^}]*\} \d+/);
  });

  it('passes faults to the demo mesh', async () => {
    const posted = await gateway.get('/api/v1/demo/faults', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"kind":"errors"}',
    });
    expect([posted.status, await posted.json()]).toEqual([201, FAULT]);
    expect((await gateway.get('/api/v1/demo/faults/f1', { method: 'DELETE' })).status).toBe(204);
    const refused = await gateway.get('/api/v1/demo/faults', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"kind":"meteor"}',
    });
    expect((await problem(refused)).errors?.[0]?.path).toBe('body.kind');
  });

  describe('OpenAPI', () => {
    it('has every route that is served, and every reference in it points to something', async () => {
      const document = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as OpenApiDocument;
      const served = servedPaths(gateway.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }));
      expect(new Set(served)).toEqual(new Set(ROUTES.map(({ path, method }) => `${method} ${path}`)));
      for (const { path, method } of ROUTES) expect(Object.keys(document.paths[path] ?? {})).toContain(method.toLowerCase());
      for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g))
        expect(document.components.schemas).toHaveProperty([name as string]);
      expect(JSON.stringify(document)).not.toContain('#/$defs/');
    });

    it('says which answers tell when to come again', async () => {
      const { paths } = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as OpenApiDocument;
      const responses = Object.values(paths).flatMap((path) =>
        Object.values(path).flatMap((operation) => Object.entries(operation.responses)),
      );
      const retried = responses.filter(([, { headers }]) => headers !== undefined && 'Retry-After' in (headers as object));
      expect(new Set(retried.map(([status]) => status))).toEqual(new Set(['429', '503']));
      expect(retried).toHaveLength(responses.filter(([status]) => status === '429' || status === '503').length);
    });

    it('is a page without scripts', async () => {
      const response = await fetch(`${gateway.url}/api/docs`);
      const page = await response.text();
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(page).not.toMatch(/<script|style=|https?:\/\//);
      for (const { path } of ROUTES) expect(page).toContain(path);
    });
  });

  describe('the UI', () => {
    it('has one page for every path, and no page for files and the API', async () => {
      const page = await fetch(`${gateway.url}/topology/cart.v1?x=1`, { headers: { accept: 'text/html' } });
      expect([page.headers.get('cache-control'), await page.text()]).toEqual(['no-cache', expect.stringContaining('the page')]);
      const asset = await fetch(`${gateway.url}/assets/app-0a1b2c3d.js`);
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(asset.headers.get('content-encoding')).toBe('gzip');
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await fetch(`${gateway.url}/assets/gone-12345678.js`)).status).toBe(404);
      expect((await fetch(`${gateway.url}/..%2f..%2fpackage.json`)).status).toBe(404);
    });

    it('says how to build it where it is not', async () => {
      await using bare = await testGateway({ NATS_URL: nats.urlOf('gateway'), UI_ROOT: '/nowhere' });
      const response = await fetch(`${bare.url}/`);
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('npm run build');
    });
  });

  describe('signing in', () => {
    const login = (link: string, headers: Record<string, string> = {}) =>
      fetch(`${gateway.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ link }),
      });

    it('needs a sign-in for everything of the mesh', async () => {
      for (const { path, method, open } of ROUTES) {
        if (open) continue;
        const response = await fetch(gateway.url + path.replaceAll(/\{\w+\}/g, 'x'), { method });
        expect([path, response.status, response.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
      }
    });
    it.each(['/api//v1/status', '/%61pi/v1/status', '/api/v1/status/', '/API/v1/status', '/api/v1/./status', '/api/v1;x/status'])(
      'is not passed by %s',
      async (path) => {
        const { status, body } = await raw(gateway.url + path, 'identity', '');
        expect(status === 200 && body.includes('"services"')).toBe(false);
      },
    );
    it.each(['Bearer nonsense', 'Bearer', 'Basic YTpi', `Bearer ${LINK_TOKEN}`, ''])('refuses "%s"', async (authorization) => {
      expect((await fetch(`${gateway.url}/api/v1/status`, { headers: { authorization } })).status).toBe(401);
    });

    it('exchanges the link once, for a session that ends', async () => {
      expect((await login('wrong')).status).toBe(401);
      const foreign = await login(LINK_TOKEN, { origin: 'https://evil.example' });
      expect((await problem(foreign)).code).toBe('auth/forbidden');
      const first = await login(LINK_TOKEN, { origin: gateway.url });
      expect(await first.json()).toMatchObject({ role: 'admin' });
      const cookie = first.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
      expect((await problem(await login(LINK_TOKEN))).code).toBe('auth/link-used');

      const headers = { cookie: cookie.split(';')[0] as string };
      expect(await (await fetch(`${gateway.url}/api/v1/auth/me`, { headers })).json()).toMatchObject({
        name: 'Administrator',
        role: 'admin',
      });
      const logout = (origin: Record<string, string>) =>
        fetch(`${gateway.url}/api/v1/auth/logout`, { method: 'POST', headers: { ...headers, ...origin } });
      expect((await logout({})).status).toBe(403);
      expect((await logout({ origin: 'https://evil.example' })).status).toBe(403);
      expect((await logout({ origin: gateway.url })).status).toBe(204);
      expect((await fetch(`${gateway.url}/api/v1/auth/me`, { headers })).status).toBe(401);
    });

    it('slows down who guesses links', async () => {
      await using guarded = await testGateway({ NATS_URL: nats.urlOf('gateway') });
      const guess = () =>
        fetch(`${guarded.url}/api/v1/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"link":"guess"}',
        });
      const codes: number[] = [];
      for (let index = 0; index < 12; index += 1) codes.push((await guess()).status);
      expect(codes.slice(0, 10)).toEqual(Array(10).fill(401));
      const last = await guess();
      expect([last.status, Number(last.headers.get('retry-after')) > 0]).toEqual([429, true]);
    });
  });

  it('says that there is no demo mesh where there is none', async () => {
    await using real = await testGateway({ NATS_URL: nats.urlOf('gateway') });
    expect((await problem(await real.get('/api/v1/demo/faults'))).code).toBe('demo/not-a-demo');
  });
});

/** `GET /api/v1/…` of each route in Fastify's tree, which says only what a path adds to its parent's. */
function servedPaths(tree: string): string[] {
  const parts: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([│├└─\s]*)(\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    parts.splice(indent.length / 4 - 1, Infinity, part);
    const path = parts.join('').replaceAll(/:(\w+)/g, '{$1}');
    if (!path.startsWith('/api/v1')) return [];
    return methods
      .split(', ')
      .filter((method) => method !== 'HEAD' && method !== '')
      .map((method) => `${method} ${path}`);
  });
}

/** The bytes as they are on the wire. */
async function raw(
  url: string,
  acceptEncoding: string,
  authorization?: string,
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  const { request } = await import('node:http');
  const { ADMIN_TOKEN } = await import('./support/gateway.js');
  const { hostname, port } = new URL(url);
  const path = url.slice(new URL(url).origin.length);
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': acceptEncoding, authorization: authorization ?? `Bearer ${ADMIN_TOKEN}` };
    const sent = request({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end();
  });
}
