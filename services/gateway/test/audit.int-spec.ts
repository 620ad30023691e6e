/** The audit trail on real PostgreSQL and NATS: what is recorded is kept once, whatever was away, and tampering shows. */
import { auditPage, EVENTS, type AuditEntry, type AuditPage } from '@observatory/contracts';
import { startPostgres, until, type NatsServer, type Server } from '@observatory/testing';
import { Client } from 'pg';
import { EventSource } from './support/event-source.js';
import { startBus } from './support/fake-services.js';
import { LINK_TOKEN, problem, testGateway, type TestGateway } from './support/gateway.js';

const DEADLINE = { deadlineMs: 20_000 };
const renewal = (id: string): AuditEntry => ({
  id,
  at: '2026-06-03T14:02:30.000Z',
  actor: { name: 'Administrator', kind: 'person' },
  action: 'renewal.requested',
  target: { kind: 'certificate', id: 'c1', cluster: 'east', namespace: 'shop', name: 'shop-tls' },
  outcome: 'requested',
});

describe('the audit trail', () => {
  let nats: NatsServer;
  let postgres: Server;
  let gateway: TestGateway;
  let certs: EventSource;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startBus(), startPostgres()]);
    certs = await EventSource.as('certs', nats);
    gateway = await testGateway({ NATS_URL: nats.urlOf('gateway'), DATABASE_URL: postgres.url });
  });
  afterAll(async () => {
    for (const one of [certs, gateway, nats, postgres]) await one?.[Symbol.asyncDispose]();
  });

  const page = async (query = ''): Promise<AuditPage> => {
    const response = await gateway.get(`/api/v1/audit${query}`);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return auditPage.parse(await response.json());
  };
  const holds = (what: (page: AuditPage) => boolean, query = '') =>
    until(
      async () => {
        const found = await page(query).catch(() => undefined);
        return found && what(found) ? found : undefined;
      },
      { ...DEADLINE, what: 'the entry in the trail' },
    );
  const login = (link: string) =>
    fetch(`${gateway.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link }),
    });

  it('knows who signed in, who was refused, and what services record, each once', async () => {
    expect((await login('not-a-link')).status).toBe(401);
    expect((await login(LINK_TOKEN)).ok).toBe(true);
    for (let time = 0; time < 2; time += 1) await certs.publish(EVENTS.auditRecorded, renewal('r1'));
    await certs.publish(EVENTS.auditRecorded, renewal('r2'));
    const { entries, chain } = await holds((found) => found.entries.some(({ id }) => id === 'r2') && found.entries.length >= 4);
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual([
      'renewal.requested requested',
      'renewal.requested requested',
      'session.opened done',
      'session.opened refused',
    ]);
    expect(entries.find(({ id }) => id === 'r1')).toMatchObject(renewal('r1'));
    expect(chain).toMatchObject({ state: 'intact', entries: 4 });
  });

  it('filters and pages, newest first', async () => {
    expect((await page('?action=session')).entries.map(({ action }) => action)).toEqual(['session.opened', 'session.opened']);
    expect((await page('?actor=unknown')).entries.map(({ outcome }) => outcome)).toEqual(['refused']);
    expect((await page('?to=2026-06-03T14:02:31Z')).entries.map(({ id }) => id).sort()).toEqual(['r1', 'r2']);
    const first = await page('?limit=3');
    expect([first.entries.length, first.nextCursor]).toEqual([3, '2']);
    const second = await page(`?limit=3&cursor=${first.nextCursor}`);
    expect([second.entries.map(({ seq }) => seq), second.nextCursor]).toEqual([[1], undefined]);
    expect((await problem(await gateway.get('/api/v1/audit?cursor=x'))).code).toBe('request/invalid');
  });

  it('the database away: a problem that says so, and nothing lost', async () => {
    await postgres.stop();
    await until(async () => (await gateway.get('/api/v1/audit')).status === 503, { ...DEADLINE, what: 'the gateway noticing' });
    await certs.publish(EVENTS.auditRecorded, renewal('r3'));
    await postgres.restart();
    expect((await holds(({ entries }) => entries.some(({ id }) => id === 'r3'))).chain.state).toBe('intact');
  }, 60_000);

  it('refuses changes, and shows them where somebody could make them', async () => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    try {
      for (const sql of ["UPDATE gateway.audit SET outcome = 'done'", 'DELETE FROM gateway.audit', 'TRUNCATE gateway.audit'])
        await expect(client.query(sql)).rejects.toThrow('append-only');
      await client.query('ALTER TABLE gateway.audit DISABLE TRIGGER audit_append_only');
      await client.query("UPDATE gateway.audit SET actor_name = 'somebody else' WHERE id = 'r1'");
      const [{ seq }] = (await client.query<{ seq: string }>("SELECT seq FROM gateway.audit WHERE id = 'r1'")).rows as [{ seq: string }];
      // A gateway that has not looked yet: this one checked the entry before.
      await using other = await testGateway({ NATS_URL: nats.urlOf('gateway'), DATABASE_URL: postgres.url });
      const { chain } = await until(
        async () => {
          const response = await other.get('/api/v1/audit');
          return response.ok ? auditPage.parse(await response.json()) : undefined;
        },
        { ...DEADLINE, what: 'an answer' },
      );
      expect(chain).toMatchObject({ state: 'broken', firstBroken: Number(seq) });
    } finally {
      await client.end();
    }
  });

  it('without a database says that none is kept', async () => {
    await using bare = await testGateway({ NATS_URL: nats.urlOf('gateway') });
    const answer = await problem(await bare.get('/api/v1/audit'));
    expect([answer.code, answer.detail]).toEqual(['database/unavailable', 'No audit trail is kept: DATABASE_URL is not set']);
  });
});
