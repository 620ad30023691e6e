/**
 * Metrics of a Linkerd proxy: outbound series name the destination pod, inbound ones only the client's identity.
 * Requests appear again in the route metrics, and every byte at both peers, as in the real proxy: a reader must choose.
 */
import { keyOf, type Lane, type Pod } from '../model/types.js';
import {
  LINKERD_BOUNDS_MS,
  podBucket,
  podPart,
  podShare,
  type LaneCounters,
  type RequestCounter,
  type TcpCounter,
} from '../traffic/counters.js';
import type { Labels } from './istio-labels.js';
import { inboundPair, outboundPairs, type Pair } from './linkerd-pairs.js';
import { counterMetric, gaugeMetric, histogramMetrics } from './series.js';
import { lanesFrom, lanesTo, type Exposition } from './writer.js';

const REQUESTS = counterMetric('request_total');
const RESPONSES = counterMetric('response_total');
const LATENCY = histogramMetrics('response_latency_ms', LINKERD_BOUNDS_MS);
const ROUTE_REQUESTS = counterMetric('route_request_total');
const ROUTE_RESPONSES = counterMetric('route_response_total');
const HTTP_ROUTE = counterMetric('outbound_http_route_request_statuses_total');
const GRPC_ROUTE = counterMetric('outbound_grpc_route_request_statuses_total');
const AUTHZ_ALLOW = counterMetric('inbound_http_authz_allow_total');
const TCP_OPEN = counterMetric('tcp_open_total');
const TCP_CLOSE = counterMetric('tcp_close_total');
const TCP_OPEN_CONNECTIONS = gaugeMetric('tcp_open_connections');
const TCP_READ = counterMetric('tcp_read_bytes_total');
const TCP_WRITE = counterMetric('tcp_write_bytes_total');

/** Statuses that the proxy classifies as failures: UNKNOWN, DEADLINE_EXCEEDED, PERMISSION_DENIED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const GRPC_FAILURES = new Set(['2', '4', '7', '13', '14', '15']);
const GRPC_NAMES: Record<string, string> = {
  0: 'OK',
  2: 'UNKNOWN',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
};

function isFailure(counter: RequestCounter): boolean {
  const { reply } = counter;
  return reply.code === '0' || Number(reply.code) >= 500 || (reply.grpcStatus !== undefined && GRPC_FAILURES.has(reply.grpcStatus));
}

function responseLabels(counter: RequestCounter): Labels {
  const { reply } = counter;
  const lost = reply.code === '0' || reply.flags !== '-';
  return {
    classification: isFailure(counter) ? 'failure' : 'success',
    status_code: lost ? undefined : reply.code,
    grpc_status: reply.grpcStatus,
    error: lost ? (reply.flags.includes('UT') || reply.flags === 'DC' ? 'response timeout' : 'unexpected') : undefined,
  };
}

function writeResponses(exposition: Exposition, pair: Pair, counters: Map<string, RequestCounter>): void {
  for (const [reply, counter] of counters) {
    const count = podShare(counter.count, pair.parts, pair.index);
    if (count === 0) continue;
    const { status_code, ...rest } = responseLabels(counter);
    const response = exposition.groups.group(`response|${pair.key}|${reply}|${pair.index}`, () => ({
      ...pair.labels,
      ...rest,
      status_code,
    }));
    exposition.sink(response, RESPONSES, count);
    const latency = exposition.groups.group(`latency|${pair.key}|${reply}|${pair.index}`, () => ({
      ...pair.labels,
      status_code,
      grpc_status: rest.grpc_status,
    }));
    LATENCY.buckets.forEach((bucket, index) =>
      exposition.sink(latency, bucket, Math.min(count, podBucket(counter.buckets[index]!, pair.parts, pair.index))),
    );
    exposition.sink(latency, LATENCY.infinity, count);
    exposition.sink(latency, LATENCY.sum, podPart(counter.sumMs, pair.parts));
    exposition.sink(latency, LATENCY.count, count);
  }
}

const countAll = (counters: Map<string, RequestCounter>): number =>
  Array.from(counters.values()).reduce((sum, counter) => sum + counter.count, 0);

function writeRequestTotal(exposition: Exposition, pair: Pair, counters: Map<string, RequestCounter>): number {
  const count = podShare(countAll(counters), pair.parts, pair.index);
  if (count > 0)
    exposition.sink(
      exposition.groups.group(`request|${pair.key}|${pair.index}`, () => pair.labels),
      REQUESTS,
      count,
    );
  return count;
}

/** The same requests by route, as ServiceProfiles and HTTPRoutes make the proxy count them once more. */
function writeRoutes(
  exposition: Exposition,
  pair: Pair,
  data: { lane: Lane; counters: Map<string, RequestCounter>; requests: number },
): void {
  const { lane, counters } = data;
  if (data.requests === 0) return;
  const dst = `${lane.service.host}:${lane.port}`;
  const route = exposition.groups.group(`route|${pair.key}|${pair.index}`, () => ({
    direction: 'outbound',
    dst,
    rt_route: lane.call.operations[0]?.path ?? '[DEFAULT]',
  }));
  exposition.sink(route, ROUTE_REQUESTS, data.requests);
  const parent = {
    parent_group: 'core',
    parent_kind: 'Service',
    parent_namespace: lane.service.namespace,
    parent_name: lane.service.name,
    parent_port: String(lane.port),
    parent_section_name: '',
  };
  const named = {
    ...parent,
    route_group: '',
    route_kind: 'default',
    route_namespace: '',
    route_name: lane.call.protocol === 'grpc' ? 'grpc' : 'http',
    hostname: lane.service.host,
  };
  for (const [reply, counter] of counters) {
    const count = podShare(counter.count, pair.parts, pair.index);
    if (count === 0) continue;
    const { classification, status_code, grpc_status } = responseLabels(counter);
    const responses = exposition.groups.group(`route|${pair.key}|${reply}|${pair.index}`, () => ({
      direction: 'outbound',
      dst,
      rt_route: lane.call.operations[0]?.path ?? '[DEFAULT]',
      classification,
      status_code,
      grpc_status,
    }));
    exposition.sink(responses, ROUTE_RESPONSES, count);
    const grpc = lane.call.protocol === 'grpc';
    const status = grpc
      ? { grpc_status: GRPC_NAMES[grpc_status ?? '2'] ?? 'UNKNOWN' }
      : { http_status: status_code ?? '', error: status_code ? '' : 'RESPONSE_HEADERS_TIMEOUT' };
    const statuses = exposition.groups.group(`httproute|${pair.key}|${reply}|${pair.index}`, () => ({ ...named, ...status }));
    exposition.sink(statuses, grpc ? GRPC_ROUTE : HTTP_ROUTE, count);
  }
}

