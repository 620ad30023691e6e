import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, type Server } from '@observatory/testing';
import { parseTarget } from '../src/faults/kinds.js';
import { pastBends, pastOf, readPast, writePast } from '../src/history/incidents.js';
import { writeHistory } from '../src/history/writer.js';
import { Cluster } from '../src/model/cluster.js';
import { ALLOWED } from '../src/traffic/influence.js';
import { influenceOf } from '../src/faults/influence.js';
import { meshState } from '../src/traffic/state.js';

const SEED = 7;
const untilSec = Math.floor(Date.now() / 1000) - 60;
const fromSec = untilSec - 30 * 3600;
const cluster = new Cluster();
/** Rates are compared over so long that the noise of single steps, which are not the same on both sides, is small beside the tolerance. */
const SPAN_SEC = 3600;
const SPAN_STEP_SEC = 30;

let folder: string;
let prometheus: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-history-'));
  await writeHistory({ outFolder: join(folder, 'data'), fromSec, untilSec, seed: SEED });
  prometheus = await startPrometheus({ folder });
});
afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function one(promql: string, atSec: number): Promise<number> {
  const response = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: promql, time: String(atSec) })}`);
  const body = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(body.data.result[0]?.value[1] ?? Number.NaN);
}

function simulatedRps(from: string, to: string, atSec: number): number {
  const past = pastOf(fromSec, untilSec);
  let total = 0;
  for (let timeSec = atSec - SPAN_SEC + SPAN_STEP_SEC; timeSec <= atSec; timeSec += SPAN_STEP_SEC) {
    const bends = pastBends(cluster, past).filter(({ startSec, endSec }) => startSec <= timeSec && timeSec < endSec);
    const influence = influenceOf({ bends, faultLanes: new Set(), refusal: () => ALLOWED });
    const states = meshState({ cluster, lanes: cluster.lanes, timeSec, seed: SEED, influence });
    for (const { lane, unitsPerSecond } of states.values())
      if (lane.source.name === from && lane.target?.name === to) total += (unitsPerSecond * SPAN_STEP_SEC) / SPAN_SEC;
  }
  return total;
}

describe('the loaded history', () => {
  it('leaves no text behind', async () => {
    const left = await readdir(join(folder, 'data'));
    expect(left.filter((name) => name.startsWith('openmetrics'))).toEqual([]);
    expect(left.filter((name) => /^[0-9A-Z]{26}$/.test(name)).length).toBeGreaterThanOrEqual(15);
  });

  it.each([2, 9, 21])('goes at the rates of the simulation %p hours ago', async (hours) => {
    const atSec = untilSec - hours * 3600;
    for (const reporter of ['source', 'destination']) {
      const measured = await one(
        `sum(rate(istio_requests_total{reporter="${reporter}",source_workload="storefront",destination_workload="catalog"}[${SPAN_SEC}s]))`,
        atSec,
      );
      expect(Math.abs(measured / simulatedRps('storefront', 'catalog', atSec) - 1)).toBeLessThan(0.05);
    }
  });

  it('has every kind of series at its end', async () => {
    for (const selector of [
      'istio_request_duration_milliseconds_bucket{reporter="destination"}',
      'istio_request_bytes_sum',
      'istio_requests_total{reporter="waypoint"}',
      'istio_tcp_sent_bytes_total{app="ztunnel"}',
      'response_total{direction="outbound"}',
      'response_latency_ms_bucket{direction="outbound"}',
      'tcp_write_bytes_total{peer="dst"}',
    ]) {
      expect({ selector, rate: await one(`sum(rate(${selector}[5m])) > bool 0`, untilSec - 60) }).toEqual({ selector, rate: 1 });
    }
  });

  it('shows the slow afternoon of the catalog', async () => {
    const slow = pastBends(cluster, pastOf(fromSec, untilSec)).find(({ effect }) => effect.ownLatencyFactor !== undefined)!;
    expect(slow.target).toEqual(parseTarget(cluster, 'shop/catalog'));
    const meanMs = (atSec: number) =>
      one(
        'sum(rate(istio_request_duration_milliseconds_sum{destination_workload="catalog"}[10m])) / sum(rate(istio_request_duration_milliseconds_count{destination_workload="catalog"}[10m]))',
        atSec,
      );
    expect((await meanMs(slow.startSec + 1800)) / (await meanMs(slow.startSec - 1800))).toBeGreaterThan(3);
  });

  it('says afterwards what happened', async () => {
    const past = pastOf(fromSec, untilSec);
    await writePast(folder, past);
    expect(await readPast(folder)).toEqual(past);
    expect(await readPast(join(folder, 'none'))).toBeUndefined();
  });
});
