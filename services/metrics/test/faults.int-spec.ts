/**
 * What the metrics service leans on goes away and comes back, one after the other. Afterwards every window from the first to the
 * last is stored, and was published once. Each fault outlasts two windows.
 */
import { METRICS_SUBJECTS, type WindowClosed } from '@observatory/contracts';
import { until } from '@observatory/testing';
import { WINDOW_SEC } from './metrics-process.js';
import { MetricsSuite } from './suite.js';

const WINDOW_MS = WINDOW_SEC * 1000;
const OUTAGE_MS = 3 * WINDOW_MS;
/** More than one and a half scrapes, and less than half of the span of rates. */
const LAG_MS = 3000;

describe('faults', () => {
  let suite: MetricsSuite;
  let firstLive: Date;
  /** Between these Prometheus itself has no samples, and rates that reach into it are low. */
  let scrapesStopped: Date;
  let scrapesWhole: Date;

  const newest = async (): Promise<Date> => (await suite.windows()).at(-1)!.at;
  /** Real time goes by until the clock has closed windows that the fault hit. */
  const outage = async (): Promise<void> => {
    const endsAt = Date.now() + OUTAGE_MS;
    await until(() => Date.now() >= endsAt, { deadlineMs: OUTAGE_MS * 2, everyMs: 200, what: 'the outage' });
  };

  /** Ends of windows since the first live one that are not known, up to `to`. */
  async function holes(to: Date): Promise<string[]> {
    const stored = new Map((await suite.windows()).map((window) => [window.at.getTime(), window]));
    const missing: string[] = [];
    for (let at = firstLive.getTime(); at <= to.getTime(); at += WINDOW_MS) {
      const window = stored.get(at);
      if (!window || window.state === 'failed' || !window.published)
        missing.push(`${new Date(at).toISOString()} ${window?.state ?? 'missing'}`);
    }
    return missing;
  }

  /** Every window up to two after now is there and published. */
  async function recovered(): Promise<void> {
    const goal = Date.now() + 2 * WINDOW_MS;
    await until(async () => (await newest()).getTime() >= goal - WINDOW_MS, {
      deadlineMs: 60_000,
      everyMs: 250,
      what: 'windows after the fault',
    });
    const to = await newest();
    await until(async () => (await holes(to)).length === 0, { deadlineMs: 60_000, everyMs: 250, what: 'history without holes' }).catch(
      async (error: Error) => {
        throw new Error(`${error.message}: ${(await holes(to)).join(', ')}\n${suite.service.output.slice(-4000)}`);
      },
    );
  }

  /** Each chunk of each window is in the stream once. */
  function expectOnce(events: readonly WindowClosed[]): void {
    const ids = events.map(({ at, chunk }) => `${at} ${chunk.index}`);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const published = new Set(events.map(({ at }) => at));
    const expected: string[] = [];
    for (let at = firstLive.getTime(); at <= Date.parse(events.at(-1)!.at); at += WINDOW_MS) expected.push(new Date(at).toISOString());
    expect(expected.filter((at) => !published.has(at))).toEqual([]);
  }

  beforeAll(async () => {
    suite = await MetricsSuite.start([{ source: 'web', target: 'cart', requestsPerSecond: 40 }]);
    const first = await until(async () => (await suite.windows()).filter(({ state }) => state === 'read').at(2), {
      deadlineMs: 60_000,
      everyMs: 250,
      what: 'live windows',
    });
    firstLive = first.at;
  }, 120_000);

  afterAll(async () => {
    await suite?.[Symbol.asyncDispose]();
  });

  it('killed with SIGKILL, it fills what it missed', async () => {
    await suite.service.stop('SIGKILL');
    await outage();
    await suite.service.restart();
    await recovered();
    expect((await suite.windows()).filter(({ state, at }) => state === 'backfilled' && at >= firstLive).length).toBeGreaterThanOrEqual(2);
    // Prometheus went on scraping: rates are whole.
    expect((await suite.events()).filter(({ at, coverage }) => at >= firstLive.toISOString() && coverage !== undefined)).toEqual([]);
  }, 120_000);

  it('without Prometheus it says so, and goes on when it is back', async () => {
    scrapesStopped = new Date();
    await suite.prometheus.stop();
    await until(
      async () => {
        const { sources } = await suite.requester.request(METRICS_SUBJECTS.overviewGet, {});
        return sources[0]?.state === 'down';
      },
      { deadlineMs: 3 * WINDOW_MS, everyMs: 250, what: 'the answer that Prometheus is down' },
    );
    await outage();
    await suite.prometheus.restart();
    scrapesWhole = new Date(Date.now() + 4 * WINDOW_MS);
    await recovered();
    await until(async () => (await suite.events()).some(({ at }) => at > scrapesWhole.toISOString()), {
      deadlineMs: 8 * WINDOW_MS,
      everyMs: 250,
      what: 'windows whose rates are whole again',
    });
    const events = (await suite.events()).filter(({ at, backfilled }) => at >= firstLive.toISOString() && !backfilled);
    const low = events.filter(({ coverage }) => coverage !== undefined);
    expect(low.map(({ coverage }) => coverage)).toContain('partial');
    for (const { at } of low) expect(at > scrapesStopped.toISOString() && at <= scrapesWhole.toISOString()).toBe(true);
    // Whatever is said to be whole is.
    for (const { edges, coverage } of events)
      if (coverage === undefined)
        for (const { requestsPerSecond } of edges) expect(Math.abs(requestsPerSecond - 40)).toBeLessThan(40 * 0.05);
  }, 120_000);

  it('without a database it publishes all the same, and stores the windows afterwards', async () => {
    const before = (await suite.events()).length;
    await suite.postgres.stop();
    await expect(suite.requester.request(METRICS_SUBJECTS.overviewGet, {})).rejects.toMatchObject({ code: 'database/unavailable' });
    await outage();
    expect((await suite.events()).length).toBeGreaterThanOrEqual(before + 2);
    await suite.postgres.restart();
    await recovered();
  }, 120_000);

  it('with a database that is slow the edges go out, and nobody is told to ask before they are stored', async () => {
    await until(async () => (await suite.told()).at(-1)?.at === (await suite.events()).at(-1)?.at, {
      deadlineMs: 4 * WINDOW_MS,
      everyMs: 100,
      what: 'a moment between windows',
    });
    const last = (await suite.events()).at(-1)!.at;
    const release = await suite.lockWindows();
    let next: WindowClosed;
    try {
      next = await until(async () => (await suite.events()).find(({ at }) => at > last), {
        deadlineMs: 4 * WINDOW_MS,
        everyMs: 100,
        what: 'the edges of the next window',
      });
      expect((await suite.told()).filter(({ at }) => at > last)).toEqual([]);
    } finally {
      await release();
    }
    const told = await until(async () => (await suite.told()).find(({ at }) => at === next.at), {
      deadlineMs: 4 * WINDOW_MS,
      everyMs: 100,
      what: 'the word that it is stored',
    });
    expect(told).toMatchObject({ backfilled: false, edges: next.edges.length });
    expect((await suite.windows()).find(({ at }) => at.toISOString() === next.at)).toMatchObject({ state: 'read' });
    await recovered();
  }, 120_000);

  it('without NATS it stores, and publishes in order when NATS is back', async () => {
    const before = await newest();
    await suite.nats.stop();
    await outage();
    expect((await newest()).getTime()).toBeGreaterThanOrEqual(before.getTime() + 2 * WINDOW_MS);
    const waiting = (await suite.windows()).filter(({ published }) => !published).map(({ at }) => at.toISOString());
    expect(waiting.length).toBeGreaterThanOrEqual(2);
    await suite.nats.restart();
    await recovered();
    const order = (await suite.events()).map(({ at }) => at).filter((at) => waiting.includes(at));
    expect(order).toEqual(waiting);
  }, 120_000);

  it('published every window once, and told once that it is there', async () => {
    const events = await suite.events();
    expectOnce(events);
    const told = (await suite.told()).map(({ at }) => at);
    expect(told.filter((at, index) => told.indexOf(at) !== index)).toEqual([]);
    expect(new Set(told)).toEqual(new Set(events.map(({ at }) => at)));
  });

  it('has the right rates in every window that it takes for whole, read back ones too', async () => {
    const rows = await suite.query<{ requests: number; state: string; at: Date }>(
      `SELECT e.requests, w.state, w.at FROM metrics.edge_windows e JOIN metrics.windows w USING (source_key, at) WHERE w.at >= $1 AND w.state <> 'partial'`,
      [firstLive],
    );
    for (const kind of ['read', 'backfilled']) expect(rows.filter(({ state }) => state === kind).length).toBeGreaterThan(2);
    expect(rows.filter(({ requests }) => Math.abs(requests - 40) >= 40 * 0.03)).toEqual([]);
    // What reached into the time without samples is known to be a gap.
    const gap = (await suite.windows()).filter(({ state, at }) => state === 'partial' && at >= firstLive);
    expect(gap.length).toBeGreaterThan(0);
    expect(gap.filter(({ at }) => at <= scrapesStopped || at > scrapesWhole)).toEqual([]);
  });

  it('reads a span back without rates that are too low; where there are no others, it says so', async () => {
    const windows = await suite.windows();
    const [low, whole] = windows.slice(windows.findLastIndex(({ state, at }) => state === 'partial' && at >= firstLive));
    const read = (window: typeof low, count: number) =>
      suite.requester.request(METRICS_SUBJECTS.windowRead, { at: window!.at.toISOString(), windowSec: count * WINDOW_SEC });
    expect(await read(low, 1)).toMatchObject({ windowsExpected: 1, windowsPresent: 1, windowsPartial: 1 });
    const both = await read(whole, 2);
    expect(both).toMatchObject({ windowsExpected: 2, windowsPresent: 1, windowsPartial: 0 });
    expect(Math.abs(both.edges[0]!.requestsPerSecond - 40)).toBeLessThan(40 * 0.03);
  });

  it('reads again what it read before its samples were there, and tells nobody twice', async () => {
    const since = await newest();
    suite.target.lagMs = LAG_MS;
    const isEarly = ({ at, coverage }: WindowClosed) => at > since.toISOString() && coverage === 'partial';
    const early = await until(async () => (await suite.events()).find(isEarly), {
      deadlineMs: 8 * WINDOW_MS,
      everyMs: 250,
      what: 'a window that was read too early',
    });
    expect(early.backfilled).toBe(false);
    const isWhole = ({ at, state }: { at: Date; state: string }) => at.toISOString() === early.at && state === 'backfilled';
    await until(async () => (await suite.windows()).some(isWhole), {
      deadlineMs: 8 * WINDOW_MS,
      everyMs: 250,
      what: 'the same window, whole',
    });
    const rows = await suite.query<{ requests: number }>('SELECT requests FROM metrics.edge_windows WHERE at = $1', [early.at]);
    expect(rows).toHaveLength(1);
    expect(Math.abs(rows[0]!.requests - 40)).toBeLessThan(40 * 0.03);
    expectOnce(await suite.events());
  }, 120_000);
});
