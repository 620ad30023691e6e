/**
 * The minutes between the loaded history and now, told by the live mesh itself: its own pods, with counters that go on.
 * Without them every series would begin with the first scrape, and each rate of the first minutes would read too low.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GroupCache, labelBlock, type Metric, type SeriesGroup, type Sink } from '../exposition/series.js';
import { writeTraffic } from '../exposition/scrape.js';
import { isScraped, targetLabels } from '../exposition/targets.js';
import type { Cluster } from '../model/cluster.js';
import type { Engine } from '../traffic/engine.js';
import { importFile } from './import.js';
import { SampleFile } from './sample-file.js';

/** Covers a rate over five minutes twice. */
export const RECENT_SEC = 600;
const STEP_SEC = 15;
const PASSES = 3;
/** A history that ended longer ago was loaded by a start that came to nothing: the gap stays one. */
const MAX_GAP_SEC = 3 * RECENT_SEC;

export interface RecentOptions {
  readonly cluster: Cluster;
  readonly engine: Engine;
  /** Where the loaded history ends. */
  readonly fromSec: number;
  /** Data folder of the Prometheus. */
  readonly outFolder: string;
}

const nowSec = (): number => Math.floor(Date.now() / 1000);

/** Samples written; 0 where the Prometheus has run before, and its own data goes on from there. */
export async function writeRecent({ cluster, engine, fromSec, outFolder }: RecentOptions): Promise<number> {
  if (existsSync(join(outFolder, 'wal')) || !existsSync(outFolder) || nowSec() - fromSec > MAX_GAP_SEC) return 0;
  const folder = await mkdtemp(join(outFolder, 'openmetrics-'));
  try {
    const path = join(folder, 'recent.txt');
    const groups = new GroupCache();
    const targets = cluster.pods.filter(isScraped).map((pod, id) => ({ pod, id, labels: labelBlock(targetLabels(cluster, pod)) }));
    engine.rewind(fromSec);
    const writeInstant = (file: SampleFile, timeSec: number) => {
      engine.advanceTo(timeSec);
      for (const target of targets) {
        const { sink, flush } = summed(file.sinkAt(timeSec, target));
        writeTraffic({ cluster, counters: engine.counters, groups, sink, podCount: ({ replicas }) => replicas }, target.pod, {
          uptimeSec: timeSec - fromSec,
        });
        flush();
      }
    };
    let [atSec, samples] = [fromSec, 0];
    // Writing takes seconds in which nobody scrapes; once more, and little is left of them.
    for (let pass = 0; pass < PASSES && atSec + STEP_SEC <= nowSec(); pass += 1) {
      const file = new SampleFile(path, () => true);
      const untilSec = nowSec();
      for (; atSec + STEP_SEC <= untilSec; atSec += STEP_SEC) writeInstant(file, atSec + STEP_SEC);
      file.close();
      await importFile('promtool', path, outFolder);
      samples += file.samples;
    }
    return samples;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Equal series of one pod are added up, as a scrape does: an import refuses a second value for the same instant. */
function summed(write: Sink): { sink: Sink; flush: () => void } {
  const sums = new Map<string, { group: SeriesGroup; metric: Metric; value: number }>();
  return {
    sink: (group, metric, value) => {
      const key = `${metric.id} ${group.labels}`;
      const known = sums.get(key);
      if (known) known.value += value;
      else sums.set(key, { group, metric, value });
    },
    flush: () => {
      for (const { group, metric, value } of sums.values()) write(group, metric, value);
    },
  };
}
