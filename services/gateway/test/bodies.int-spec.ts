/** Requests with a body over REST: passed on as asked, with who asks, answered by the contract; those that may be larger are bounded too. */
import { createTestDatabase, until, type NatsServer, type TestDatabase } from '@observatory/testing';
import type { z } from 'zod';
import { ROUTES } from '../src/http/route-table.js';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { problem, testGateway, type TestGateway } from './support/gateway.js';

describe('requests with a body', () => {
  let nats: NatsServer;
  let database: TestDatabase;
  let suite: FakeSuite;
  let gateway: TestGateway;
  beforeAll(async () => {
    [nats, database] = await Promise.all([startBus(), createTestDatabase()]);
    suite = await startFakeSuite(nats);
    gateway = await testGateway({ NATS_URL: nats.urlOf('gateway'), DATABASE_URL: database.url });
    await until(async () => (await gateway.get('/api/v1/policies')).ok, { deadlineMs: 10_000, what: 'the gateway answers' });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await suite?.[Symbol.asyncDispose]();
    await nats?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  describe('about policies', () => {
    const post = (path: string, body: string) =>
      gateway.get(`/api/v1/policies/${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const workload = { namespace: 'shop', labels: { app: 'cart' } };

    it.each<[string, object, string]>([
      ['validate', { policies: 'a: 1' }, 'text.validate'],
      ['simulate', { policies: [], workload, requests: [{ protocol: 'http' }] }, 'request.simulate'],
      ['what-if', { cluster: 'east', changes: { delete: [{ kind: 'AuthorizationPolicy', namespace: 'a', name: 'b' }] } }, 'change.replay'],
      ['suggest', { cluster: 'east' }, 'change.suggest'],
    ])('POST %s', async (path, body, subject) => {
      const response = await post(path, JSON.stringify(body));
      expect(response.status).toBe(200);
      const { answer } = ROUTES.find((route) => route.path === `/api/v1/policies/${path}`)!;
      expect((answer as z.ZodType).safeParse(await response.json())).toMatchObject({ success: true });
      expect(suite.policy.lastAsked(`observatory.v1.policy.${subject}`)).toMatchObject(body);
    });

    it('are bounded, and every other body is bounded closer', async () => {
      const tooMany = { policies: [], workload, requests: Array.from({ length: 10_001 }, () => ({ protocol: 'tcp' })) };
      expect((await post('simulate', JSON.stringify(tooMany))).status).toBe(400);
      expect((await post('validate', JSON.stringify({ policies: 'x'.repeat(6 * 1024 * 1024) }))).status).toBe(400);
      expect((await post('validate', JSON.stringify({ policies: 'x'.repeat(12 * 1024 * 1024) }))).status).toBe(413);
      const other = {
        method: 'POST',
        body: JSON.stringify({ kind: 'x'.repeat(1_100_000) }),
        headers: { 'content-type': 'application/json' },
      };
      expect((await gateway.get('/api/v1/demo/faults', other)).status).toBe(413);
    });
  });

  describe('that decide about anomalies', () => {
    const rule = { reason: 'a load test', expiresAt: '2026-06-04T14:00:00Z' };
    it.each<[string, string, object | undefined, string, object]>([
      ['PATCH', 'anomalies/a1', { state: 'acknowledged' }, 'anomaly.decide', { id: 'a1', decision: { state: 'acknowledged' } }],
      ['PATCH', 'incidents/i1', { state: 'resolved' }, 'anomaly.decide', { id: 'i1', decision: { state: 'resolved' } }],
      ['POST', 'anomalies/a1/feedback', { verdict: 'useless' }, 'anomaly.judge', { id: 'a1', feedback: { verdict: 'useless' } }],
      ['POST', 'anomalies/suppressions', { subject: 'x', ...rule }, 'suppression.create', { suppression: { subject: 'x', ...rule } }],
      ['POST', 'anomalies/allowances', { type: 'scanning', source: 'x', ...rule }, 'allowance.create', {}],
      ['DELETE', 'anomalies/suppressions/s1', undefined, 'suppression.end', { id: 's1' }],
    ])('%s %s', async (method, path, body, subject, payload) => {
      const init = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await gateway.get(`/api/v1/${path}`, { method, ...init });
      expect([response.status < 300, await response.json()]).toEqual([true, expect.objectContaining({ generatedAt: expect.any(String) })]);
      const actor = { name: expect.any(String), kind: 'token' };
      expect(suite.anomaly.lastAsked(`observatory.v1.anomaly.${subject}`)).toMatchObject({ ...payload, actor });
    });

    it('need a reason to suppress', async () => {
      const init = { method: 'PATCH', body: '{"state":"suppressed"}', headers: { 'content-type': 'application/json' } };
      const { errors } = await problem(await gateway.get('/api/v1/anomalies/a1', init));
      expect(errors?.map(({ path }) => path)).toEqual(['body.note']);
    });
  });
});
