/** The NATS contract on a real server, each party under its own user: requests, errors, large replies, events, leases, permissions. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from '@nats-io/transport-node';
import { EVENTS, statusSubject, type RequestSubject, type WindowClosed } from '@observatory/contracts';
import { startNats, until, type NatsServer } from '@observatory/testing';
import { z } from 'zod';
import {
  Answers,
  Asked,
  ContractNatsServer,
  Dependencies,
  DomainError,
  EventBus,
  JsonBytes,
  Lease,
  NatsLink,
  Requester,
  RpcErrorFilter,
  natsUsers,
} from '../src/index.js';

const ECHO: RequestSubject = {
  subject: 'observatory.v1.metrics.test.echo',
  request: z.object({ size: z.number().int().max(3_000_000) }),
  reply: z.unknown(),
};
const FAIL: RequestSubject = { subject: 'observatory.v1.metrics.test.fail', request: z.object({ known: z.boolean() }), reply: z.unknown() };

const MEASURE: RequestSubject = {
  subject: 'observatory.v1.metrics.test.measure',
  request: z.object({ text: z.string() }),
  reply: z.unknown(),
};

@Controller()
class TestController {
  @Answers(MEASURE)
  measure(@Asked(MEASURE) { text }: { text: string }): { length: number; end: string } {
    return { length: text.length, end: text.slice(-3) };
  }

  @Answers(ECHO)
  echo(@Asked(ECHO) { size }: { size: number }): JsonBytes {
    return new JsonBytes(Buffer.from(JSON.stringify({ text: 'x'.repeat(size) })), '"v1"');
  }

  @Answers(FAIL)
  fail(@Asked(FAIL) { known }: { known: boolean }): never {
    if (known) throw new DomainError('resource/not-found', { message: 'no such edge', edge: 'e' });
    throw new TypeError('secret detail');
  }
}

@Module({ controllers: [TestController] })
class TestModule {}

function windowEvent(at: string): WindowClosed {
  return { cluster: 'demo', at, windowSec: 30, chunk: { index: 0, count: 1 }, backfilled: false, sources: [], edges: [] };
}

describe('the NATS contract', () => {
  let server: NatsServer;
  const links: NatsLink[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  const linkOf = (user: string) => {
    const link = new NatsLink(server.urlOf(user), user, new Dependencies());
    links.push(link);
    return link;
  };

  beforeAll(async () => {
    server = await startNats({ users: natsUsers() });
    const app = await NestFactory.createMicroservice(TestModule, {
      strategy: new ContractNatsServer(linkOf('metrics'), 'metrics'),
      logger: false,
    });
    app.useGlobalFilters(new RpcErrorFilter());
    await app.listen();
    closers.push(() => app.close());
  });

  afterAll(async () => {
    for (const close of closers) await close();
    await Promise.all(links.map((link) => link.onApplicationShutdown()));
    await server.stop();
  });

  const requester = async () => {
    const link = linkOf('gateway');
    await link.ready;
    return new Requester(link);
  };

  it('answers small and large requests, with their version', async () => {
    const asker = await requester();
    for (const size of [10, 1_048_000, 2_900_000]) {
      const { bytes, etag } = await asker.requestBytes(ECHO, { size });
      expect(JSON.parse(Buffer.from(bytes).toString()).text).toHaveLength(size);
      expect(etag).toBe('"v1"');
    }
  });

  it('takes requests larger than a message, several at once, up to a bound', async () => {
    const asker = await requester();
    const sizes = [900_000, 1_048_576, 5_300_000];
    const measured = await Promise.all(sizes.map((size) => asker.request(MEASURE, { text: `${'x'.repeat(size)}end` })));
    expect(measured).toEqual(sizes.map((size) => ({ length: size + 3, end: 'end' })));
    await expect(asker.request(MEASURE, { text: 'x'.repeat(17_000_000) })).rejects.toMatchObject({ code: 'request/too-large' });
  });

  it('says what is wrong with a request, by code', async () => {
    const asker = await requester();
    await expect(asker.request(ECHO, { size: 'much' })).rejects.toMatchObject({
      code: 'request/invalid',
      details: { errors: [{ path: 'size' }] },
    });
    await expect(asker.request(FAIL, { known: true })).rejects.toMatchObject({
      code: 'resource/not-found',
      message: 'no such edge',
      details: { edge: 'e' },
    });
  });

  it('keeps the cause of a bug to itself', async () => {
    const failure = await (await requester()).request(FAIL, { known: false }).catch((error: DomainError) => error);
    expect(failure).toMatchObject({ code: 'internal/bug' });
    expect(JSON.stringify((failure as DomainError).toReply())).not.toContain('secret');
  });

  it('says at once that a service is not there', async () => {
    const started = performance.now();
    await expect((await requester()).request(statusSubject('anomaly'), {})).rejects.toMatchObject({
      code: 'service/unavailable',
      details: { service: 'anomaly' },
    });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('answers other teams in plain JSON, errors too', async () => {
    const connection = await connect({
      servers: server.urlOf('gateway').replace(/\/\/.*@/, '//'),
      user: 'gateway',
      pass: new URL(server.urlOf('gateway')).password,
      inboxPrefix: '_INBOX_gateway',
    });
    const reply = await connection.request(ECHO.subject, 'not json');
    expect(reply.json()).toEqual({ error: { code: 'request/invalid', message: 'The payload is not JSON' } });
    await connection.close();
  });

  it('refuses what a user has no permission for', async () => {
    const link = linkOf('certs');
    await link.ready;
    await expect(new Requester(link).request(ECHO, { size: 1 }, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'service/timeout' });
    await expect(new EventBus(link).publish(EVENTS.windowClosed, 'forged', windowEvent('2026-01-01T00:00:00.000Z'))).rejects.toMatchObject({
      code: 'service/unavailable',
    });
  }, 20_000);

  it('stores an event once, gives it to each follower, and to one worker', async () => {
    const publisher = new EventBus(linkOf('metrics'));
    await links.at(-1)?.ready;
    const seen: Record<string, string[]> = { a: [], b: [], work: [] };
    const buses = ['topology', 'gateway', 'anomaly', 'anomaly'].map((user) => new EventBus(linkOf(user)));
    closers.unshift(async () => Promise.all([publisher, ...buses].map((bus) => bus.onApplicationShutdown())));
    const since = new Date(Date.now() - 1000);
    buses[0]?.follow(EVENTS.windowClosed, since, (event) => void seen['a']?.push(event.at));
    buses[1]?.follow(EVENTS.windowClosed, since, (event) => void seen['b']?.push(event.at));
    for (const bus of buses.slice(2))
      bus.work(EVENTS.windowClosed, { durable: 'anomaly-scoring', from: 'new' }, async (event) => void seen['work']?.push(event.at));
    let warmUps = 0;
    await until(
      async () => {
        await publisher.publish(EVENTS.windowClosed, `warm-up:${(warmUps += 1)}`, windowEvent('2025-01-01T00:00:00.000Z'));
        return Object.values(seen).every((times) => times.length > 0);
      },
      { deadlineMs: 10_000 },
    );
    const real = (name: string) => (seen[name] ?? []).filter((at) => at.startsWith('2026'));
    const times = Array.from({ length: 5 }, (_, index) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString());
    for (const at of [...times, ...times]) await publisher.publish(EVENTS.windowClosed, `demo:${at}`, windowEvent(at));
    await until(() => real('a').length >= 5 && real('b').length >= 5 && real('work').length >= 5, { deadlineMs: 10_000 });
    expect(real('a')).toEqual(times);
    expect(real('b')).toEqual(times);
    expect(real('work').sort()).toEqual(times);
  }, 40_000);

  it('makes the stream once, when everybody comes at once', async () => {
    await using fresh = await startNats({ users: natsUsers() });
    const crowd = Array.from({ length: 40 }, () => new NatsLink(fresh.urlOf('metrics'), 'metrics', new Dependencies()));
    try {
      await Promise.all(crowd.map((link) => link.ready));
      // Each a little later than the one before: some come while the stream is being made.
      const publish = async (link: NatsLink, index: number) => {
        await sleep(index);
        await new EventBus(link).publish(EVENTS.windowClosed, `first:${index}`, windowEvent('2026-01-01T00:00:00.000Z'));
      };
      const outcomes = await Promise.allSettled(crowd.map(publish));
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    } finally {
      await Promise.all(crowd.map((link) => link.onApplicationShutdown()));
    }
  }, 20_000);

  it('leaves work to one holder, and hands over within the time to live', async () => {
    const [first, second] = ['one', 'two'].map((holder) => new Lease(linkOf('metrics'), 'metrics.demo', { holder, ttlMs: 1500 })) as [
      Lease,
      Lease,
    ];
    await until(() => first.isHeld || second.isHeld, { deadlineMs: 5000 });
    const [holder, other] = first.isHeld ? [first, second] : [second, first];
    expect(other.isHeld).toBe(false);
    await holder.onApplicationShutdown();
    await until(() => other.isHeld, { deadlineMs: 5000 });
    expect(holder.isHeld).toBe(false);
    await other.onApplicationShutdown();
  }, 20_000);

  it('goes on after the server was away', async () => {
    const asker = await requester();
    await server.restart();
    await until(async () => (await asker.request(ECHO, { size: 1 }).catch(() => undefined)) !== undefined, { deadlineMs: 15_000 });
  }, 30_000);
});
