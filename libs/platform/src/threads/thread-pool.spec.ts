import { setTimeout as sleep } from 'node:timers/promises';
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.js';

/** Runs what is built, as a deployed thread does. */
const SERVE = new URL('../../dist/threads/thread-jobs.js', import.meta.url);
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { serveJobs } from '${SERVE.href}';
    let sum = 0;
    serveJobs({
      add: (n) => (sum += n),
      spin: (ms) => { for (const end = Date.now() + ms; Date.now() < end; ); return ms; },
      fail: () => { throw new Error('on purpose'); },
      fill: () => { const all = []; for (;;) all.push(new Array(100_000).fill(sum)); },
    });`)}`,
);
type Jobs = {
  add: (n: number) => number;
  spin: (ms: number) => number;
  fail: (nothing: undefined) => never;
  fill: (nothing: undefined) => never;
};

describe('ThreadPool', () => {
  let pool: ThreadPool<Jobs>;
  const open = (options: Partial<ThreadPoolOptions> = {}) =>
    (pool = new ThreadPool<Jobs>({ script, threads: 1, waitingMax: 1, withinMs: 10_000, heapMaxMb: 64, full: 'no place', ...options }));
  afterEach(() => pool.close());
  const refused = (code: string) => expect.objectContaining({ code });

  it('leaves the event loop free while a thread works', async () => {
    open();
    await pool.ask('add', 0);
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 10);
    await pool.ask('spin', 500);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('keeps a thread for one use, and what it remembers', async () => {
    open();
    const sums = (first: number) => pool.use(async (ask) => [await ask('add', first), await ask('add', first)]);
    expect(await Promise.all([sums(1), sums(10)])).toEqual([
      [1, 2],
      [12, 22],
    ]);
  });

  it('forgets after each use where that is wanted', async () => {
    open({ fresh: true });
    const sums = (first: number) => pool.use(async (ask) => [await ask('add', first), await ask('add', first)]);
    expect(await Promise.all([sums(1), sums(10)])).toEqual([
      [1, 2],
      [10, 20],
    ]);
  });

  it('refuses who finds no place, and serves who waits', async () => {
    open();
    const [first, second, third] = [pool.ask('spin', 50), pool.ask('add', 1), pool.ask('add', 1)];
    await expect(third).rejects.toMatchObject({ code: 'request/too-many', message: 'no place' });
    expect(await Promise.all([first, second])).toEqual([50, 1]);
  });

  it('ends what takes too long, between two questions too, and goes on', async () => {
    open({ withinMs: 1000 });
    await expect(pool.ask('spin', 60_000)).rejects.toEqual(refused('request/too-large'));
    let asks = 0;
    const patient = pool.use(async (ask) => {
      for (; ; asks += 1) await ask('add', 1).then(() => sleep(50));
    });
    await expect(patient).rejects.toEqual(refused('request/too-large'));
    // The last pause is over by then, and nothing comes after.
    await sleep(200);
    const reached = asks;
    await sleep(200);
    expect(asks).toBe(reached);
    expect(await pool.ask('add', 3)).toBe(3);
  });

  it('ends what nobody waits for any more, and goes on', async () => {
    open();
    const [before, meanwhile] = [new AbortController(), new AbortController()];
    const reason = new Error('nobody waits');
    before.abort(reason);
    await expect(pool.use((ask) => ask('add', 1), before.signal)).rejects.toBe(reason);
    setTimeout(() => meanwhile.abort(reason), 100);
    await expect(pool.use((ask) => ask('spin', 60_000), meanwhile.signal)).rejects.toBe(reason);
    const over = new AbortController();
    expect(await pool.use((ask) => ask('add', 3), over.signal)).toBe(3);
    over.abort(reason);
    expect(await pool.ask('add', 1)).toBe(4);
  });

  it('ends what needs too much memory, and goes on', async () => {
    open();
    await expect(pool.ask('fill', undefined)).rejects.toEqual(refused('request/too-large'));
    expect(await pool.ask('add', 3)).toBe(3);
  });

  it('survives an error of a job', async () => {
    open();
    await pool.ask('add', 1);
    await expect(pool.ask('fail', undefined)).rejects.toEqual(refused('internal/bug'));
    expect(await pool.ask('add', 1)).toBe(2);
  });

  it('refuses everybody when it closes', async () => {
    open();
    const all = [pool.ask('spin', 60_000), pool.ask('add', 1)];
    const settled = Promise.allSettled(all);
    await pool.close();
    expect((await settled).map((one) => one.status)).toEqual(['rejected', 'rejected']);
    await expect(pool.ask('add', 1)).rejects.toEqual(refused('service/unavailable'));
  });
});
