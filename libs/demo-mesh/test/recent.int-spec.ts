/** From the loaded history over the first minutes into the live mesh: no rate may show where one ends and the other begins. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, until, type Server } from '@observatory/testing';
import { prometheusConfig } from '../src/exposition/targets.js';
import { pastOf, writePast } from '../src/history/incidents.js';
import { RECENT_SEC } from '../src/history/recent.js';
import { STEP_SEC, writeHistory } from '../src/history/writer.js';
import { startDemo, type RunningDemo } from '../src/server.js';

const SEED = 7;
const REQUESTS = 'sum(rate(istio_requests_total{reporter="destination",destination_workload="catalog"}[5m]))';

describe('the minutes before the first scrape', () => {
  let folder: string;
  let demo: RunningDemo;
  let prometheus: Server;
  const untilSec = Math.floor((Date.now() / 1000 - RECENT_SEC) / STEP_SEC) * STEP_SEC;
  const fromSec = untilSec - 3600;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-recent-'));
    const outFolder = join(folder, 'data');
    await writeHistory({ outFolder, fromSec, untilSec, seed: SEED });
    await writePast(folder, pastOf(fromSec, untilSec));
    demo = await startDemo({ kubePort: 0, httpPort: 0, dataFolder: folder, seed: SEED, prometheusFolder: outFolder });
    prometheus = await startPrometheus({ folder, config: prometheusConfig(demo.httpUrl) });
  }, 60_000);
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function rates(startSec: number, endSec: number): Promise<number[]> {
    const asked = new URLSearchParams({ query: REQUESTS, start: String(startSec), end: String(endSec), step: '30' });
    const answer = (await (await fetch(`${prometheus.url}/api/v1/query_range?${asked}`)).json()) as {
      data: { result: { values: [number, string][] }[] };
    };
    return answer.data.result[0]?.values.map(([, value]) => Number(value)) ?? [];
  }

  it('go on at the rate of the history, and so do the first scrapes', async () => {
    const before = await rates(untilSec - 1800, untilSec - 600);
    const usual = before.reduce((sum, rate) => sum + rate, 0) / before.length;
    const startedSec = Date.now() / 1000;
    const seen = await until(
      async () => {
        const now = await rates(untilSec - 300, Date.now() / 1000);
        return Date.now() / 1000 - startedSec > 12 && now.length >= (RECENT_SEC + 300) / 30 ? now : undefined;
      },
      { deadlineMs: 40_000, everyMs: 1000, what: 'some scrapes of the live mesh' },
    );
    // The day goes on meanwhile, by up to 15 in a hundred where it is steep, and there is noise; a seam would halve the rate.
    for (const rate of seen) expect(Math.abs(rate / usual - 1)).toBeLessThan(0.3);
  }, 60_000);
});
