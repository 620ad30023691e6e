/** Envoy's JSON access log, in Istio's default fields plus the certificates' names at both ends. */
import { createHash } from 'node:crypto';
import { isMutual, spiffeId } from '../exposition/writer.js';
import type { Cluster } from '../model/cluster.js';
import type { Pod } from '../model/types.js';
import type { Reply } from '../traffic/outcomes.js';
import type { SimulatedRequest } from './requests.js';

export interface LogEntry {
  readonly labels: Readonly<Record<string, string>>;
  readonly atNs: bigint;
  readonly line: string;
}

const DETAILS: Partial<Record<SimulatedRequest['outcome']['name'], string>> = {
  timeout: 'response_timeout',
  unreachable: 'upstream_reset_before_response_started{connection_failure}',
  overflow: 'upstream_reset_before_response_started{overflow}',
  abandoned: 'downstream_remote_disconnect',
  noRoute: 'route_not_found',
  noEndpoints: 'no_healthy_upstream',
  blackhole: 'direct_response',
};

function requestId({ lane, atMs, index }: SimulatedRequest): string {
  const hex = createHash('md5').update(`${lane.id}:${atMs}:${index}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-9${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export type DecidedBy = (request: SimulatedRequest) => string | null;

function details(request: SimulatedRequest, decidedBy: DecidedBy): string {
  if (request.outcome.name === 'denied') return `rbac_access_denied_matched_policy[${matchedPolicy(decidedBy(request))}]`;
  return DETAILS[request.outcome.name] ?? 'via_upstream';
}

/** As Istio names a policy's rule in Envoy: `ns[shop]-policy[deny]-rule[0]`; `none` where no ALLOW policy matched. */
function matchedPolicy(policy: string | null): string {
  if (policy === null) return 'none';
  const [namespace, name] = policy.split('/');
  return `ns[${namespace}]-policy[${name}]-rule[0]`;
}

function lineOf(
  request: SimulatedRequest,
  side: 'inbound' | 'outbound',
  context: { cluster: Cluster; reply: Reply; decidedBy: DecidedBy },
): string {
  const { lane, operation, sourcePod, targetPod } = request;
  const { cluster, reply } = context;
  const mutual = isMutual(lane);
  const durationMs = Math.round(side === 'inbound' ? request.destinationMs : request.sourceMs);
  const served = request.outcome.latency === 'served';
  const upstream = targetPod ? `${cluster.addressOf(targetPod)}:${lane.port}` : served ? `${lane.service.host}:${lane.port}` : null;
  return JSON.stringify({
    start_time: new Date(request.atMs).toISOString(),
    method: operation.method,
    path: operation.path,
    protocol: lane.call.protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1',
    response_code: Number(reply.code),
    response_flags: reply.flags,
    response_code_details: side === 'outbound' && request.outcome.name === 'denied' ? 'via_upstream' : details(request, context.decidedBy),
    grpc_status: reply.grpcStatus === undefined ? undefined : Number(reply.grpcStatus),
    bytes_received: lane.call.requestBytes,
    bytes_sent: served ? lane.call.responseBytes : 0,
    duration: durationMs,
    upstream_service_time: served ? String(Math.max(0, durationMs - 1)) : null,
    user_agent: lane.source.role === 'gateway' ? 'Mozilla/5.0' : `${lane.source.app}/1.0`,
    request_id: requestId(request),
    authority: `${lane.service.host}:${lane.port}`,
    upstream_host: upstream,
    upstream_cluster: side === 'inbound' ? `inbound|${lane.port}||` : `outbound|${lane.port}||${lane.service.host}`,
    downstream_remote_address: sourcePod ? `${cluster.addressOf(sourcePod)}:${32_768 + (request.index % 20_000)}` : null,
    downstream_peer_uri_san: side === 'inbound' && mutual ? spiffeId(lane.source) : null,
    upstream_peer_uri_san: side === 'outbound' && mutual && lane.target && served ? spiffeId(lane.target) : null,
  });
}

const labelsOf = (pod: Pod): Record<string, string> => ({
  namespace: pod.namespace,
  app: pod.workload.app,
  pod: pod.name,
  container: 'istio-proxy',
  job: `${pod.namespace}/${pod.workload.app}`,
  node_name: pod.node,
});

/** What the Envoys on the request's way wrote: client and server, or the waypoint for both. */
export function logEntries(cluster: Cluster, request: SimulatedRequest, decidedBy: DecidedBy): LogEntry[] {
  const { lane, outcome, sourcePod, targetPod, index } = request;
  const entries: LogEntry[] = [];
  const add = (pod: Pod | undefined, side: 'inbound' | 'outbound', reply: Reply) => {
    if (!pod) return;
    // Envoy writes the line when the request has ended.
    const endMs = request.atMs + (side === 'inbound' ? request.destinationMs : request.sourceMs);
    const atNs = BigInt(Math.floor(endMs)) * 1_000_000n + BigInt((index % 1000) * 1000 + (side === 'inbound' ? 0 : 500));
    entries.push({ labels: labelsOf(pod), atNs, line: lineOf(request, side, { cluster, reply, decidedBy }) });
  };
  if (lane.source.mesh === 'istio') add(sourcePod, 'outbound', outcome.source);
  if (lane.waypoint) add(cluster.podsOf(lane.waypoint)[index % lane.waypoint.replicas], 'inbound', outcome.source);
  if (lane.target?.mesh === 'istio' && outcome.destination) add(targetPod, 'inbound', outcome.destination);
  return entries;
}
