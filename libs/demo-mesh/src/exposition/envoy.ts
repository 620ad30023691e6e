/**
 * Metrics of an Envoy: sidecar, gateway or waypoint. Requests are counted by reply; TCP by what policy made of it.
 * Byte histograms carry sum, count and the +Inf bucket: nobody reads the others, and they are most of a scrape.
 */
import type { Lane, Pod } from '../model/types.js';
import { ISTIO_BOUNDS_MS, podBucket, podPart, podShare, type RequestCounter, type TcpCounter } from '../traffic/counters.js';
import { clientView, edgeLabels, serverView, type View } from './istio-labels.js';
import { counterMetric, histogramMetrics, type HistogramMetrics, type SeriesGroup } from './series.js';
import { isMutual, lanesFrom, lanesTo, selectLanes, slotOf, spiffeId, type Exposition, type PodSlot } from './writer.js';

const REQUESTS = counterMetric('istio_requests_total');
const DURATION = histogramMetrics('istio_request_duration_milliseconds', ISTIO_BOUNDS_MS);
const REQUEST_BYTES = histogramMetrics('istio_request_bytes', []);
const RESPONSE_BYTES = histogramMetrics('istio_response_bytes', []);
const REQUEST_MESSAGES = counterMetric('istio_request_messages_total');
const RESPONSE_MESSAGES = counterMetric('istio_response_messages_total');
export const TCP_OPENED = counterMetric('istio_tcp_connections_opened_total');
export const TCP_CLOSED = counterMetric('istio_tcp_connections_closed_total');
/** Bytes of the response direction: the names are from the server's side. */
export const TCP_SENT = counterMetric('istio_tcp_sent_bytes_total');
export const TCP_RECEIVED = counterMetric('istio_tcp_received_bytes_total');

/** Replies that never got an endpoint know neither workload nor cluster of the destination. */
const withoutEndpoint = (counter: RequestCounter): boolean => counter.outcome === 'noEndpoints' || counter.outcome === 'noRoute';

function writeBytes(exposition: Exposition, group: SeriesGroup, data: { metrics: HistogramMetrics; count: number; sum: number }): void {
  exposition.sink(group, data.metrics.infinity, data.count);
  exposition.sink(group, data.metrics.sum, data.sum);
  exposition.sink(group, data.metrics.count, data.count);
}

function writeRequests(exposition: Exposition, slot: PodSlot, entry: { lane: Lane; view: View; counter: RequestCounter }): void {
  const { lane, view, counter } = entry;
  const count = podShare(counter.count, slot.pods, slot.index);
  if (count === 0) return;
  const { reply } = counter;
  const group = exposition.groups.group(`${view.reporter}|${lane.id}|${reply.code}|${reply.grpcStatus ?? ''}|${reply.flags}`, () => ({
    ...edgeLabels(withoutEndpoint(counter) ? { ...view, target: null } : view),
    request_protocol: lane.call.protocol,
    response_code: reply.code,
    grpc_response_status: reply.grpcStatus,
    response_flags: reply.flags,
    connection_security_policy: view.security,
  }));
  exposition.sink(group, REQUESTS, count);
  DURATION.buckets.forEach((bucket, index) =>
    exposition.sink(group, bucket, Math.min(count, podBucket(counter.buckets[index]!, slot.pods, slot.index))),
  );
  exposition.sink(group, DURATION.infinity, count);
  exposition.sink(group, DURATION.sum, podPart(counter.sumMs, slot.pods));
  exposition.sink(group, DURATION.count, count);
  writeBytes(exposition, group, { metrics: REQUEST_BYTES, count, sum: podPart(counter.requestBytes, slot.pods) });
  writeBytes(exposition, group, { metrics: RESPONSE_BYTES, count, sum: podPart(counter.responseBytes, slot.pods) });
}

function writeMessages(
  exposition: Exposition,
  slot: PodSlot,
  entry: { lane: Lane; view: View; counters: Map<string, RequestCounter> },
): void {
  const { lane, view, counters } = entry;
  let total = 0;
  for (const counter of counters.values()) total += counter.count;
  if (lane.call.protocol !== 'grpc' || total === 0) return;
  const group = exposition.groups.group(`messages|${view.reporter}|${lane.id}`, () => edgeLabels(view));
  exposition.sink(group, REQUEST_MESSAGES, podShare(total, slot.pods, slot.index));
  exposition.sink(group, RESPONSE_MESSAGES, podShare(total, slot.pods, slot.index));
}

function writeTcp(exposition: Exposition, slot: PodSlot, entry: { lane: Lane; view: View; counter: TcpCounter }): void {
  const { lane, view, counter } = entry;
  const opened = podShare(counter.opened, slot.pods, slot.index);
  const received = podPart(counter.requestBytes, slot.pods);
  if (opened === 0 && received === 0) return;
  // Both verdicts carry the same labels, so they are one series: summed by the caller.
  const group = exposition.groups.group(`tcp|${view.reporter}|${lane.id}`, () => ({
    ...edgeLabels(view),
    request_protocol: 'tcp',
    response_flags: '-',
    connection_security_policy: view.security,
  }));
  exposition.sink(group, TCP_OPENED, opened);
  exposition.sink(group, TCP_CLOSED, Math.min(opened, podPart(counter.closed, slot.pods)));
  exposition.sink(group, TCP_SENT, podPart(counter.responseBytes, slot.pods));
  exposition.sink(group, TCP_RECEIVED, received);
}

const bothVerdicts = (tcp: { passed: TcpCounter; denied: TcpCounter }): TcpCounter => ({
  denied: false,
  opened: tcp.passed.opened + tcp.denied.opened,
  closed: tcp.passed.closed + tcp.denied.closed,
  requestBytes: tcp.passed.requestBytes + tcp.denied.requestBytes,
  responseBytes: tcp.passed.responseBytes + tcp.denied.responseBytes,
});

/** Everything that a sidecar's or gateway's Envoy says about its lanes. */
export function writeEnvoy(exposition: Exposition, pod: Pod): void {
  const slot = slotOf(exposition, pod);
  for (const { lane, source, tcp } of lanesFrom(exposition, pod.workload)) {
    const view = clientView(lane);
    for (const counter of source.values()) writeRequests(exposition, slot, { lane, view, counter });
    writeMessages(exposition, slot, { lane, view, counters: source });
    if (lane.call.protocol === 'tcp') writeTcp(exposition, slot, { lane, view, counter: bothVerdicts(tcp) });
  }
  // A gateway has no inbound side in the metrics: nothing of it is a destination here.
  for (const { lane, destination, tcp } of lanesTo(exposition, pod.workload)) {
    const view = serverView(lane);
    for (const counter of destination.values()) writeRequests(exposition, slot, { lane, view, counter });
    writeMessages(exposition, slot, { lane, view, counters: destination });
    if (lane.call.protocol === 'tcp') writeTcp(exposition, slot, { lane, view, counter: bothVerdicts(tcp) });
  }
}

/** A waypoint reports each request once, with its true ends, whatever the reply. */
export function writeWaypoint(exposition: Exposition, pod: Pod): void {
  const slot = slotOf(exposition, pod);
  for (const { lane, source } of selectLanes(exposition, (candidate) => candidate.waypoint === pod.workload)) {
    if (!lane.target) continue;
    const view: View = {
      ...clientView(lane),
      reporter: 'waypoint',
      sourcePrincipal: spiffeId(lane.source),
      targetPrincipal: spiffeId(lane.target),
      security: isMutual(lane) ? 'mutual_tls' : 'unknown',
    };
    for (const counter of source.values()) writeRequests(exposition, slot, { lane, view, counter });
  }
}
