/** The mesh in one sentence: how many, how busy, and what needs a look. The worst first; what is well needs no words. */
import type { HealthState, TopologyNode } from '@observatory/contracts';
import { counted, requestRate } from '../../../lib/format.js';
import { compareHealth } from '../../../lib/health-order.js';

export interface AttentionItem {
  node: TopologyNode;
  reason: string;
}

/** What needs a look: failing first, then degraded, the busiest of each first. */
export function needsAttention(nodes: readonly TopologyNode[]): AttentionItem[] {
  return nodes
    .filter(({ health }) => health.state === 'failing' || health.state === 'degraded')
    .toSorted((a, b) => compareHealth(a.health.state, b.health.state) || b.in.requestsPerSecond - a.in.requestsPerSecond)
    .map((node) => ({ node, reason: node.health.reasons[0] ?? 'The mesh gives no reason' }));
}

export function headline(nodes: readonly TopologyNode[], rate: number | null): string {
  const workloads = nodes.filter(({ kind }) => kind === 'workload');
  if (workloads.length === 0) return 'No workload was seen yet.';
  const namespaces = new Set(workloads.map(({ cluster, namespace }) => `${cluster}/${namespace}`)).size;
  const traffic = rate === null ? ', traffic not known' : ` ${workloads.length === 1 ? 'answers' : 'answer'} ${requestRate(rate)}`;
  const ill = (state: HealthState) => nodes.filter(({ health }) => health.state === state).length;
  const parts = [ill('failing') > 0 && `${ill('failing')} failing`, ill('degraded') > 0 && `${ill('degraded')} degraded`].filter(Boolean);
  const rest = parts.length > 0 ? `${parts.join(', ')}.` : 'Nothing needs attention.';
  return `${counted(workloads.length, 'workload')} in ${counted(namespaces, 'namespace')}${traffic}. ${rest}`;
}
