/** Alerts on real PostgreSQL and NATS: once each, in order, whatever dies and whoever does not answer. */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, startNats, until, type NatsServer, type TestDatabase } from '@observatory/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import {
  allowWorsenedAlerts,
  AlertBook,
  AlertDispatcher,
  createAlertTables,
  Database,
  Dependencies,
  dropAlertTables,
  EventBus,
  NatsLink,
  type Alert,
  type AlertNews,
  type Webhook,
} from '../src/index.js';

class CreateAlerts1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createAlertTables(runner, 'trial');
    await allowWorsenedAlerts(runner, 'trial');
  }
  down(runner: QueryRunner): Promise<void> {
    return dropAlertTables(runner, 'trial');
  }
}

const TOLD = { subject: 'observatory.v1.events.trial.told', payload: z.object({ key: z.string(), transition: z.string() }) };

interface Post {
  path: string;
  body: string;
  signature: string | undefined;
}

/** Takes what webhooks are sent, and answers with `status`. */
class Receiver {
  readonly posts: Post[] = [];
  status: (post: Post) => number = () => 200;
  private readonly server: HttpServer = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = request.headers['x-observatory-signature'] as string | undefined;
      const post = { path: request.url ?? '', body: Buffer.concat(chunks).toString(), signature };
      const status = this.status(post);
      if (status === 200) this.posts.push(post);
      response.writeHead(status).end('so it is');
    });
  });
  url = '';

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
  /** deliveryId and transition of everything that was said about a key, repetitions included. */
  told(key: string): string[] {
    return this.posts
      .flatMap(({ body }) => (JSON.parse(body) as { alerts: { key: string; transition: string; deliveryId: string }[] }).alerts)
      .filter((alert) => alert.key === key)
      .map(({ deliveryId, transition }) => `${transition} ${deliveryId}`);
  }
}

const alert = (key: string, more: Partial<Alert> = {}): Alert => ({
  key,
  rule: 'expired',
  severity: 'high',
  title: `${key} <expired>`,
  detail: 'An hour ago',
  labels: { cluster: 'east', namespace: 'shop' },
  ...more,
});

