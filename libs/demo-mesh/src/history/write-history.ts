/**
 * The days before the first start, from the same simulation as the live mesh: written as OpenMetrics, a stretch at a time,
 * and turned into blocks by promtool. Samples are SPACING_SEC apart and one pod stands for all of a workload, which keeps a
 * week to some four million samples; rates over a quarter of an hour and more are the live mesh's.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { writeTraffic } from '../exposition/scrape.js';
import { GroupCache, labelBlock, type Metric, type SeriesGroup, type Sink } from '../exposition/series.js';
import { isScraped, targetLabels } from '../exposition/targets.js';
import type { Exposition } from '../exposition/writer.js';
import { influenceOf } from '../faults/influence.js';
import { Cluster } from '../model/cluster.js';
import type { Pod } from '../model/types.js';
import { Counters } from '../traffic/counters.js';
import { ALLOWED } from '../traffic/influence.js';
import { meshState, type MeshState } from '../traffic/state.js';
import { pastBends, type Past } from './incidents.js';

export const SPACING_SEC = 240;
/** A block of promtool's, on the clock: it reads a file once to find its blocks and once more for each of them. */
const STRETCH_SEC = 2 * 3600;
/** What the suite reads; request sizes, and Linkerd's double counts by route, would triple the work. */
const KEPT =
  /^(istio_requests_total|istio_request_duration_milliseconds_(bucket|sum|count)|istio_tcp_\w+|response_total|response_latency_ms_(bucket|sum|count)|tcp_(open_total|read_bytes_total|write_bytes_total))\{/;

/** The client's histogram says the same again where the server has one, and nothing in the shop takes longer than ten seconds. */
const LEFT_OUT =
  /^istio_request_duration_milliseconds_\w+\{reporter="source".*destination_principal="spiffe:|_bucket\{.*,le="(30000|60000|300000|600000|1800000|3600000|20000|40000|50000)"/;

export interface HistoryOptions {
  readonly past: Past;
  readonly seed: number;
  /** Prometheus' data folder. */
  readonly out: string;
  readonly say?: (line: string) => void;
}

class PastMesh {
  readonly cluster = new Cluster();
  private readonly counters: Counters;
  private readonly groups = new GroupCache();
  private readonly series = new Map<Pod, Map<SeriesGroup, (string | null)[]>>();
  private readonly bends: ReturnType<typeof pastBends>;

  constructor(private readonly options: HistoryOptions) {
    this.counters = new Counters(options.seed);
    this.bends = pastBends(this.cluster, options.past);
  }

  advance(timeSec: number): void {
    this.counters.advance(this.stateAt(timeSec), timeSec, SPACING_SEC);
  }

  /** Every kept series at this time, as OpenMetrics lines. */
  lines(timeSec: number): string {
    let text = '';
    for (const pod of this.cluster.pods) {
      if (pod.index !== 0 || !isScraped(pod)) continue;
      const sums = new Map<string, number>();
      const sink: Sink = (group, metric, value) => {
        const series = this.seriesOf(pod, group, metric);
        if (series !== null) sums.set(series, (sums.get(series) ?? 0) + value);
      };
      const exposition: Exposition = { cluster: this.cluster, counters: this.counters, groups: this.groups, sink, podCount: () => 1 };
      writeTraffic(exposition, pod, { uptimeSec: timeSec - this.options.past.fromSec });
      for (const [series, value] of sums) text += `${series}${value} ${timeSec}\n`;
    }
    return text;
  }

  /** The series with its labels, null when it is not kept: built once, there are thousands at each of thousands of times. */
  private seriesOf(pod: Pod, group: SeriesGroup, metric: Metric): string | null {
    let ofPod = this.series.get(pod);
    if (!ofPod) this.series.set(pod, (ofPod = new Map()));
    let ofGroup = ofPod.get(group);
    if (!ofGroup) ofPod.set(group, (ofGroup = []));
    let series = ofGroup[metric.id];
    if (series === undefined) {
      const text = `${metric.head}${group.labels},${labelBlock(targetLabels(this.cluster, pod))}${metric.tail}`;
      ofGroup[metric.id] = series = KEPT.test(text) && !LEFT_OUT.test(text) ? text : null;
    }
    return series;
  }

  private stateAt(timeSec: number): MeshState {
    const bends = this.bends.filter(({ startSec, endSec }) => startSec <= timeSec && timeSec < endSec);
    const influence = influenceOf({ bends, faultLanes: new Set(), refusal: () => ALLOWED });
    return meshState({ cluster: this.cluster, seed: this.options.seed, timeSec, lanes: this.cluster.lanes, influence });
  }
}

async function createBlocks(file: string, out: string): Promise<void> {
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, out];
  const child = spawn('promtool', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let problem = '';
  child.stderr.on('data', (chunk: Buffer) => (problem += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`promtool ended with ${code}: ${problem.trim().slice(-1000)}`);
}

/** Rejects when promtool is missing or refuses; blocks that were made stay. */
export async function writeHistory(options: HistoryOptions): Promise<void> {
  const { past, out, say = () => undefined } = options;
  await mkdir(out, { recursive: true });
  const mesh = new PastMesh(options);
  const file = join(out, 'history.openmetrics');
  const pending: Promise<void>[] = [];
  try {
    let untilSec: number;
    for (let fromSec = past.fromSec; fromSec < past.untilSec; fromSec = untilSec) {
      untilSec = Math.min((Math.floor(fromSec / STRETCH_SEC) + 1) * STRETCH_SEC, past.untilSec);
      const stretch = `${file}.${fromSec}`;
      await writeStretch(mesh, stretch, { fromSec, untilSec });
      // One stretch is turned into blocks while the next is simulated.
      await pending.pop();
      pending.push(createBlocks(stretch, out).finally(() => rm(stretch, { force: true })));
      say(`history up to ${new Date(untilSec * 1000).toISOString()}`);
    }
  } finally {
    await pending.pop();
  }
}

async function writeStretch(mesh: PastMesh, file: string, span: { fromSec: number; untilSec: number }): Promise<void> {
  const stream = createWriteStream(file);
  for (let timeSec = span.fromSec; timeSec < span.untilSec; timeSec += SPACING_SEC) {
    mesh.advance(timeSec);
    if (!stream.write(mesh.lines(timeSec))) await once(stream, 'drain');
  }
  stream.end('# EOF\n');
  await once(stream, 'finish');
}
