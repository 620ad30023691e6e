/** What people see while a part of the suite is away (DESIGN §10): the last known answer, marked, or a problem; never nothing, never late. */
import { EVENTS, suiteStatus, type SuiteStatus, type Topology } from '@observatory/contracts';
import { startRedis, until, type NatsServer, type Server } from '@observatory/testing';
import { AT, delta, graph, storedWindow } from './support/examples.js';
import { EventSource } from './support/event-source.js';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { LINK_TOKEN, problem, testGateway, type TestGateway } from './support/gateway.js';

const GRAPH_GET = 'observatory.v1.topology.graph.get';
const DEADLINE = { deadlineMs: 10_000 };

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const from = performance.now();
  return [await act(), performance.now() - from];
}

async function topologyOf(response: Response): Promise<Topology> {
  return (await response.json()) as Topology;
}

describe('while a part of the suite is away', () => {
  let nats: NatsServer;
  let redis: Server;
  let suite: FakeSuite;
  let gateway: TestGateway;
  const settings = () => ({ NATS_URL: nats.urlOf('gateway'), REDIS_URL: redis.url });

  const stateOf = async (service: string) => {
    const status = suiteStatus.parse(await (await gateway.get('/api/v1/status')).json()) as SuiteStatus;
    return status.services.find((one) => one.service === service)?.state;
  };
  const isFresh = async (path: string) => {
    const response = await gateway.get(path);
    return response.ok && (await topologyOf(response)).sources[0]?.state === 'fresh';
  };

  beforeEach(async () => {
    [nats, redis] = await Promise.all([startBus(), startRedis()]);
    suite = await startFakeSuite(nats);
    gateway = await testGateway(settings());
    await until(async () => (await stateOf('topology')) === 'up' && (await isFresh('/api/v1/topology')), {
      ...DEADLINE,
      what: 'the gateway sees topology',
    });
  });
  afterEach(async () => {
    for (const one of [gateway, suite, redis, nats]) await one?.[Symbol.asyncDispose]();
  });

  it('a service that is gone: the last known answer, marked; 503 where none is known; back at once', async () => {
    await suite.topology.stop();
    await until(async () => (await stateOf('topology')) === 'down', { deadlineMs: 5000, what: 'the status says so' });

    const [known, knownMs] = await timed(() => gateway.get('/api/v1/topology'));
    expect([known.status, knownMs < 2000]).toEqual([200, true]);
    expect(known.headers.get('warning')).toMatch(/^110 observatory "The topology service has not answered since /);
    expect(Number(known.headers.get('age'))).toBeGreaterThanOrEqual(0);
    const { sources, ...rest } = await topologyOf(known);
    expect(sources.map(({ state }) => state)).toEqual(['stale', 'down']);
    expect(sources[0]?.detail).toMatch(/^The topology service has not answered since \d{4}-/);
    expect({ ...rest, sources: [] }).toEqual({ ...graph(), sources: [] });

    const [unknown, unknownMs] = await timed(() => gateway.get('/api/v1/topology?graph=app'));
    expect([(await problem(unknown)).code, unknown.status, unknownMs < 2000]).toEqual(['service/unavailable', 503, true]);
    expect(unknown.headers.get('retry-after')).toBe('1');
    expect((await gateway.get('/api/v1/metrics/overview')).status).toBe(200);

    await suite.topology.start();
    await until(() => isFresh('/api/v1/topology'), { ...DEADLINE, what: 'a fresh answer' });
    expect(await stateOf('topology')).toBe('up');
  });

  it('a service that hangs: an answer within 2 s, also for questions that may take long', async () => {
    suite.topology.answer(GRAPH_GET, () => 'silence').answer('observatory.v1.topology.status.get', () => 'silence');
    suite.topology.answer('observatory.v1.topology.graph.diff', () => 'silence');
    const [unknown, unknownMs] = await timed(() => gateway.get('/api/v1/topology?graph=app'));
    expect([(await problem(unknown)).code, unknownMs < 2000]).toEqual(['service/unavailable', true]);
    const diff = '/api/v1/topology/diff?from=2026-06-03T14:00:00Z&to=2026-06-03T14:02:00Z';
    const [slow, slowMs] = await timed(() => gateway.get(diff));
    expect([(await problem(slow)).code, slowMs < 5000]).toEqual(['service/unavailable', true]);
    expect(await stateOf('topology')).toBe('down');
    const [at, atMs] = await timed(() => gateway.get(diff));
    expect([at.status, atMs < 2000]).toEqual([503, true]);
    expect((await topologyOf(await gateway.get('/api/v1/topology'))).sources[0]?.state).toBe('stale');
  });

  it('a service that answers that what it leans on is away: the last known answer, marked', async () => {
    const path = '/api/v1/metrics/overview';
    expect((await gateway.get(path)).headers.get('warning')).toBeNull();
    suite.metrics.answer('observatory.v1.metrics.overview.get', () => ({
      error: { code: 'database/unavailable', message: 'The database does not answer' },
    }));
    await using metrics = await EventSource.as('metrics', nats);
    await metrics.publish(EVENTS.windowStored, storedWindow(AT));
    const stale = await until(async () => {
      const response = await gateway.get(path);
      return response.headers.get('warning') ? response : undefined;
    }, DEADLINE);
    expect((await topologyOf(stale)).sources[0]).toMatchObject({ state: 'stale', detail: 'The database does not answer' });
    expect((await problem(await gateway.get(`${path}?cluster=west`))).code).toBe('database/unavailable');
  });

  it('NATS: last known answers, a status that says so, and everything back without a restart', async () => {
    await nats.kill();
    const stale = await until(
      async () => {
        const response = await gateway.get('/api/v1/topology');
        return response.headers.get('warning') ? response : undefined;
      },
      { deadlineMs: 5000, what: 'a marked answer' },
    );
    expect((await topologyOf(stale)).sources[0]?.detail).toContain('NATS has not answered since');
    const [unknown, unknownMs] = await timed(() => gateway.get('/api/v1/topology?graph=app'));
    expect([unknown.status, unknownMs < 2000]).toEqual([503, true]);
    await until(async () => (await stateOf('metrics')) === 'down' && (await stateOf('gateway')) === 'degraded', {
      deadlineMs: 5000,
      what: 'the status',
    });
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    await nats.restart();
    await until(() => isFresh('/api/v1/topology'), { deadlineMs: 15_000, what: 'a fresh answer' });
    await until(async () => (await stateOf('metrics')) === 'up', DEADLINE);
  });

  it('Redis: nothing changes but the status; sign-ins and used links outlive it', async () => {
    const login = () =>
      fetch(`${gateway.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ link: LINK_TOKEN }),
      });
    const cookie = (await login()).headers.get('set-cookie')?.split(';')[0] ?? '';
    const me = async () => (await fetch(`${gateway.url}/api/v1/auth/me`, { headers: { cookie } })).status;
    expect(await me()).toBe(200);

    await redis.kill();
    await until(async () => (await stateOf('gateway')) === 'degraded', { deadlineMs: 5000, what: 'the status says so' });
    expect([
      await me(),
      (await gateway.get('/api/v1/topology')).status,
      (await gateway.get('/api/v1/topology?graph=service')).status,
    ]).toEqual([200, 200, 200]);
    expect((await login()).status).toBe(401);

    // It comes back empty: what the gateway knows is told to it again.
    await redis.restart();
    await until(async () => (await stateOf('gateway')) === 'up', DEADLINE);
    await using second = await testGateway(settings());
    await until(async () => (await fetch(`${second.url}/api/v1/auth/me`, { headers: { cookie } })).status === 200, {
      ...DEADLINE,
      what: 'the other replica knows the session',
    });
    const again = await fetch(`${second.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link: LINK_TOKEN }),
    });
    expect((await problem(again)).code).toBe('auth/link-used');
  });

  it('a replica that starts now finds in Redis what others asked for, and the last known answers', async () => {
    await using topology = await EventSource.as('topology', nats);
    await topology.publish(EVENTS.topologyChanged, delta(AT));
    const asked = () => suite.topology.timesAsked(GRAPH_GET);
    const before = asked();
    await until(async () => (await gateway.get('/api/v1/topology')).ok && asked() > before, {
      ...DEADLINE,
      what: 'the event makes the old answer old',
    });
    await using second = await testGateway(settings());
    const reading = asked();
    await until(
      async () => {
        const metrics = await (await fetch(`${second.url}/metrics`)).text();
        return (await second.get('/api/v1/topology')).ok && /cache="topology"[^}]*result="hit"/.test(metrics);
      },
      { ...DEADLINE, what: 'a shared answer is found' },
    );
    expect(asked() - reading).toBeLessThanOrEqual(2);

    await suite.topology.stop();
    await using third = await testGateway(settings());
    const stale = await until(
      async () => {
        const response = await third.get('/api/v1/topology');
        return response.ok ? response : undefined;
      },
      { ...DEADLINE, what: 'the last known answer of others' },
    );
    expect((await topologyOf(stale)).sources[0]?.state).toBe('stale');
  });
});
