/**
 * Which charts does a traffic series make? Requests, errors and latency where there are requests; connections where there is only TCP; bytes always.
 * Invariant: one colour per meaning: p50 is the line, p95 and p99 lighter.
 */
import type { TrafficSeries } from '@observatory/contracts';
import type { ChartSeries } from '../../../components/chart-model.js';
import type { Unit } from '../../../lib/format.js';

export interface ChartSpec {
  title: string;
  unit: Unit;
  series: ChartSeries[];
}

const known = (values: readonly (number | null)[]) => values.some((value) => value !== null);
const some = (values: readonly (number | null)[]) => values.some((value) => value !== null && value > 0);

/** Quantiles are read in rotation and not for the past, so they may be few: where they are, the mean carries the line. */
const SPARSE = 0.8;
const count = (values: readonly (number | null)[]) => values.reduce<number>((sum, value) => sum + (value === null ? 0 : 1), 0);

function latency(traffic: TrafficSeries): ChartSpec {
  const quantiles: ChartSeries[] = [
    { label: 'p50', values: traffic.latencyMsP50, colour: 'latency', look: 'line' },
    { label: 'p95', values: traffic.latencyMsP95, colour: 'latency', look: 'faint' },
    { label: 'p99', values: traffic.latencyMsP99, colour: 'latency', look: 'dashed' },
  ];
  const shown = quantiles.filter(({ values }) => known(values));
  const sparse = count(traffic.latencyMsP50) < SPARSE * count(traffic.latencyMsMean);
  const mean: ChartSeries[] =
    sparse || shown.length === 0 ? [{ label: 'mean', values: traffic.latencyMsMean, colour: 'latency', look: 'area' }] : [];
  return { title: 'Latency', unit: 'milliseconds', series: [...mean, ...shown] };
}

export function trafficCharts(traffic: TrafficSeries): ChartSpec[] {
  const requests: ChartSpec = {
    title: 'Requests',
    unit: 'requests',
    series: [{ label: 'rate', values: traffic.requestsPerSecond, colour: 'rate', look: 'area' }],
  };
  const errors: ChartSpec = {
    title: 'Errors',
    unit: 'ratio',
    series: [
      { label: 'errors', values: traffic.errorRatio, colour: 'errors', look: 'area' },
      { label: 'client errors', values: traffic.clientErrorRatio, colour: 'client-errors', look: 'faint' },
    ],
  };
  const connections: ChartSpec = {
    title: 'Connections opened',
    unit: 'connections',
    series: [{ label: 'rate', values: traffic.connectionsPerSecond, colour: 'rate', look: 'area' }],
  };
  const bytes: ChartSpec = {
    title: 'Bytes',
    unit: 'bytes',
    series: [
      { label: 'sent', values: traffic.sentBytesPerSecond, colour: 'bytes' },
      { label: 'received', values: traffic.receivedBytesPerSecond, colour: 'bytes', look: 'dashed' },
    ],
  };
  const onlyTcp = some(traffic.connectionsPerSecond) && !some(traffic.requestsPerSecond);
  return onlyTcp ? [connections, bytes] : [requests, errors, latency(traffic), bytes];
}

/** Whether there is anything at all to draw. */
export function hasTraffic(traffic: TrafficSeries): boolean {
  return known(traffic.requestsPerSecond) || known(traffic.connectionsPerSecond) || known(traffic.sentBytesPerSecond);
}
