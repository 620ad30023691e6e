/** What the collector costs, for our own Prometheus. */
import { Counter, Gauge, Histogram, register } from 'prom-client';
import type { ReadCost } from './window-reader.js';

/** One set a process, however many applications a test makes in it. */
function once<T>(name: string, make: () => T): T {
  return (register.getSingleMetric(name) as T | undefined) ?? make();
}

const labelNames = ['cluster', 'kind'] as const;
const prefix = 'observatory_metrics_';

const windowSeconds = once(
  `${prefix}window_seconds`,
  () =>
    new Histogram({
      name: `${prefix}window_seconds`,
      help: 'From the end of a window until it is stored and published',
      labelNames: ['cluster'],
      buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30],
    }),
);
const prometheusSeconds = once(
  `${prefix}prometheus_seconds_total`,
  () =>
    new Counter({
      name: `${prefix}prometheus_seconds_total`,
      help: 'Time that Prometheus worked for us',
      labelNames,
    }),
);
const queries = once(
  `${prefix}queries_total`,
  () => new Counter({ name: `${prefix}queries_total`, help: 'Queries sent to Prometheus', labelNames }),
);
const rows = once(
  `${prefix}rows_total`,
  () => new Counter({ name: `${prefix}rows_total`, help: 'Rows that Prometheus answered', labelNames }),
);
const windows = once(
  `${prefix}windows_total`,
  () =>
    new Counter({
      name: `${prefix}windows_total`,
      help: 'Windows by what became of them',
      labelNames: ['cluster', 'state'],
    }),
);
const problems = once(
  `${prefix}telemetry_problems_total`,
  () =>
    new Counter({
      name: `${prefix}telemetry_problems_total`,
      help: 'Samples that could not be taken as they were',
      labelNames: ['cluster', 'code'],
    }),
);
const edges = once(
  `${prefix}edges`,
  () => new Gauge({ name: `${prefix}edges`, help: 'Edges with traffic in the last window', labelNames: ['cluster'] }),
);

export const selfMetrics = { windowSeconds, windows, problems, edges };

export function countCost(cluster: string, kind: 'window' | 'backfill', cost: Pick<ReadCost, 'queries' | 'rows' | 'prometheusMs'>): void {
  prometheusSeconds.inc({ cluster, kind }, cost.prometheusMs / 1000);
  queries.inc({ cluster, kind }, cost.queries);
  rows.inc({ cluster, kind }, cost.rows);
}
