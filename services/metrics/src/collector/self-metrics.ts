/** What the collector costs, for our own Prometheus. */
import { counter, gauge, histogram } from '@observatory/platform';
import type { ReadCost } from './window-reader.js';

const labelNames = ['cluster', 'kind'] as const;
const prefix = 'observatory_metrics_';
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30];

const windowSeconds = histogram({
  name: `${prefix}window_seconds`,
  help: 'From the end of a window until it is out, stored and told',
  labelNames: ['cluster'],
  buckets: SECONDS,
});
const prometheusSeconds = counter({
  name: `${prefix}prometheus_seconds_total`,
  help: 'Time that Prometheus worked for us',
  labelNames,
});
const queries = counter({ name: `${prefix}queries_total`, help: 'Queries sent to Prometheus', labelNames });
const rows = counter({ name: `${prefix}rows_total`, help: 'Rows that Prometheus answered', labelNames });
const windows = counter({
  name: `${prefix}windows_total`,
  help: 'Windows by what became of them',
  labelNames: ['cluster', 'state'],
});
const problems = counter({
  name: `${prefix}telemetry_problems_total`,
  help: 'Samples that could not be taken as they were',
  labelNames: ['cluster', 'code'],
});
const edges = gauge({ name: `${prefix}edges`, help: 'Edges with traffic in the last window', labelNames: ['cluster'] });

const watched = gauge({
  name: `${prefix}watched_workloads`,
  help: 'Workloads whose latency buckets were read in the last window because somebody looks at them or an incident is about them',
  labelNames: ['cluster'],
});

const stageSeconds = histogram({
  name: `${prefix}window_stage_seconds`,
  help: 'Parts of a window: wait from its end until it is asked for, read by Prometheus and by us, close by sending its edges, store, tell that it is stored',
  labelNames: ['cluster', 'stage'],
  buckets: SECONDS,
});
const closeSeconds = histogram({
  name: `${prefix}window_close_seconds`,
  help: 'From the end of a window until it was closed: read, and all its edges out',
  labelNames: ['cluster'],
  buckets: SECONDS,
});
const querySeconds = histogram({
  name: `${prefix}query_seconds`,
  help: 'Queries of windows, from the question to the last row',
  labelNames: ['cluster', 'query'],
  buckets: SECONDS,
});

export const selfMetrics = { windowSeconds, windows, problems, edges, watched };

type Stage = 'wait' | 'read' | 'close' | 'store' | 'tell';

/** Where the time of one window goes. */
export class StageClock {
  closedAfterMs: number | undefined;
  private lastMs: number;

  constructor(
    private readonly cluster: string,
    private readonly at: Date,
  ) {
    this.lastMs = at.getTime();
  }

  /** The stage ends now; it began when the one before ended. */
  lap(stage: Stage): void {
    const nowMs = Date.now();
    stageSeconds.observe({ cluster: this.cluster, stage }, (nowMs - this.lastMs) / 1000);
    this.lastMs = nowMs;
  }

  closed(): void {
    this.lap('close');
    this.closedAfterMs = this.lastMs - this.at.getTime();
    closeSeconds.observe({ cluster: this.cluster }, this.closedAfterMs / 1000);
  }
}

export function countQueries(cluster: string, { byQuery }: ReadCost): void {
  for (const [query, ms] of Object.entries(byQuery)) querySeconds.observe({ cluster, query }, ms / 1000);
}

export function countCost(cluster: string, kind: 'window' | 'backfill', cost: Pick<ReadCost, 'queries' | 'rows' | 'prometheusMs'>): void {
  prometheusSeconds.inc({ cluster, kind }, cost.prometheusMs / 1000);
  queries.inc({ cluster, kind }, cost.queries);
  rows.inc({ cluster, kind }, cost.rows);
}
