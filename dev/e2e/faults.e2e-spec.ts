/** What the suite must survive (the first round): every process killed, every server away for a while, nothing lost. */
import type { OverviewReply, SuiteStatus, Topology } from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';

const WINDOW_SEC = 5;
const AWAY_MS = 4 * WINDOW_SEC * 1000;

describe('the suite under faults', () => {
  let suite: LaunchedSuite;
  let watchedFrom: Date;

  beforeAll(async () => {
    suite = await launchSuite({ env: { OBSERVATORY_WINDOW_SEC: String(WINDOW_SEC) } });
    // Rates reach back before the first scrape for a while, and series leave that out.
    const isWhole = async () =>
      (await fresh()) && (await get<Topology>('/topology')).body.sources.every(({ detail }) => detail === undefined);
    await until(isWhole, { deadlineMs: 120_000, everyMs: 500, what: 'a fresh map whose rates are whole' });
    watchedFrom = new Date();
  }, 420_000);
  afterAll(() => suite?.[Symbol.asyncDispose](), 60_000);

  async function get<T>(path: string): Promise<{ status: number; tookMs: number; body: T }> {
    const startedAt = performance.now();
    const answer = await fetch(`${suite.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${suite.adminToken}` },
      signal: AbortSignal.timeout(10_000),
    });
    return { status: answer.status, body: (await answer.json()) as T, tookMs: performance.now() - startedAt };
  }
  /** Every source is fresh, and a window that ended after `since` is on the map. */
  async function fresh(since = new Date(0)): Promise<boolean> {
    const { status, body } = await get<Topology>('/topology');
    const isWhole = status === 200 && body.edges.length > 20 && body.sources.length > 1;
    return isWhole && new Date(body.at) > since && body.sources.every(({ state }) => state === 'fresh');
  }
  const freshAgain = (since: Date) =>
    until(() => fresh(since), { deadlineMs: 90_000, everyMs: 500, what: 'a fresh map with a new window' });
  const afterWindows = (count: number) => new Date(Date.now() + count * WINDOW_SEC * 1000);
  async function pidOf(name: string): Promise<number> {
    const found = (await suite.state()).processes.find((process) => process.name === name);
    if (!found) throw new Error(`there is no process ${name}`);
    return found.pid;
  }
  const isBack = (name: string, pid: number) =>
    until(async () => (await pidOf(name).catch(() => pid)) !== pid, { deadlineMs: 15_000, what: `${name} running again` });

  it.each(['metrics', 'topology', 'certs', 'policy', 'anomaly'])(
    'goes on when %s is killed, and says so',
    async (name) => {
      const pid = await pidOf(name);
      process.kill(pid, 'SIGKILL');
      const { status, tookMs, body } = await get<Topology & { code?: string }>('/topology');
      expect(tookMs).toBeLessThan(2500);
      expect([200, 503]).toContain(status);
      if (status === 503) expect(body.code).toMatch(/^service\//);
      await isBack(name, pid);
      await until(async () => (await get<SuiteStatus>('/status')).body.services.find(({ service }) => service === name)?.state === 'up', {
        deadlineMs: 20_000,
        everyMs: 250,
        what: `${name} up on the status page`,
      });
      await freshAgain(afterWindows(1));
    },
    120_000,
  );

  it('brings the gateway back to those who are signed in', async () => {
    const pid = await pidOf('gateway');
    process.kill(pid, 'SIGKILL');
    await isBack('gateway', pid);
    await freshAgain(afterWindows(1));
  }, 120_000);

  it.each(['nats', 'redis', 'postgres'])(
    'goes on when %s is killed and started again',
    async (name) => {
      const pid = await pidOf(name);
      process.kill(pid, 'SIGKILL');
      await isBack(name, pid);
      await freshAgain(afterWindows(2));
    },
    150_000,
  );

  // Prometheus went on scraping until here; what it could not scrape while it stands still, nobody can fill.
  it('has no hole in what it stored meanwhile', async () => {
    const to = new Date();
    const path = `/metrics/overview?from=${watchedFrom.toISOString()}&to=${to.toISOString()}&stepSec=${WINDOW_SEC}`;
    let holes: string[] = [];
    await until(
      async () => {
        const { status, body } = await get<OverviewReply>(path);
        if (status !== 200) return false;
        expect(body).toMatchObject({ resolution: 'raw', stepSec: WINDOW_SEC });
        // The newest windows are still settling when they are asked for.
        const settled = body.mesh.at.filter((at) => Date.parse(at) < to.getTime() - 3 * WINDOW_SEC * 1000);
        holes = settled.filter((_, index) => body.mesh.requestsPerSecond[index] === null);
        return settled.length > 10 && holes.length === 0;
      },
      { deadlineMs: 180_000, everyMs: 2000, what: 'every window stored' },
    ).catch((error: Error) => {
      throw new Error(`${error.message}; holes at ${holes.join(', ')}`);
    });
  }, 200_000);

  it.each([
    ['prometheus', 'Prometheus'],
    ['demo', 'Kubernetes'],
  ])(
    'marks the map when %s does not answer for a while, and recovers',
    async (name, source) => {
      const pid = await pidOf(name);
      process.kill(pid, 'SIGSTOP');
      const stoppedAt = Date.now();
      try {
        const isMarked = async () => {
          const { body } = await get<Topology>('/topology');
          expect(body.edges.length).toBeGreaterThan(20);
          return body.sources.some((one) => one.name === source && one.state !== 'fresh');
        };
        await until(isMarked, { deadlineMs: 60_000, everyMs: 500, what: `${source} marked` });
        await until(() => Date.now() - stoppedAt > AWAY_MS, { deadlineMs: AWAY_MS + 1000, everyMs: 200 });
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await freshAgain(afterWindows(2));
    },
    180_000,
  );
});