describe('alerts', () => {
  let database: TestDatabase;
  let nats: NatsServer;
  let receiver: Receiver;
  let folder: string;
  const open: { onApplicationShutdown(): Promise<void> }[] = [];
  const events: { key: string; transition: string }[] = [];

  /** A replica of a service. */
  const replica = async (webhooks: Webhook[], publish?: (news: AlertNews) => Promise<void>) => {
    const own = new Database({ url: database.url, schema: 'trial', migrations: [CreateAlerts1700000000000] }, new Dependencies());
    await until(() => own.isUp, { deadlineMs: 20_000, what: 'the database' });
    const link = new NatsLink(nats.url, 'replica', new Dependencies());
    await link.ready;
    const bus = new EventBus(link);
    const book = new AlertBook(own, 'trial', webhooks);
    const ordinary = ({ id, alert: { key }, transition }: AlertNews) => bus.publish(TOLD, id, { key, transition });
    const dispatcher = new AlertDispatcher(own, book, { webhooks, publish: publish ?? ordinary, publicUrl: 'https://mesh.example' });
    open.push(dispatcher, bus, link, own);
    return { database: own, book, bus };
  };
  const webhook = (kind: Webhook['kind'], more: Partial<Webhook> = {}): Webhook => ({
    name: kind,
    kind,
    url: receiver.url,
    minSeverity: 'low',
    ...more,
  });
  const settled = (own: Database) =>
    until(async () => (await own.query("SELECT 1 FROM trial.alert_deliveries WHERE state = 'waiting'")).length === 0, {
      deadlineMs: 20_000,
      what: 'everything is told',
    });
  const eventsOf = (key: string) => events.filter((event) => event.key === key).map(({ transition }) => transition);

  beforeAll(async () => {
    [database, nats, receiver, folder] = await Promise.all([
      createTestDatabase(),
      startNats(),
      new Receiver().start(),
      mkdtemp(join(tmpdir(), 'alerts-')),
    ]);
    const { bus } = await replica([]);
    bus.follow(TOLD, new Date(0), (event) => void events.push(event));
  });
  afterEach(async () => {
    receiver.posts.length = 0;
    receiver.status = () => 200;
    // All but the reader of events.
    await Promise.all(open.splice(4).map((one) => one.onApplicationShutdown()));
  });
  afterAll(async () => {
    for (const one of open) await one.onApplicationShutdown();
    receiver?.stop();
    await nats?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it('raises once for all replicas, and withdraws what no longer holds', async () => {
    const generic = webhook('generic');
    const replicas = await Promise.all([replica([generic]), replica([generic])]);
    const [first] = replicas as [Awaited<ReturnType<typeof replica>>, unknown];
    const now = new Date();
    const raised = await Promise.all(replicas.map(({ book }) => book.sync('twice', [alert('a'), alert('b')], { now })));
    expect(raised.flatMap((outcome) => outcome.raised.map(({ key }) => key)).sort()).toEqual(['a', 'b']);
    await first.book.sync('twice', [alert('b', { title: 'b is still so' })], { now, becauseOf: () => 'it was renewed' });
    await settled(first.database);
    await until(() => eventsOf('a').length >= 2, { deadlineMs: 5000, what: 'the events' });
    expect([eventsOf('a'), eventsOf('b')]).toEqual([['raised', 'withdrawn'], ['raised']]);
    expect(receiver.told('a').map((told) => told.split(' ')[0])).toEqual(['raised', 'withdrawn']);
    const { total, alerts } = await first.book.list({ state: 'withdrawn', labels: { namespace: 'shop' }, limit: 10 });
    expect([total, alerts[0]]).toEqual([1, expect.objectContaining({ key: 'a', withdrawnBecause: 'it was renewed' })]);
    expect((await first.book.list({ state: 'open', limit: 10 })).alerts.map(({ title }) => title)).toEqual(['b is still so']);
    // The same thing again is another alert.
    const again = await first.book.raise('twice', alert('a'), { now });
    expect(again?.id).not.toBe(alerts[0]?.id);
    await first.book.sync('twice', [], { now });
    await settled(first.database);
  });

  it('tells again what became worse, once for a severity, and whom only that concerns too', async () => {
    const channels = [
      webhook('generic'),
      webhook('slack', { url: `${receiver.url}/slack` }),
      webhook('alertmanager'),
      webhook('generic', { name: 'only-critical', url: `${receiver.url}/critical`, minSeverity: 'critical' }),
    ];
    const replicas = await Promise.all([replica(channels), replica(channels)]);
    const [{ book, database: own }] = replicas as [Awaited<ReturnType<typeof replica>>, unknown];
    const now = new Date();
    await book.raise('worse', alert('worse', { severity: 'low' }), { now });
    await settled(own);
    const worsened = async (severity: Alert['severity']) => {
      const all = await Promise.all(replicas.map((one) => one.book.worsen(alert('worse', { severity, detail: `it is ${severity}` }), {})));
      await settled(own);
      return all.filter((one) => one !== undefined).length;
    };
    expect([await worsened('low'), await worsened('medium'), await worsened('critical'), await worsened('high')]).toEqual([0, 1, 1, 0]);
    expect((await book.list({ state: 'open', limit: 10 })).alerts).toMatchObject([{ severity: 'critical', detail: 'it is critical' }]);
    await book.withdraw('worse', 'it is over', { now: new Date() });
    await settled(own);
    expect(await book.worsen(alert('worse', { severity: 'critical' }), {})).toBeUndefined();
    const at = (path: string) => receiver.posts.filter((post) => post.path === path).map(({ body }) => body);
    const newsAt = (path: string) =>
      at(path).flatMap((body) => (JSON.parse(body) as { alerts: { transition: string; deliveryId: string }[] }).alerts);
    const transitions = (path: string) => newsAt(path).map(({ transition }) => transition);
    expect(transitions('/')).toEqual(['raised', 'worsened', 'worsened', 'withdrawn']);
    expect(transitions('/critical')).toEqual(['worsened', 'withdrawn']);
    expect(new Set(newsAt('/').map(({ deliveryId }) => deliveryId)).size).toBe(4);
    expect(at('/slack').join(' ')).toContain('Now critical: *worse');
    const open = new Set<string>();
    for (const { labels, endsAt } of at('/api/v2/alerts').flatMap(
      (body) => JSON.parse(body) as { labels: { severity: string }; endsAt: string }[],
    ))
      if (Date.parse(endsAt) > Date.now()) open.add(labels.severity);
      else open.delete(labels.severity);
    expect([...open]).toEqual([]);
    await until(() => eventsOf('worse').length >= 4, { deadlineMs: 5000, what: 'the events' });
    expect(eventsOf('worse')).toEqual(['raised', 'worsened', 'worsened', 'withdrawn']);
  });

  it('signs, escapes, and speaks as each receiver wants', async () => {
    const secretFile = join(folder, 'secret');
    await writeFile(secretFile, 'quite secret\n');
    const { book, database: own } = await replica([
      webhook('generic', { secretFile }),
      webhook('slack', { url: `${receiver.url}/slack` }),
      webhook('alertmanager'),
      webhook('generic', { name: 'only-critical', url: `${receiver.url}/critical`, minSeverity: 'critical' }),
    ]);
    await book.raise('forms', alert('forms', { path: '/certificates/x' }), { now: new Date() });
    await settled(own);
    await book.withdraw('forms', 'it was renewed', { now: new Date() });
    await settled(own);
    const of = (path: string) => receiver.posts.filter((post) => post.path === path);
    expect(of('/critical')).toEqual([]);
    const [signed] = of('/') as [Post];
    const [, at, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signed.signature ?? '') ?? [];
    expect(digest).toBe(createHmac('sha256', 'quite secret').update(`${at}.${signed.body}`).digest('hex'));
    expect(JSON.parse(signed.body)).toMatchObject({
      alerts: [{ transition: 'raised', url: 'https://mesh.example/certificates/x' }],
    });
    expect(JSON.parse(of('/slack')[0]!.body).text).toContain(
      '*forms &lt;expired&gt;*: An hour ago (<https://mesh.example/certificates/x|open>)',
    );
    const [began, over] = of('/api/v2/alerts').flatMap(({ body }) => JSON.parse(body) as { labels: object; endsAt: string }[]);
    expect(began).toMatchObject({ labels: { alertname: 'expired', severity: 'high', namespace: 'shop' } });
    expect([Date.parse(began!.endsAt) > Date.now(), Date.parse(over!.endsAt) > Date.now()]).toEqual([true, false]);
  });

  it('tries again for whoever is away, leaves out what a receiver cannot read, and holds up nobody else', async () => {
    receiver.status = ({ path, body }) => (path === '/away' ? 503 : path === '/picky' && body.includes('"poison"') ? 400 : 200);
    const { book, database: own } = await replica([
      webhook('generic', { name: 'away', url: `${receiver.url}/away` }),
      webhook('generic', { name: 'picky', url: `${receiver.url}/picky` }),
    ]);
    const now = new Date();
    await book.sync('hold', [alert('well'), alert('poison'), alert('also-well')], { now });
    const { alerts } = await book.list({ state: 'open', limit: 10 });
    const states = async () => {
      const deliveries = await book.deliveries(alerts.map(({ id }) => id));
      return Object.fromEntries(
        deliveries.map(({ alertId, webhook: to, state }) => [`${to} ${alerts.find(({ id }) => id === alertId)!.key}`, state]),
      );
    };
    const expected = { 'picky well': 'delivered', 'picky poison': 'given-up', 'picky also-well': 'delivered', 'away well': 'waiting' };
    await until(async () => expect(await states()).toMatchObject(expected) === undefined, { deadlineMs: 10_000 }).catch(() => undefined);
    expect(await states()).toMatchObject(expected);
    receiver.status = () => 200;
    await settled(own);
    expect(receiver.told('poison')).toHaveLength(1);
    await book.sync('hold', [], { now });
    await settled(own);
  });

  it('loses and doubles nothing when it is killed at any step', async () => {
    const survivor = await replica([{ ...webhook('generic'), name: 'ops' }]);
    await settled(survivor.database);
    const victim = (key: string, killAt: number): Promise<number | null> =>
      new Promise((resolve, reject) => {
        const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url, NATS_URL: nats.url };
        const child = spawn(process.execPath, [fileURLToPath(new URL('./alerts-victim.mjs', import.meta.url))], {
          env: { ...env, WEBHOOK_URL: receiver.url, KEY: key, KILL_AT: String(killAt) },
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        child.once('error', reject);
        child.once('exit', resolve);
      });
    let cameToItsEnd = false;
    for (let step = 1; !cameToItsEnd; step += 1) {
      const key = `step-${step}`;
      cameToItsEnd = (await victim(key, step)) === 0;
      // What the service does when it is started again: works out what holds, and tells what is left to tell.
      await survivor.book.sync(key, [alert(key)], { now: new Date() });
      await survivor.book.sync(key, [], { now: new Date() });
    }
    await settled(survivor.database);
    const rows = await survivor.database.query<{ key: string; alerts: number }>(
      "SELECT key, count(*)::int AS alerts FROM trial.alerts WHERE key LIKE 'step-%' GROUP BY key",
    );
    expect(rows.length).toBeGreaterThan(15);
    for (const { key, alerts } of rows) {
      // A victim that got as far as the withdrawal leaves one alert behind, and the survivor raises the next.
      const expected = Array.from({ length: alerts }, () => ['raised', 'withdrawn']).flat();
      await until(() => eventsOf(key).length >= expected.length, { deadlineMs: 5000, what: `the events of ${key}` });
      expect([key, eventsOf(key)]).toEqual([key, expected]);
      const posts = receiver.told(key);
      // A POST whose answer was not seen is repeated, under the same id.
      expect([key, [...new Set(posts)].map((told) => told.split(' ')[0])]).toEqual([key, expected]);
    }
  });
});
