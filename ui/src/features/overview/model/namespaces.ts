/**
 * How is each namespace? Nodes of the graph say how healthy, series of the overview say how busy.
 * Invariant: a namespace that only one of the two knows is listed, with what is not known as null.
 */
import type { HealthState, OverviewReply, TopologyNode, TrafficSeries } from '@observatory/contracts';
import { compareHealth, countHealth, type HealthCounts } from '../../../lib/health-order.js';

export interface NamespaceRow {
  cluster: string;
  namespace: string;
  workloads: number | null;
  worst: HealthState;
  counts: HealthCounts;
  requestsPerSecond: number | null;
  errorRatio: number | null;
  latencyMsP95: number | null;
  mtlsRatio: number | null;
  rateSeries: (number | null)[];
}

type Column = Exclude<keyof TrafficSeries, 'at'>;
const last = (traffic: TrafficSeries | undefined, column: Column) => traffic?.[column].findLast((value) => value !== null) ?? null;

export function namespaceRows(nodes: readonly TopologyNode[], overview: OverviewReply['namespaces']): NamespaceRow[] {
  const byKey = new Map<string, { cluster: string; namespace: string; nodes: TopologyNode[]; traffic?: TrafficSeries }>();
  const entry = (cluster: string, namespace: string) => {
    const key = `${cluster}/${namespace}`;
    const made = byKey.get(key) ?? { cluster, namespace, nodes: [] };
    byKey.set(key, made);
    return made;
  };
  for (const node of nodes) if (node.namespace !== '' && node.kind !== 'external') entry(node.cluster, node.namespace).nodes.push(node);
  for (const { cluster, namespace, traffic } of overview) if (namespace !== '') entry(cluster, namespace).traffic = traffic;
  const rows = [...byKey.values()].map(({ cluster, namespace, nodes: own, traffic }): NamespaceRow => {
    const states = own.map(({ health }) => health.state);
    return {
      cluster,
      namespace,
      workloads: own.length > 0 ? own.length : null,
      worst: states.toSorted(compareHealth)[0] ?? 'unknown',
      counts: countHealth(states),
      requestsPerSecond: last(traffic, 'requestsPerSecond'),
      errorRatio: last(traffic, 'errorRatio'),
      latencyMsP95: last(traffic, 'latencyMsP95'),
      mtlsRatio: last(traffic, 'mtlsRatio'),
      rateSeries: traffic?.requestsPerSecond ?? [],
    };
  });
  return rows.toSorted((a, b) => compareHealth(a.worst, b.worst) || (b.requestsPerSecond ?? -1) - (a.requestsPerSecond ?? -1));
}
