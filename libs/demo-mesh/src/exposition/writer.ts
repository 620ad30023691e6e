/** What every writer of a proxy's metrics is given: the cluster, the counters, and how many pods share a lane's total. */
import type { Cluster } from '../model/cluster.js';
import type { Lane, Pod, Workload } from '../model/types.js';
import type { Counters, LaneCounters } from '../traffic/counters.js';
import type { GroupCache, Sink } from './series.js';

export interface Exposition {
  readonly cluster: Cluster;
  readonly counters: Counters;
  readonly groups: GroupCache;
  readonly sink: Sink;
  /** Pods that share the traffic of a workload: all of them, or one where history is kept small. */
  podCount(workload: Workload): number;
}

export interface PodSlot {
  readonly pod: Pod;
  readonly pods: number;
  readonly index: number;
}

export function slotOf(exposition: Exposition, pod: Pod): PodSlot {
  return { pod, pods: exposition.podCount(pod.workload), index: pod.index };
}

export function lanesFrom(exposition: Exposition, workload: Workload): LaneCounters[] {
  return selectLanes(exposition, (lane) => lane.source === workload);
}

export function lanesTo(exposition: Exposition, workload: Workload): LaneCounters[] {
  return selectLanes(exposition, (lane) => lane.target === workload);
}

export function selectLanes(exposition: Exposition, wanted: (lane: Lane) => boolean): LaneCounters[] {
  return Array.from(exposition.counters.lanes.values()).filter(({ lane }) => wanted(lane));
}

export const spiffeId = (workload: Workload): string => `spiffe://cluster.local/ns/${workload.namespace}/sa/${workload.serviceAccount}`;

/** Istio's proxies speak mutual TLS with each other, sidecar or ambient; anything else gets plain text. */
export const isMutual = (lane: Lane): boolean => isIstio(lane.source) && lane.target !== null && isIstio(lane.target);
export const isIstio = (workload: Workload): boolean => workload.mesh === 'istio' || workload.mesh === 'ambient';
