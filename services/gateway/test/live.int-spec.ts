/** The live feed (DESIGN §6), with Redis and without: frames, filters, recovery, snapshots, clients that are slow or not welcome. */
import { EVENTS, LIVE_TOPICS, liveFrames, type TopologyDelta } from '@observatory/contracts';
import { startRedis, until, type NatsServer, type Server } from '@observatory/testing';
import { Redis } from 'ioredis';
import { LiveFeed } from '../src/live/live-feed.js';
import { delta, node, storedWindow } from './support/examples.js';
import { EventSource } from './support/event-source.js';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { LINK_TOKEN, testGateway, type TestGateway } from './support/gateway.js';
import { LiveClient } from './support/live-client.js';

const DEADLINE = { deadlineMs: 10_000 };
const time = (index: number) => new Date(Date.parse('2026-06-03T14:00:00Z') + index * 30_000).toISOString();

/** More than what may wait for one client and what the kernel takes besides. */
const HEAVY_FRAMES = 70;

/** A delta that weighs about half a megabyte. */
function heavy(index: number): TopologyDelta {
  const base = delta(time(index));
  return { ...base, nodes: { upserted: Array.from({ length: 1400 }, (_, at) => node('shop', `workload-${index}-${at}`)), removed: [] } };
}

describe.each([
  ['with Redis', true],
  ['in process', false],
])('the live feed, %s', (_, withRedis) => {
  let nats: NatsServer;
  let redis: Server | undefined;
  let suite: FakeSuite;
  let gateway: TestGateway;
  let topology: EventSource;
  const clients: LiveClient[] = [];

  const settings = () => ({ NATS_URL: nats.urlOf('gateway'), REDIS_URL: redis?.url ?? 'none' });
  const client = (url = gateway.url, options: ConstructorParameters<typeof LiveClient>[1] = {}) => {
    const made = new LiveClient(url, options);
    clients.push(made);
    return made;
  };
  const subscribed = async (namespaces?: string[], url = gateway.url) => {
    const made = client(url);
    expect(await made.subscribe(['topology:delta'], namespaces)).toEqual({
      ok: true,
      topics: ['topology:delta'],
      recovered: false,
      snapshot: false,
    });
    return made;
  };
  const receives = (made: LiveClient, seq: number) => until(() => made.seqs.includes(seq), { ...DEADLINE, what: `frame ${seq}` });

  beforeAll(async () => {
    [nats, redis] = await Promise.all([startBus(), withRedis ? startRedis() : undefined]);
    suite = await startFakeSuite(nats);
    topology = await EventSource.as('topology', nats);
    gateway = await testGateway(settings());
  });
  afterEach(() => {
    for (const made of clients.splice(0)) made.close();
  });
  afterAll(async () => {
    for (const one of [gateway, topology, suite, redis, nats]) await one?.[Symbol.asyncDispose]();
  });

  it('brings deltas with their place in the stream, by the contract', async () => {
    const one = await subscribed();
    const first = await topology.publish(EVENTS.topologyChanged, delta(time(1)));
    const second = await topology.publish(EVENTS.topologyChanged, delta(time(2)));
    await receives(one, second);
    expect(one.seqs).toEqual([first, second]);
    expect(liveFrames['topology:delta'].parse(one.deltas[0])).toMatchObject({ seq: first, at: time(1), data: { at: time(1) } });
  });

  it('brings a window once it can be asked for', async () => {
    await using metrics = await EventSource.as('metrics', nats);
    const one = client();
    await one.subscribe(['metrics:window']);
    const seq = await metrics.publish(EVENTS.windowStored, storedWindow(time(3)));
    await until(() => one.windows.length > 0, DEADLINE);
    expect(liveFrames['metrics:window'].parse(one.windows[0])).toEqual({ seq, at: time(3), data: storedWindow(time(3)) });
    expect(one.deltas).toEqual([]);
  });

  it('asks for a span that is in memory when the graph moves on, for a longer one when a window is stored', async () => {
    await using metrics = await EventSource.as('metrics', nats);
    const [graphs, windows] = [await subscribed(), client()];
    await windows.subscribe(['metrics:window']);
    const GRAPH = 'observatory.v1.topology.graph.get';
    const read = async () => {
      for (const window of ['2m', '20m']) expect((await gateway.get(`/api/v1/topology?window=${window}`)).status).toBe(200);
      return suite.topology.timesAsked(GRAPH);
    };
    const before = await read();
    expect(await read()).toBe(before);
    await metrics.publish(EVENTS.windowStored, storedWindow(time(4)));
    await until(() => windows.windows.length > 0, DEADLINE);
    expect(await read()).toBe(before + 1);
    expect(suite.topology.lastAsked(GRAPH)).toMatchObject({ windowSec: 1200 });
    await receives(graphs, await topology.publish(EVENTS.topologyChanged, delta(time(4))));
    expect(await read()).toBe(before + 2);
    expect(suite.topology.lastAsked(GRAPH)).toMatchObject({ windowSec: 120 });
  });

  it('leaves out what does not concern the namespaces, and nothing else', async () => {
    const shop = await subscribed(['shop', 'shop']);
    const other = await subscribed(['other']);
    await topology.publish(EVENTS.topologyChanged, delta(time(5), ['payments', 'ledger']));
    const seq = await topology.publish(EVENTS.topologyChanged, delta(time(6), ['shop', 'payments']));
    await Promise.all([receives(shop, seq), receives(other, seq)]);
    expect(shop.deltas.map(({ data }) => [data.nodes.upserted.length, data.edges.upserted.length])).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(other.deltas.map(({ data }) => [data.at, data.nodes.upserted.length])).toEqual([
      [time(5), 0],
      [time(6), 0],
    ]);
  });

  it('misses nothing when it is back soon, in order, once', async () => {
    const one = await subscribed(['shop']);
    const first = await topology.publish(EVENTS.topologyChanged, delta(time(7)));
    await receives(one, first);
    one.goAway();
    await until(() => !one.socket.connected, DEADLINE);
    const missed = [];
    for (const index of [8, 9, 10]) missed.push(await topology.publish(EVENTS.topologyChanged, delta(time(index))));
    // Somebody else has them: they were sent.
    const witness = await subscribed();
    const last = await topology.publish(EVENTS.topologyChanged, delta(time(11)));
    await receives(witness, last);
    one.comeBack();
    await receives(one, last);
    expect(one.socket.recovered).toBe(true);
    expect(one.seqs).toEqual([first, ...missed, last]);
    expect(await one.subscribe(['topology:delta'], ['shop'])).toMatchObject({ recovered: true, snapshot: false });
    expect(one.snapshots).toEqual([]);
    const next = await topology.publish(EVENTS.topologyChanged, delta(time(12)));
    await receives(one, next);
    expect(one.seqs).toEqual([first, ...missed, last, next]);
  });

  it('is told by a snapshot when it was away for too long', async () => {
    const one = await subscribed();
    await receives(one, await topology.publish(EVENTS.topologyChanged, delta(time(13))));
    const forgotten = forgetSessions();
    one.goAway();
    await forgotten;
    one.comeBack();
    expect(await one.subscribe(['topology:delta'])).toEqual({ ok: true, topics: ['topology:delta'], recovered: false, snapshot: true });
    await until(() => one.snapshots.length === 1, DEADLINE);
    expect(one.snapshots[0]).toMatchObject({ topics: ['topology:delta'] });
  });

  it('is told by a snapshot when it asks for other namespaces', async () => {
    const one = await subscribed(['shop']);
    expect(await one.subscribe(['topology:delta'], ['shop'])).toMatchObject({ snapshot: false });
    expect(await one.subscribe(['topology:delta'], ['payments'])).toMatchObject({ ok: true, snapshot: true });
    await receives(one, await topology.publish(EVENTS.topologyChanged, delta(time(14), ['a', 'b'])));
    expect(one.deltas.map(({ data }) => data.nodes.upserted)).toEqual([[]]);
    expect(one.snapshots).toHaveLength(1);
  });

  it('gets a snapshot instead of a growing backlog when it is slow, and others notice nothing', async () => {
    const [slow, quick] = [await subscribed(), await subscribed()];
    const tcp = socketOf(slow);
    tcp.pause();
    let last = 0;
    for (let index = 0; index < HEAVY_FRAMES; index += 1) last = await topology.publish(EVENTS.topologyChanged, heavy(20 + index));
    await until(() => quick.seqs.includes(last), { deadlineMs: 60_000, what: 'all frames' });
    expect(quick.seqs).toHaveLength(HEAVY_FRAMES);
    tcp.resume();
    await until(() => slow.snapshots.length > 0, { ...DEADLINE, what: 'the snapshot' });
    expect(slow.seqs.length).toBeLessThan(HEAVY_FRAMES);
    const next = await topology.publish(EVENTS.topologyChanged, delta(time(200)));
    await receives(slow, next);
    expect(quick.snapshots).toEqual([]);
  });

  it('shows within 5 s that a service is gone, and that it is back', async () => {
    const one = client();
    await one.subscribe(['suite:status']);
    const certs = suite.all.get('certs');
    const shows = (state: string) =>
      until(() => one.statuses.at(-1)?.data.services.find(({ service }) => service === 'certs')?.state === state, {
        deadlineMs: 5000,
        what: `certs is ${state}`,
      });
    await shows('up');
    await certs?.stop();
    await shows('down');
    await certs?.start();
    await shows('up');
    expect(liveFrames['suite:status'].safeParse(one.statuses.at(-1)).success).toBe(true);
  });

  it('refuses what is not valid, and goes on', async () => {
    const one = client();
    for (const request of [{}, { topics: [] }, { topics: ['no:such'] }, { topics: ['topology:delta'], namespaces: [1] }, null]) {
      const answer: unknown = await one.socket.timeout(5000).emitWithAck('subscribe', request as never);
      expect(answer).toMatchObject({ ok: false, error: { code: 'request/invalid' } });
    }
    one.socket.emit('subscribe', { topics: [...LIVE_TOPICS] }, undefined as never);
    expect(await one.subscribe([...LIVE_TOPICS])).toMatchObject({ ok: true });
  });

  it('refuses who is not signed in, and other origins', async () => {
    for (const token of ['', 'wrong']) {
      const stranger = client(gateway.url, { token });
      await until(() => stranger.error, DEADLINE);
      expect(stranger.error?.data?.code).toBe('auth/unauthenticated');
    }
    for (const transports of [['websocket'], ['polling']]) {
      const foreign = client(gateway.url, { headers: { origin: 'https://evil.example' }, transports });
      await until(() => foreign.error, DEADLINE);
      expect(foreign.socket.connected).toBe(false);
    }
  });

  it('lets a session in by its cookie, and out when it ends', async () => {
    const json = { 'content-type': 'application/json' };
    const login = await fetch(`${gateway.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ link: LINK_TOKEN }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const one = client(gateway.url, { token: '', headers: { cookie, origin: gateway.url } });
    expect(await one.subscribe(['topology:delta'])).toMatchObject({ ok: true });
    await fetch(`${gateway.url}/api/v1/auth/logout`, { method: 'POST', headers: { cookie, origin: gateway.url } });
    await until(() => !one.socket.connected, DEADLINE);
    expect((await fetch(`${gateway.url}/api/v1/status`, { headers: { cookie } })).status).toBe(401);
  });

  if (withRedis) {
    it('is one feed on two replicas: each frame once, and what one missed the other has', async () => {
      await using second = await testGateway(settings());
      const [here, there] = [await subscribed(['shop']), await subscribed(undefined, second.url)];
      const first = await topology.publish(EVENTS.topologyChanged, delta(time(300)));
      await Promise.all([receives(here, first), receives(there, first)]);
      there.goAway();
      await until(() => !there.socket.connected, DEADLINE);
      const missed = await topology.publish(EVENTS.topologyChanged, delta(time(301)));
      await receives(here, missed);
      // The other replica takes over the client.
      (there.socket.io as unknown as { uri: string }).uri = gateway.url;
      there.comeBack();
      await receives(there, missed);
      const last = await topology.publish(EVENTS.topologyChanged, delta(time(302)));
      await Promise.all([receives(here, last), receives(there, last)]);
      expect([here.seqs, there.seqs]).toEqual([
        [first, missed, last],
        [first, missed, last],
      ]);
      expect(there.snapshots).toEqual([]);
    });

    it('goes on while Redis is away, and afterwards', async () => {
      const one = await subscribed(['shop']);
      await redis?.kill();
      const during = await topology.publish(EVENTS.topologyChanged, delta(time(400)));
      await receives(one, during);
      one.drop();
      await until(() => one.socket.connected && !one.socket.recovered, DEADLINE);
      expect(await one.subscribe(['topology:delta'], ['shop'])).toMatchObject({ ok: true, snapshot: true });
      await redis?.restart();
      await until(async () => (await (await fetch(`${gateway.url}/readyz`)).text()).includes('"redis":"up"'), DEADLINE);
      const after = await topology.publish(EVENTS.topologyChanged, delta(time(401)));
      await receives(one, after);
      expect(one.seqs).toEqual([during, after]);
    });
  }

  it('goes on when NATS comes back, without a gap', async () => {
    const one = await subscribed();
    await nats.kill();
    await nats.restart();
    const seq = await until(() => topology.publish(EVENTS.topologyChanged, delta(time(500))), DEADLINE);
    await receives(one, seq);
  });

  /** As two minutes do it. */
  async function forgetSessions(): Promise<void> {
    const wait = { ...DEADLINE, what: 'the gateway notices that the client is away' };
    if (redis) {
      const client = new Redis(redis.url);
      const keys = await until(async () => ((found) => found.length > 0 && found)(await client.keys('observatory:live:session:*')), wait);
      await client.del(...keys);
      return client.disconnect();
    }
    const { io } = gateway.app.get(LiveFeed) as unknown as { io: { of(name: string): { adapter: { sessions: Map<string, unknown> } } } };
    const { sessions } = io.of('/live').adapter;
    sessions.clear();
    await until(() => sessions.size > 0, wait);
    sessions.clear();
  }
});

/** The TCP connection below a client, to stop reading from it. */
function socketOf({ socket }: LiveClient): { pause(): void; resume(): void } {
  return (socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }).ws._socket;
}
