/**
 * Whom a Linkerd proxy's series are about: identities, and the labels of one pair of pods as each end writes them.
 * Outbound series name the destination pod by its owner; inbound ones know the client's identity and no more.
 */
import type { ControllerKind, Lane, Pod, Workload } from '../model/types.js';
import type { Labels } from './istio-labels.js';
import { slotOf, type Exposition } from './writer.js';

export const ownerLabel = (kind: ControllerKind): string => kind.toLowerCase();
export const linkerdIdentity = (workload: Workload): string =>
  `${workload.serviceAccount}.${workload.namespace}.serviceaccount.identity.linkerd.cluster.local`;

export interface Pair {
  readonly key: string;
  readonly labels: Labels;
  /** How many pods or pairs of pods share the lane's total, and which of them this is. */
  readonly parts: number;
  readonly index: number;
}

function tlsLabels(lane: Lane, direction: 'outbound' | 'inbound'): Labels {
  if (lane.source.mesh === 'linkerd' && lane.target?.mesh === 'linkerd') {
    return direction === 'outbound'
      ? { tls: 'true', server_id: linkerdIdentity(lane.target) }
      : { tls: 'true', client_id: linkerdIdentity(lane.source) };
  }
  return { tls: 'no_identity', no_tls_reason: direction === 'outbound' ? 'not_provided_by_service_discovery' : 'no_tls_from_remote' };
}

function targetLabels(lane: Lane, pod: Pod, address: string): Labels {
  const { workload } = pod;
  return {
    target_addr: `${address}:${lane.port}`,
    target_ip: address,
    target_port: String(lane.port),
    dst_namespace: workload.namespace,
    [`dst_${ownerLabel(workload.kind)}`]: workload.name,
    dst_pod: pod.name,
    dst_pod_template_hash: workload.kind === 'Deployment' ? pod.templateHash : undefined,
    dst_serviceaccount: workload.serviceAccount,
    dst_service: lane.service.name,
    dst_control_plane_ns: workload.mesh === 'linkerd' ? 'linkerd' : undefined,
    dst_zone: 'local-1',
    dst_zone_locality: 'local',
  };
}

export function outboundPairs(exposition: Exposition, pod: Pod, lane: Lane): Pair[] {
  const authority = lane.call.protocol === 'tcp' ? undefined : `${lane.service.host}:${lane.port}`;
  const base = { direction: 'outbound', authority, ...tlsLabels(lane, 'outbound') };
  const from = slotOf(exposition, pod);
  if (!lane.target) return [{ key: `out|${lane.id}`, labels: base, parts: from.pods, index: from.index }];
  const targets = exposition.cluster.podsOf(lane.target).slice(0, exposition.podCount(lane.target));
  return targets.map((target, index) => ({
    key: `out|${lane.id}|${target.name}`,
    labels: { ...base, ...targetLabels(lane, target, exposition.cluster.addressOf(target)) },
    parts: from.pods * targets.length,
    index: from.index * targets.length + index,
  }));
}

export function inboundPair(exposition: Exposition, pod: Pod, lane: Lane): Pair {
  const slot = slotOf(exposition, pod);
  const server = {
    srv_group: 'policy.linkerd.io',
    srv_kind: 'server',
    srv_name: `${pod.workload.name}-${lane.call.protocol}`,
    srv_port: String(lane.port),
  };
  const labels = {
    direction: 'inbound',
    authority: lane.call.protocol === 'tcp' ? undefined : `${lane.service.host}:${lane.port}`,
    target_addr: `${exposition.cluster.addressOf(pod)}:${lane.port}`,
    target_ip: exposition.cluster.addressOf(pod),
    target_port: String(lane.port),
    ...tlsLabels(lane, 'inbound'),
    ...server,
    route_group: '',
    route_kind: 'default',
    route_name: 'default',
    authz_group: '',
    authz_kind: 'default',
    authz_name: 'all-unauthenticated',
  };
  return { key: `in|${lane.id}`, labels, parts: slot.pods, index: slot.index };
}