/** Both sides of the proxy: towards the network, and towards its own application. */
function writeTcp(exposition: Exposition, pair: Pair, data: { tcp: TcpCounter; outbound: boolean }): void {
  const { tcp, outbound } = data;
  const opened = podShare(tcp.opened, pair.parts, pair.index);
  const request = podPart(tcp.requestBytes, pair.parts);
  const response = podPart(tcp.responseBytes, pair.parts);
  if (opened === 0 && request === 0) return;
  const closed = Math.min(opened, podPart(tcp.closed, pair.parts));
  for (const peer of ['src', 'dst'] as const) {
    // Outbound: src is the local application. Inbound: dst is. The loopback leg is never encrypted.
    const local = outbound === (peer === 'src');
    const group = exposition.groups.group(`tcp|${pair.key}|${pair.index}|${peer}`, () => {
      const { authority: _, ...labels } = pair.labels;
      return local
        ? { direction: labels.direction, peer, target_addr: labels.target_addr, tls: 'no_identity', no_tls_reason: 'loopback' }
        : { ...labels, peer };
    });
    exposition.sink(group, TCP_OPEN, opened);
    exposition.sink(group, TCP_CLOSE, closed);
    exposition.sink(group, TCP_OPEN_CONNECTIONS, opened - closed);
    exposition.sink(group, TCP_READ, peer === 'src' ? request : response);
    exposition.sink(group, TCP_WRITE, peer === 'src' ? response : request);
  }
}

function writeOutbound(exposition: Exposition, pod: Pod, counters: LaneCounters): void {
  const { lane, source, tcp } = counters;
  for (const pair of outboundPairs(exposition, pod, lane)) {
    if (lane.call.protocol !== 'tcp') {
      const requests = writeRequestTotal(exposition, pair, source);
      writeResponses(exposition, pair, source);
      writeRoutes(exposition, pair, { lane, counters: source, requests });
    }
    writeTcp(exposition, pair, { tcp: tcp.passed, outbound: true });
  }
}

function writeInbound(exposition: Exposition, pod: Pod, counters: LaneCounters): void {
  const { lane, destination, tcp } = counters;
  const pair = inboundPair(exposition, pod, lane);
  if (lane.call.protocol !== 'tcp') {
    const requests = writeRequestTotal(exposition, pair, destination);
    writeResponses(exposition, pair, destination);
    if (requests > 0)
      exposition.sink(
        exposition.groups.group(`authz|${pair.key}`, () => pair.labels),
        AUTHZ_ALLOW,
        requests,
      );
  }
  writeTcp(exposition, pair, { tcp: tcp.passed, outbound: false });
}

/** What is not the mesh's traffic: the kubelet's probes and Prometheus' own scrapes, since the process began. */
function writeHousekeeping(exposition: Exposition, pod: Pod, uptimeSec: number): void {
  const base = {
    direction: 'inbound',
    tls: 'no_identity',
    no_tls_reason: 'no_tls_from_remote',
    target_ip: exposition.cluster.addressOf(pod),
  };
  const key = keyOf(pod);
  const write = (name: string, labels: Labels, count: number) => {
    if (count === 0) return;
    exposition.sink(
      exposition.groups.group(`${name}|request|${key}`, () => ({ ...base, ...labels })),
      REQUESTS,
      count,
    );
    const responses = exposition.groups.group(`${name}|response|${key}`, () => ({
      ...base,
      ...labels,
      classification: 'success',
      status_code: '200',
    }));
    exposition.sink(responses, RESPONSES, count);
  };
  const port = pod.workload.ports[0]!.port;
  write(
    'probe',
    {
      target_addr: `${exposition.cluster.addressOf(pod)}:${port}`,
      target_port: String(port),
      route_kind: 'default',
      route_name: 'probe',
      authz_kind: 'default',
      authz_name: 'probe',
    },
    Math.floor(uptimeSec / 10),
  );
  write(
    'scrape',
    { target_addr: `${exposition.cluster.addressOf(pod)}:4191`, target_port: '4191', route_kind: 'default', route_name: 'default' },
    Math.floor(uptimeSec / 5),
  );
}

export function writeLinkerd(exposition: Exposition, pod: Pod, options: { uptimeSec?: number } = {}): void {
  for (const counters of lanesFrom(exposition, pod.workload)) writeOutbound(exposition, pod, counters);
  for (const counters of lanesTo(exposition, pod.workload)) writeInbound(exposition, pod, counters);
  if (options.uptimeSec !== undefined) writeHousekeeping(exposition, pod, options.uptimeSec);
}
