/** Anomalies over REST and the live feed: what is asked of the service and by whom, what is refused, and each incident's news once. */
import { ANOMALY_SUBJECTS, EVENTS, liveFrames, type IncidentEvent } from '@observatory/contracts';
import { until } from '@observatory/testing';
import { ANOMALY, ANOMALY_ANSWERS, INCIDENT } from './support/anomaly-examples.js';
import { EventSource } from './support/event-source.js';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { problem, testGateway, type TestGateway } from './support/gateway.js';
import { LiveClient } from './support/live-client.js';

const DEADLINE = { deadlineMs: 10_000 };
const AT = '2026-06-03T14:00:00.000Z';
const LATER = '2026-06-04T14:00:00.000Z';
const ACTOR = { name: 'Admin token', kind: 'token' };
const SUBJECT = 'workload~east~shop~cart';
const EDGE = `${SUBJECT}>workload~east~shop~web~http`;
type Door = keyof typeof ANOMALY_SUBJECTS;

describe('anomalies', () => {
  let nats: Awaited<ReturnType<typeof startBus>>;
  let suite: FakeSuite;
  let gateway: TestGateway;
  let events: EventSource;
  const clients: LiveClient[] = [];

  beforeAll(async () => {
    nats = await startBus();
    suite = await startFakeSuite(nats);
    events = await EventSource.as('anomaly', nats);
    gateway = await testGateway({ NATS_URL: nats.urlOf('gateway') });
    await until(async () => (await gateway.get('/api/v1/incidents')).ok, { ...DEADLINE, what: 'the gateway answers' });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    for (const one of [gateway, events, suite, nats]) await one?.[Symbol.asyncDispose]();
  });

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    gateway.get(`/api/v1/anomalies${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  const lastAsked = (door: Door) => suite.anomaly.lastAsked(ANOMALY_SUBJECTS[door].subject);

  const rule = { reason: 'a load test', expiresAt: LATER };
  const span = { from: AT, to: LATER };
  const allowance = { type: 'scanning', source: SUBJECT, ...rule };
  interface Route {
    readonly call: readonly [method: string, path: string, body?: unknown];
    readonly door: Door;
    readonly payload: object;
    readonly status?: number;
  }
  const ROUTES: Route[] = [
    {
      call: ['GET', `/signals?subject=${encodeURIComponent(EDGE)}&from=${AT}&to=${LATER}`],
      door: 'signals',
      payload: { subject: EDGE, ...span },
    },
    { call: ['GET', '/suppressions?expired=true&limit=7'], door: 'suppressionList', payload: { expired: true, limit: 7 } },
    { call: ['GET', '/allowances'], door: 'allowanceList', payload: {} },
    {
      call: ['POST', '/suppressions', { subject: SUBJECT, ...rule }],
      door: 'suppress',
      payload: { suppression: { subject: SUBJECT, ...rule }, actor: ACTOR },
      status: 201,
    },
    { call: ['POST', '/allowances', allowance], door: 'allow', payload: { allowance, actor: ACTOR }, status: 201 },
    { call: ['DELETE', '/suppressions/s1'], door: 'suppressionEnd', payload: { id: 's1', actor: ACTOR } },
    { call: ['DELETE', '/allowances/w1'], door: 'allowanceEnd', payload: { id: 'w1', actor: ACTOR } },
    {
      call: ['POST', '/a1/feedback', { verdict: 'useless' }],
      door: 'feedback',
      payload: { id: 'a1', feedback: { verdict: 'useless' }, actor: ACTOR },
    },
    {
      call: ['POST', '/backtest', { ...span, changed: { budget: 'strict' } }],
      door: 'backtest',
      payload: { ...span, namespaces: [], changed: { budget: 'strict' }, runId: expect.any(String) },
    },
  ];

  it.each(ROUTES)('asks the service once, in its words, for $call', async ({ call, door, payload, status = 200 }) => {
    const before = suite.anomaly.timesAsked(ANOMALY_SUBJECTS[door].subject);
    const response = await send(...call);
    expect(response.status).toBe(status);
    const answer: unknown = await response.json();
    expect(answer).toEqual(ANOMALY_ANSWERS[door]);
    expect(ANOMALY_SUBJECTS[door].reply.safeParse(answer).error).toBeUndefined();
    expect(lastAsked(door)).toEqual(payload);
    expect(suite.anomaly.timesAsked(ANOMALY_SUBJECTS[door].subject)).toBe(before + 1);
  });

  it.each(ROUTES)('asks nothing for a stranger: $call', async ({ call, door }) => {
    const before = suite.anomaly.timesAsked(ANOMALY_SUBJECTS[door].subject);
    const response = await send(...(call.slice(0, 2) as [string, string]), call[2], { authorization: 'Bearer wrong' });
    expect(await problem(response)).toMatchObject({ status: 401, code: 'auth/unauthenticated' });
    expect(suite.anomaly.timesAsked(ANOMALY_SUBJECTS[door].subject)).toBe(before);
  });

  it.each<[string, string, unknown, string]>([
    ['POST', '/backtest', { from: LATER, to: AT }, 'from'],
    ['POST', '/backtest', { ...span, changed: { budget: 'lavish' } }, 'changed.budget'],
    ['POST', '/suppressions', { subject: SUBJECT, reason: 'no end' }, 'expiresAt'],
    ['POST', '/allowances', { ...allowance, type: 'latency' }, 'type'],
    ['POST', '/a1/feedback', { verdict: 'perhaps' }, 'verdict'],
    ['GET', '/signals', undefined, 'subject'],
    ['GET', '/suppressions?limit=0', undefined, 'limit'],
  ])('refuses %s %s %j', async (method, path, body, place) => {
    const refusal = await problem(await send(method, path, body));
    expect(refusal).toMatchObject({ status: 400, code: 'request/invalid' });
    expect(refusal.errors?.map((error) => error.path)).toContain(`${body === undefined ? 'query' : 'body'}.${place}`);
  });

  it('ends a backtest whose asker left, and only then', async () => {
    const ends = () => suite.anomaly.timesAsked(ANOMALY_SUBJECTS.backtestEnd.subject);
    await send('POST', '/backtest', span);
    const before = ends();
    const asked = suite.anomaly.timesAsked(ANOMALY_SUBJECTS.backtest.subject);
    suite.anomaly.answer(ANOMALY_SUBJECTS.backtest.subject, () => 'silence');
    const caller = new AbortController();
    const left = send('POST', '/backtest', span, {}, caller.signal).catch((thrown: Error) => thrown.name);
    await until(() => suite.anomaly.timesAsked(ANOMALY_SUBJECTS.backtest.subject) > asked, { deadlineMs: 5000 });
    const { runId } = lastAsked('backtest') as { runId: string };
    expect(ends()).toBe(before);
    caller.abort();
    expect(await left).toBe('AbortError');
    await until(() => ends() === before + 1, { deadlineMs: 5000, what: 'the end' });
    expect(lastAsked('backtestEnd')).toEqual({ runId });
    suite.anomaly.answer(ANOMALY_SUBJECTS.backtest.subject, () => ({ json: ANOMALY_ANSWERS.backtest }));
  });

  it('passes on why a backtest is not run', async () => {
    const message = 'Another backtest is running: ask again when it is over';
    suite.anomaly.answer(ANOMALY_SUBJECTS.backtest.subject, () => ({ error: { code: 'request/too-many', message } }));
    expect(await problem(await send('POST', '/backtest', span))).toMatchObject({ status: 429, code: 'request/too-many', detail: message });
    suite.anomaly.answer(ANOMALY_SUBJECTS.backtest.subject, () => ({ json: ANOMALY_ANSWERS.backtest }));
  });

  describe('over the live feed', () => {
    const news = (change: IncidentEvent['change'], version: number, namespaces = ['shop']): IncidentEvent => ({
      change,
      at: AT,
      incident: { ...INCIDENT, version, namespaces },
      anomalies: [ANOMALY],
      subjects: [ANOMALY.subject],
    });
    const EVENT = { raised: EVENTS.incidentRaised, updated: EVENTS.incidentUpdated, closed: EVENTS.incidentClosed };
    const tell = (change: keyof typeof EVENT, version: number, namespaces?: string[]) =>
      events.publish(EVENT[change], news(change, version, namespaces));
    const subscribed = async (namespaces?: string[]) => {
      const client = new LiveClient(gateway.url);
      clients.push(client);
      expect(await client.subscribe(['anomaly:raised', 'anomaly:updated'], namespaces)).toMatchObject({ ok: true });
      return client;
    };
    const receives = (client: LiveClient, seq: number) =>
      until(() => client.incidents.some(({ frame }) => frame.seq === seq), { ...DEADLINE, what: `frame ${seq}` });
    const versions = (client: LiveClient) => client.incidents.map(({ frame }) => frame.data.incident.version);

    it('tells what was raised and what became of it, by the contract, each once', async () => {
      const client = await subscribed();
      const raised = await tell('raised', 1);
      const updated = await tell('updated', 2);
      const closed = await tell('closed', 3);
      await receives(client, closed);
      expect(client.incidents.map(({ topic, frame }) => [topic, frame.seq])).toEqual([
        ['anomaly:raised', raised],
        ['anomaly:updated', updated],
        ['anomaly:updated', closed],
      ]);
      for (const { topic, frame } of client.incidents) expect(liveFrames[topic].parse(frame)).toEqual(frame);
      expect(client.incidents[2]!.frame).toEqual({ seq: closed, at: AT, data: news('closed', 3) });
    });

    it('tells who listens to some namespaces of incidents there only', async () => {
      const [shop, bank, all] = [await subscribed(['shop']), await subscribed(['bank', 'web']), await subscribed()];
      await tell('raised', 10, ['shop']);
      await tell('raised', 11, ['bank']);
      await tell('updated', 12, []);
      const last = await tell('updated', 13, ['bank', 'shop']);
      await Promise.all([shop, bank, all].map((client) => receives(client, last)));
      expect([shop, bank, all].map(versions)).toEqual([
        [10, 13],
        [11, 13],
        [10, 11, 12, 13],
      ]);
    });

    it('has what a client missed who was away for a moment, in order, once', async () => {
      const [client, witness] = [await subscribed(['shop']), await subscribed()];
      await receives(client, await tell('raised', 20));
      client.goAway();
      await until(() => !client.socket.connected, DEADLINE);
      await tell('updated', 21);
      await tell('raised', 22, ['bank']);
      await receives(witness, await tell('closed', 23));
      client.comeBack();
      await receives(client, await tell('raised', 24));
      expect(client.socket.recovered).toBe(true);
      expect(versions(client)).toEqual([20, 21, 23, 24]);
      expect(client.snapshots).toEqual([]);
    });
  });
});
