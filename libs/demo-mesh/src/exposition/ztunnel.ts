/**
 * Metrics of a ztunnel: TCP only, both ends, for every captured pod of its node, HTTP or not.
 * It says `mutual_tls` or `unknown`, never `none`; what policy refuses closes with the flag DENY.
 * Through a waypoint the same bytes are two legs: client to waypoint, waypoint to server.
 */
import type { Lane, Pod, Workload } from '../model/types.js';
import type { LaneCounters, TcpCounter } from '../traffic/counters.js';
import { TCP_CLOSED, TCP_OPENED, TCP_RECEIVED, TCP_SENT } from './envoy.js';
import { edgeLabels, type View } from './istio-labels.js';
import { counterMetric } from './series.js';
import { isMutual, selectLanes, spiffeId, type Exposition } from './writer.js';

const TCP_FAILED = counterMetric('istio_tcp_connections_failed_total');

interface Leg {
  readonly view: View;
  readonly id: string;
  /** Share of the lane's total that passes this node. */
  readonly share: number;
}

function shareOnNode(exposition: Exposition, workload: Workload, node: string): number {
  const pods = exposition.cluster.podsOf(workload).slice(0, exposition.podCount(workload));
  return pods.filter((pod) => pod.node === node).length / Math.max(1, pods.length);
}

function view(lane: Lane, reporter: 'source' | 'destination', ends: { source: Workload; target: Workload | null }): View {
  const mutual = isMutual(lane);
  return {
    reporter,
    source: ends.source,
    target: ends.target,
    sourcePrincipal: mutual ? spiffeId(ends.source) : 'unknown',
    targetPrincipal: mutual && ends.target ? spiffeId(ends.target) : 'unknown',
    service: lane.service,
    security: mutual ? 'mutual_tls' : 'unknown',
  };
}

function legsOn(exposition: Exposition, lane: Lane, node: string): Leg[] {
  const legs: Leg[] = [];
  const { source, target, waypoint } = lane;
  if (source.mesh === 'ambient') {
    legs.push({
      id: 'source',
      view: view(lane, 'source', { source, target: waypoint ?? target }),
      share: shareOnNode(exposition, source, node),
    });
  }
  if (target?.mesh === 'ambient') {
    legs.push({
      id: 'destination',
      view: view(lane, 'destination', { source: waypoint ?? source, target }),
      share: shareOnNode(exposition, target, node),
    });
  }
  return legs;
}

function writeLeg(exposition: Exposition, lane: Lane, data: { leg: Leg; tcp: TcpCounter }): void {
  const { leg, tcp } = data;
  const part = (total: number) => Math.floor(total * leg.share);
  const opened = part(tcp.opened);
  if (opened === 0 && part(tcp.requestBytes) === 0) return;
  const group = (flags: string) =>
    exposition.groups.group(`ztunnel|${leg.id}|${lane.id}|${flags}`, () => ({
      ...edgeLabels(leg.view),
      request_protocol: 'tcp',
      response_flags: flags,
      connection_security_policy: leg.view.security,
    }));
  if (tcp.denied) {
    // The flag is known at the end only: the opening was counted without it, together with the others.
    exposition.sink(group('DENY'), TCP_CLOSED, opened);
    exposition.sink(group('DENY'), TCP_FAILED, opened);
    return;
  }
  exposition.sink(group('-'), TCP_OPENED, opened);
  exposition.sink(group('-'), TCP_CLOSED, Math.min(opened, part(tcp.closed)));
  exposition.sink(group('-'), TCP_SENT, part(tcp.responseBytes));
  exposition.sink(group('-'), TCP_RECEIVED, part(tcp.requestBytes));
}

function writeLane(exposition: Exposition, counters: LaneCounters, node: string): void {
  const { lane, tcp } = counters;
  for (const leg of legsOn(exposition, lane, node)) {
    if (leg.share === 0) continue;
    writeLeg(exposition, lane, { leg, tcp: { ...tcp.passed, opened: tcp.passed.opened + tcp.denied.opened } });
    writeLeg(exposition, lane, { leg, tcp: tcp.denied });
  }
}

export function writeZtunnel(exposition: Exposition, pod: Pod): void {
  for (const counters of selectLanes(exposition, (lane) => lane.source.mesh === 'ambient' || lane.target?.mesh === 'ambient')) {
    writeLane(exposition, counters, pod.node);
  }
}
