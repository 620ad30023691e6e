/**
 * Which results may Prometheus keep ready for us? Rules that hold the sums of window-queries.ts, so that a window
 * of a large mesh is read instead of computed. The chart ships the rendered file; detection.ts finds the results.
 * Invariant: a rule's labels are those of the query that it stands in for, so the adapters read both alike.
 */
import { ISTIO_EDGE_LABELS, ISTIO_REQUEST_LABELS, ISTIO_TCP_LABELS } from './labels.js';
import { normalisedSelector, series, sumOfRates } from './promql.js';

/** Istio's metric → the rule that holds its summed rate, `observatory:<metric>:rate`. */
export const RECORDED = {
  istio_requests_total: 'observatory:istio_requests:rate',
  istio_request_duration_milliseconds_sum: 'observatory:istio_request_duration_milliseconds_sum:rate',
  istio_request_duration_milliseconds_count: 'observatory:istio_request_duration_milliseconds_count:rate',
  istio_request_duration_milliseconds_bucket: 'observatory:istio_request_duration_milliseconds_bucket:rate',
  istio_request_bytes_sum: 'observatory:istio_request_bytes_sum:rate',
  istio_response_bytes_sum: 'observatory:istio_response_bytes_sum:rate',
  istio_tcp_received_bytes_total: 'observatory:istio_tcp_received_bytes:rate',
  istio_tcp_sent_bytes_total: 'observatory:istio_tcp_sent_bytes:rate',
  istio_tcp_connections_opened_total: 'observatory:istio_tcp_connections_opened:rate',
} as const;
export type RecordedMetric = keyof typeof RECORDED;

export interface RecordingRuleOptions {
  readonly rateWindowSec: number;
  /** How often the sums are evaluated: the suite's window. */
  readonly intervalSec: number;
  /** How often buckets are, which cost ten times as much; at most 240, since results older than 5 minutes vanish. */
  readonly bucketIntervalSec: number;
  readonly selector?: string;
  /** Put on every result. What the operator's selector matches on is summed away, so it must come back here. */
  readonly labels?: Readonly<Record<string, string>>;
}

export const MAX_BUCKET_INTERVAL_SEC = 240;

function labelsOf(metric: RecordedMetric): readonly string[] {
  if (metric === 'istio_requests_total') return ISTIO_REQUEST_LABELS;
  if (metric.startsWith('istio_tcp_')) return ISTIO_TCP_LABELS;
  return metric.endsWith('_bucket') ? [...ISTIO_EDGE_LABELS, 'le'] : ISTIO_EDGE_LABELS;
}

const yamlQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface Rule {
  readonly record: string;
  readonly expr: string;
}

function group(
  name: string,
  intervalSec: number,
  { rules, labels }: { rules: readonly Rule[]; labels: Readonly<Record<string, string>> },
): string {
  const own = Object.entries(labels).map(([label, value]) => `\n          ${label}: ${yamlQuoted(value)}`);
  const labelled = own.length === 0 ? '' : `\n        labels:${own.join('')}`;
  const lines = rules.map(({ record, expr }) => `      - record: ${record}\n        expr: ${yamlQuoted(expr)}${labelled}`);
  return `  - name: ${name}\n    interval: ${intervalSec}s\n    rules:\n${lines.join('\n')}\n`;
}

/** A Prometheus rules file. Latency, sizes and buckets are of both ends, as in the raw queries. */
export function recordingRules(options: RecordingRuleOptions): string {
  const selector = normalisedSelector(options.selector);
  const bucketIntervalSec = Math.min(options.bucketIntervalSec, MAX_BUCKET_INTERVAL_SEC);
  const rule = (metric: RecordedMetric, rateWindowSec: number) => ({
    record: RECORDED[metric],
    expr: `${sumOfRates(labelsOf(metric), series(metric, [], selector), rateWindowSec)}${metric.endsWith('_bucket') ? '' : ' > 0'}`,
  });
  const metrics = Object.keys(RECORDED) as RecordedMetric[];
  const sums = metrics.filter((metric) => !metric.endsWith('_bucket'));
  const bucketRateSec = Math.max(options.rateWindowSec, bucketIntervalSec);
  const labels = options.labels ?? {};
  const windows = { labels, rules: sums.map((metric) => rule(metric, options.rateWindowSec)) };
  const latency = { labels, rules: [rule('istio_request_duration_milliseconds_bucket', bucketRateSec)] };
  return `groups:\n${group('observatory-windows', options.intervalSec, windows)}${group('observatory-latency', bucketIntervalSec, latency)}`;
}
