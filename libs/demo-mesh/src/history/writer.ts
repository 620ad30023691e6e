/**
 * The past of the demo as TSDB blocks: the same simulation as the live one, in long steps, one pod per workload.
 * A file holds one block's span of two hours, since promtool reads a file once for each block in it.
 */
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
import { importFile } from './import.js';
import { keepInHistory } from './keep.js';
import { SampleFile } from './sample-file.js';

const BLOCK_SEC = 7200;
/** The longest at which a rate over five minutes always has two samples. */
export const STEP_SEC = 150;
/** Where the live mesh's own pods take over, short steps keep what a rate adds beyond a series' last sample small. */
const LAST_STEP_SEC = 15;
const LAST_SPAN_SEC = 600;
const PARALLEL_IMPORTS = 2;

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
  private atSec: number | undefined;
  /** The first pod of each workload stands for all, to keep the number of series small; a ztunnel only speaks for its node. */
  private readonly pods = this.cluster.pods.filter((pod) => (pod.index === 0 || pod.workload.role === 'ztunnel') && isScraped(pod));
  private readonly targets = this.pods.map((pod, id) => ({ pod, id, labels: labelBlock(targetLabels(this.cluster, pod)) }));

  constructor(private readonly options: HistoryOptions) {
    this.counters = new Counters(options.seed);
    this.bends = pastBends(this.cluster, pastOf(options.fromSec, options.untilSec));
  }

  /** Moves on to the instant and writes every series there. */
  step(timeSec: number, file: SampleFile): void {
    const stepSec = timeSec - (this.atSec ?? timeSec - STEP_SEC);
    this.atSec = timeSec;
    const middleSec = timeSec - stepSec / 2;
    const bends = this.bends.filter(({ startSec, endSec }) => startSec <= middleSec && middleSec < endSec);
    const influence = influenceOf({ bends, faultLanes: new Set(), refusal: () => ALLOWED });
    const state = meshState({ cluster: this.cluster, lanes: this.cluster.lanes, timeSec: middleSec, seed: this.options.seed, influence });
    this.counters.advance(state, timeSec, stepSec);
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

const sampleAfter = (timeSec: number, untilSec: number): number =>
  timeSec + (untilSec - timeSec > LAST_SPAN_SEC ? STEP_SEC : LAST_STEP_SEC);

/** Writes whole blocks from `fromSec` to `untilSec`. Rejects with the first import that failed. */
export async function writeHistory(options: HistoryOptions): Promise<HistoryResult> {
  const { fromSec, untilSec, outFolder, promtool = 'promtool' } = options;
  await mkdir(outFolder, { recursive: true });
  const folder = await mkdtemp(join(outFolder, 'openmetrics-'));
  const simulation = new PastSimulation(options);
  const running = new Set<Promise<void>>();
  let samples = 0;
  let blocks = 0;
  let timeSec = Math.ceil(fromSec / STEP_SEC) * STEP_SEC;
  try {
    for (let blockSec = Math.floor(fromSec / BLOCK_SEC) * BLOCK_SEC; blockSec < untilSec; blockSec += BLOCK_SEC) {
      const path = join(folder, `${blockSec}.txt`);
      const file = new SampleFile(path, keepInHistory);
      for (; timeSec < blockSec + BLOCK_SEC && timeSec <= untilSec; timeSec = sampleAfter(timeSec, untilSec))
        simulation.step(timeSec, file);
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
