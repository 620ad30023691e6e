/**
 * Which series the loaded history has: what a graph and its charts are read from, and no more. Requests, latency, bytes
 * and connections of every edge; latency and sizes from the side that a reader prefers, for answers that were served.
 */
import type { Metric, SeriesGroup } from '../exposition/series.js';

const ALWAYS = new Set([
  'istio_requests_total',
  'istio_tcp_connections_opened_total',
  'istio_tcp_sent_bytes_total',
  'istio_tcp_received_bytes_total',
  'response_total',
]);
const NETWORK_SIDE = new Set(['tcp_open_total', 'tcp_read_bytes_total', 'tcp_write_bytes_total']);
/** Bounds at which nothing of the demo changes are left out: 0.5 ms and beyond 10 s. */
const KEPT_BOUNDS = /le="(?:1|5|10|25|50|100|250|500|1000|2500|5000|10000|\+Inf)"/;
const LINKERD_KEPT_BOUNDS = /le="(?:1|2|3|4|5|10|20|30|40|50|100|200|300|400|500|1000|2000|3000|\+Inf)"/;

const says = (group: SeriesGroup, label: string): boolean => group.labels.includes(label);

function fromPreferredSide(group: SeriesGroup): boolean {
  if (!says(group, 'reporter="source"')) return true;
  // Where no proxy of Istio that reads HTTP stands before the server, the client's word is all there is.
  return [
    'destination_workload="unknown"',
    'destination_workload_namespace="support"',
    'destination_workload="erp-bridge"',
    'destination_workload_namespace="media"',
  ].some((label) => says(group, label));
}

const isServed = (group: SeriesGroup): boolean =>
  says(group, 'response_flags="-"') &&
  (says(group, 'grpc_response_status="0"') || (says(group, 'response_code="200"') && !says(group, 'grpc_response_status')));

export function keepInHistory(group: SeriesGroup, metric: Metric): boolean {
  const { family } = metric;
  if (ALWAYS.has(family)) return true;
  if (NETWORK_SIDE.has(family)) return says(group, 'direction="outbound"') && says(group, 'peer="dst"');
  if (family === 'istio_request_duration_milliseconds') {
    if (!isServed(group) || !fromPreferredSide(group)) return false;
    return !metric.tail.includes('le=') || KEPT_BOUNDS.test(metric.tail);
  }
  if (family === 'istio_request_bytes' || family === 'istio_response_bytes')
    return metric.head.includes('_sum{') && isServed(group) && fromPreferredSide(group);
  if (family === 'response_latency_ms') {
    if (!says(group, 'direction="outbound"') || !says(group, 'status_code="200"')) return false;
    return !metric.tail.includes('le=') || LINKERD_KEPT_BOUNDS.test(metric.tail);
  }
  return false;
}
