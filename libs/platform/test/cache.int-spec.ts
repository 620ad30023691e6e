/** The cache on a real Redis: shared while it is there, in process while it is away, and never in anybody's way. */
import { startRedis, until, type Server } from '@observatory/testing';
import { register } from 'prom-client';
import { Cache, Dependencies, RedisLink } from '../src/index.js';

const DEADLINE = { deadlineMs: 10_000 };
const bytes = (text: string) => Buffer.from(text);

describe('Cache', () => {
  let redis: Server;
  const links: RedisLink[] = [];
  const linked = async (url = redis.url) => {
    const dependencies = new Dependencies();
    const link = new RedisLink(url, dependencies);
    links.push(link);
    if (url !== 'none') await until(() => link.isUp, { ...DEADLINE, what: 'Redis is there' });
    return { link, dependencies };
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const link of links.splice(0)) link.onApplicationShutdown();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());

  it('is shared, and forgets in time', async () => {
    const [one, two] = [
      new Cache((await linked()).link, { name: 'shared', ttlMs: 60_000 }),
      new Cache((await linked()).link, { name: 'shared', ttlMs: 60_000 }),
    ];
    await one.set('a', bytes('A'));
    await one.set('brief', bytes('B'), 50);
    expect((await two.get('a'))?.toString()).toBe('A');
    await until(async () => (await two.get('brief')) === undefined, DEADLINE);
    await two.delete('a');
    expect(await one.get('a')).toBeUndefined();
  });

  it('counts hits and misses', async () => {
    const cache = new Cache((await linked()).link, { name: 'counted', ttlMs: 60_000 });
    await cache.get('a');
    await cache.set('a', bytes('A'));
    await cache.get('a');
    await cache.get('a');
    const text = await register.metrics();
    expect(text).toMatch(/observatory_cache_requests_total\{cache="counted",result="hit"\} 2/);
    expect(text).toMatch(/observatory_cache_requests_total\{cache="counted",result="miss"\} 1/);
  });

  it('is in process where there is no Redis, within its bounds', async () => {
    const { link, dependencies } = await linked('none');
    let now = 0;
    const cache = new Cache(link, { name: 'local', ttlMs: 100, localMaxBytes: 10 }, () => now);
    await cache.set('a', bytes('12345678'));
    expect((await cache.get('a'))?.toString()).toBe('12345678');
    await cache.set('b', bytes('12345678'));
    expect(await cache.get('a')).toBeUndefined();
    now = 101;
    expect(await cache.get('b')).toBeUndefined();
    expect(dependencies.list()).toMatchObject([{ name: 'redis', state: 'unused' }]);
  });

  it('goes on in process while Redis is away, at once, and with Redis when it is back', async () => {
    const { link, dependencies } = await linked();
    const cache = new Cache(link, { name: 'away', ttlMs: 60_000 });
    await redis.kill();
    await until(() => dependencies.list()[0]?.state === 'down', DEADLINE);
    const from = performance.now();
    await cache.set('a', bytes('A'));
    expect((await cache.get('a'))?.toString()).toBe('A');
    expect(performance.now() - from).toBeLessThan(500);
    await redis.restart();
    await until(() => link.isUp && dependencies.list()[0]?.state === 'up', DEADLINE);
    await cache.set('b', bytes('B'));
    expect((await new Cache((await linked()).link, { name: 'away', ttlMs: 1 }).get('b'))?.toString()).toBe('B');
  });
});
