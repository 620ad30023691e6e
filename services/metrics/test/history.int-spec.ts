/** History that was there before us: samples two minutes apart, written into Prometheus as blocks, read back at the first start. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { METRICS_SUBJECTS, nodeId } from '@observatory/contracts';
import { Dependencies, NatsLink, Requester } from '@observatory/platform';
import { startNats, startPostgres, startPrometheus, until, type Server } from '@observatory/testing';
import { Client } from 'pg';
import { CLUSTER, meshLines, type CountedEdge } from './mesh-target.js';
import { MetricsProcess } from './metrics-process.js';

const HOURS = 12;
const SPACING_SEC = 120;
const EDGE: CountedEdge = { source: 'web', target: 'cart', requestsPerSecond: 30, errorShare: 0.2 };

/** OpenMetrics wants the samples of a metric together, oldest first. */
function openMetrics(untilSec: number): string {
  const byMetric = new Map<string, string[]>();
  for (let at = untilSec - HOURS * 3600; at <= untilSec; at += SPACING_SEC) {
    for (const line of meshLines([EDGE], at - untilSec + HOURS * 3600)) {
      const series = line.slice(0, line.lastIndexOf(' '));
      if (!byMetric.has(series)) byMetric.set(series, []);
      byMetric.get(series)!.push(`${line} ${at}`);
    }
  }
  return `${[...byMetric.values()].flat().join('\n')}\n# EOF\n`;
}

describe('history before the first start', () => {
  const closers: (() => Promise<unknown>)[] = [];
  const startedAtSec = Math.floor(Date.now() / 1000);
  let database: Client;
  let requester: Requester;
  let service: MetricsProcess;

  const own = <T extends Server>(server: T): T => {
    closers.push(async () => server[Symbol.asyncDispose]());
    return server;
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'observatory-history-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'history.txt'), openMetrics(startedAtSec));
    await promisify(execFile)('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'history.txt'), join(folder, 'data')]);
    const [prometheus, nats, postgres] = await Promise.all([
      startPrometheus({ folder }).then(own),
      startNats().then(own),
      startPostgres().then(own),
    ]);
    database = new Client({ connectionString: postgres.url });
    await database.connect();
    closers.push(() => database.end());
    const link = new NatsLink(nats.url, 'test', new Dependencies());
    closers.push(async () => link.onApplicationShutdown());
    requester = new Requester(link);
    service = await MetricsProcess.start({ natsUrl: nats.url, databaseUrl: postgres.url, prometheusUrl: prometheus.url, windowSec: 30 });
    closers.push(() => service.stop('SIGTERM'));
  }, 120_000);

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  const count = async (sql: string): Promise<number> => Number((await database.query<{ count: string }>(sql)).rows[0]!.count);

  it('reads the last hour window by window, the rest as means of 5 minutes', async () => {
    await until(async () => (await count(`SELECT count(*) FROM metrics.windows WHERE state = 'backfilled'`)) >= 110, {
      deadlineMs: 60_000,
      everyMs: 500,
      what: 'an hour of windows',
    });
    await until(
      async () => (await count(`SELECT count(*) FROM metrics.rollups WHERE resolution = '5m' AND windows_present > 0`)) >= HOURS * 12 - 3,
      { deadlineMs: 60_000, everyMs: 500, what: 'the older history' },
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${service.output.slice(-3000)}`);
    });
  }, 150_000);

  it('asks for what Prometheus does not have once', async () => {
    await until(async () => (await count(`SELECT count(*) FROM metrics.rollups WHERE resolution = '5m'`)) >= 7 * 288 - 13, {
      deadlineMs: 60_000,
      everyMs: 500,
      what: 'seven days looked at',
    });
  }, 90_000);

  it('rates follow the spacing of the old samples', async () => {
    for (const table of ['edge_windows', 'edge_windows_5m', 'edge_windows_1h']) {
      // The first rates of history reach to before its first sample; the last ones to after its last.
      const { rows } = await database.query<{ requests: number; errors: number }>(
        `SELECT requests, errors FROM metrics.${table} WHERE at > to_timestamp($1) AND at <= to_timestamp($2)`,
        [startedAtSec - (HOURS - 1.2) * 3600, startedAtSec],
      );
      expect(rows.length).toBeGreaterThan(5);
      for (const { requests, errors } of rows) {
        expect(Math.abs(requests - 30)).toBeLessThan(0.9);
        expect(Math.abs(errors - 6)).toBeLessThan(0.2);
      }
    }
  });

  it('answers a series over the whole of it without a gap', async () => {
    const from = new Date((startedAtSec - 11 * 3600) * 1000).toISOString();
    const to = new Date(startedAtSec * 1000).toISOString();
    const series = await requester.request(METRICS_SUBJECTS.workloadSeries, {
      cluster: CLUSTER,
      namespace: 'shop',
      name: 'cart',
      from,
      to,
    });
    expect(series.resolution).toBe('5m');
    expect(series.in.requestsPerSecond.filter((value) => value === null)).toEqual([]);
    const past = await requester.request(METRICS_SUBJECTS.windowRead, {
      at: new Date((startedAtSec - 5 * 3600) * 1000).toISOString(),
      windowSec: 300,
    });
    expect(past).toMatchObject({ resolution: '5m', windowsExpected: 1, windowsPresent: 1 });
    expect(past.edges.map(({ target }) => nodeId('workload', target.cluster, target.namespace, target.name))).toEqual([
      nodeId('workload', CLUSTER, 'shop', 'cart'),
    ]);
  });
});
