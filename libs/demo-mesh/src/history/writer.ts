/**
 * The past of the demo as TSDB blocks: the same simulation as the live one, in long steps, one pod per workload.
 * A file holds one block's span of two hours, since promtool reads a file once for each block in it.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isScraped, targetLabels } from '../exposition/targets.js';
import { writeTraffic } from '../exposition/scrape.js';
import { GroupCache, labelBlock } from '../exposition/series.js';
import type { Exposition } from '../exposition/writer.js';
import { influenceOf } from '../faults/influence.js';
import { Cluster } from '../model/cluster.js';
import { Counters } from '../traffic/counters.js';
import { ALLOWED } from '../traffic/influence.js';
import { meshState } from '../traffic/state.js';
import { pastBends, pastOf, type TimedBend } from './incidents.js';
import { keepInHistory } from './keep.js';
import { SampleFile } from './sample-file.js';

const BLOCK_SEC = 7200;
/** The longest at which a rate over five minutes always has two samples. */
export const STEP_SEC = 150;
const PARALLEL_IMPORTS = 2;
/** An import lives for a second and holds little: collecting less saves a quarter of its time, measured. */
const IMPORT_ENVIRONMENT = { GOGC: '800', GOMAXPROCS: '1' };

export interface HistoryOptions {
  readonly outFolder: string;
  readonly fromSec: number;
  readonly untilSec: number;
  readonly seed: number;
  readonly promtool?: string;
  /** Told of progress, 0 to 1. */
  report?(share: number): void;
}

export interface HistoryResult {
  readonly samples: number;
  readonly blocks: number;
}

class PastSimulation {
  readonly cluster = new Cluster();
  private readonly counters: Counters;
  private readonly groups = new GroupCache();
  private readonly bends: readonly TimedBend[];
  /** The first pod of each workload stands for all, to keep the number of series small; a ztunnel only speaks for its node. */
  private readonly pods = this.cluster.pods.filter((pod) => (pod.index === 0 || pod.workload.role === 'ztunnel') && isScraped(pod));
  private readonly targets = this.pods.map((pod, id) => ({ pod, id, labels: labelBlock(targetLabels(this.cluster, pod)) }));

  constructor(private readonly options: HistoryOptions) {
    this.counters = new Counters(options.seed);
    this.bends = pastBends(this.cluster, pastOf(options.fromSec, options.untilSec));
  }

  /** Moves on to the instant and writes every series there. */
  step(timeSec: number, file: SampleFile): void {
    const middleSec = timeSec - STEP_SEC / 2;
    const bends = this.bends.filter(({ startSec, endSec }) => startSec <= middleSec && middleSec < endSec);
    const influence = influenceOf({ bends, faultLanes: new Set(), refusal: () => ALLOWED });
    const state = meshState({ cluster: this.cluster, lanes: this.cluster.lanes, timeSec: middleSec, seed: this.options.seed, influence });
    this.counters.advance(state, timeSec, STEP_SEC);
    for (const target of this.targets) {
      const exposition: Exposition = {
        cluster: this.cluster,
        counters: this.counters,
        groups: this.groups,
        sink: file.sinkAt(timeSec, target),
        podCount: () => 1,
      };
      writeTraffic(exposition, target.pod);
    }
  }
}

function importFile(promtool: string, file: string, outFolder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, outFolder], {
      env: { ...process.env, ...IMPORT_ENVIRONMENT },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(error.code === 'ENOENT' ? `${promtool} is not installed: it comes with prometheus` : error.message)),
    );
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`promtool ended with ${code}: ${complaint.trim()}`))));
  });
}

/** Writes whole blocks from `fromSec` to `untilSec`. Rejects with the first import that failed. */
export async function writeHistory(options: HistoryOptions): Promise<HistoryResult> {
  const { fromSec, untilSec, outFolder, promtool = 'promtool' } = options;
  await mkdir(outFolder, { recursive: true });
  const folder = await mkdtemp(join(outFolder, 'openmetrics-'));
  const simulation = new PastSimulation(options);
  const running = new Set<Promise<void>>();
  let samples = 0;
  let blocks = 0;
  try {
    for (let blockSec = Math.floor(fromSec / BLOCK_SEC) * BLOCK_SEC; blockSec < untilSec; blockSec += BLOCK_SEC) {
      const path = join(folder, `${blockSec}.txt`);
      const file = new SampleFile(path, keepInHistory);
      const first = Math.max(blockSec, Math.ceil(fromSec / STEP_SEC) * STEP_SEC);
      for (let timeSec = first; timeSec < Math.min(blockSec + BLOCK_SEC, untilSec); timeSec += STEP_SEC) simulation.step(timeSec, file);
      file.close();
      samples += file.samples;
      blocks += 1;
      while (running.size >= PARALLEL_IMPORTS) await Promise.race(running);
      const importing: Promise<void> = importFile(promtool, path, outFolder).then(async () => {
        await rm(path);
        running.delete(importing);
      });
      running.add(importing);
      options.report?.((blockSec + BLOCK_SEC - fromSec) / (untilSec - fromSec));
    }
    await Promise.all(running);
  } finally {
    await Promise.allSettled(running);
    await rm(folder, { recursive: true, force: true });
  }
  return { samples, blocks };
}
