import type { Endpoint } from '../domain/targets.js';
import { ENDPOINT_MIN_MS, nextDue, WireSweeper } from './wire-sweeper.js';
import type { Ask, Handshake } from './handshake.js';

const endpoint = (key: string): Endpoint => ({
  key,
  id: key,
  kind: 'workload',
  mesh: 'istio',
  cluster: 'east',
  namespace: 'shop',
  name: key,
  pod: key,
  workload: { name: key, id: key },
  ip: key,
  port: 80,
  alpn: [],
});

/** A clock that is turned by hand, and handshakes that end when they are told to. */
function setUp({ intervalMs = 60_000, concurrency = 4 } = {}) {
  let now = 1_000_000;
  const asked: { ip: string; at: number }[] = [];
  const waiting: (() => void)[] = [];
  const shake = (ask: Ask): Promise<Handshake> => {
    asked.push({ ip: ask.ip, at: now });
    return new Promise((resolve) => waiting.push(() => resolve({ ok: false, reason: 'refused', message: '' })));
  };
  const results: string[] = [];
  const sweeper = new WireSweeper({ intervalMs, concurrency, shake, now: () => now, onResult: ({ key }) => results.push(key) });
  const turn = async (ms: number, stepMs = 250) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      now += stepMs;
      sweeper.tick();
      for (const finish of waiting.splice(0)) finish();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { sweeper, asked, results, waiting, turn, tick: (ms: number) => ((now += ms), sweeper.tick()) };
}

describe('WireSweeper', () => {
  const many = Array.from({ length: 60 }, (_, index) => endpoint(`10.0.0.${index}`));

  it('looks at each once in an interval, spread over it', async () => {
    const { sweeper, asked, turn } = setUp();
    sweeper.plan(many);
    await turn(6500);
    expect(new Set(asked.map(({ ip }) => ip)).size).toBe(60);
    await turn(300_000, 1000);
    for (const { key } of many) {
      const looks = asked.filter(({ ip }) => ip === key).map(({ at }) => at);
      // Soon, then within two intervals, then every minute and what the clock's step adds.
      expect(looks.length).toBeGreaterThanOrEqual(4);
      for (const [index, at] of looks.entries()) if (index > 0) expect(at - looks[index - 1]!).toBeGreaterThanOrEqual(ENDPOINT_MIN_MS);
      for (const [index, at] of looks.entries()) if (index > 1) expect(at - looks[index - 1]!).toBeLessThan(ENDPOINT_MIN_MS + 2000);
    }
    const since = asked.slice(120);
    const busiest = Math.max(...since.map(({ at }) => since.filter((other) => Math.abs(other.at - at) <= 5000).length));
    expect(busiest).toBeLessThan(25);
  });
  it('has no more under way than it may', () => {
    const { sweeper, waiting, tick } = setUp({ concurrency: 4 });
    sweeper.plan(many);
    for (let step = 0; step < 40; step += 1) tick(250);
    expect(waiting.length).toBe(4);
  });
  it('keeps the minute for what went and came back, and for what is hurried', async () => {
    const { sweeper, asked, turn } = setUp();
    sweeper.plan([endpoint('a')]);
    await turn(6500);
    sweeper.plan([]);
    await turn(1000);
    sweeper.plan([endpoint('a')]);
    sweeper.hurry('a');
    await turn(50_000);
    expect(asked).toHaveLength(1);
    await turn(12_000);
    expect(asked).toHaveLength(2);
  });
  it('says nothing of what is no longer wanted', async () => {
    const { sweeper, results, waiting, tick, turn } = setUp();
    sweeper.plan([endpoint('a')]);
    for (let step = 0; step < 30 && waiting.length === 0; step += 1) tick(250);
    sweeper.plan([]);
    await turn(500);
    expect(results).toEqual([]);
  });
});

it('the next look is in the next interval that leaves the minute', () => {
  for (const intervalMs of [60_000, 300_000])
    for (const askedAt of [0, 12_345, 59_999, 600_001]) {
      const gap = nextDue('10.0.0.1:80', askedAt, intervalMs) - askedAt;
      expect([gap >= ENDPOINT_MIN_MS, gap <= Math.max(ENDPOINT_MIN_MS, intervalMs / 2) + intervalMs]).toEqual([true, true]);
    }
});
