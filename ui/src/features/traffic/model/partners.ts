/** Who calls a workload, and whom does it call? One row per edge, with the node at its other end where the graph has it. */
import type { Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { parseNodeId } from '../../../lib/node-id.js';

export interface Partner {
  edge: TopologyEdge;
  name: string;
  namespace: string;
  node: TopologyNode | undefined;
}

export function partners(graph: Pick<Topology, 'nodes' | 'edges'>, id: string, side: 'callers' | 'callees'): Partner[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const [own, other] = side === 'callers' ? (['target', 'source'] as const) : (['source', 'target'] as const);
  return graph.edges
    .filter((edge) => edge[own] === id)
    .map((edge) => ({
      edge,
      name: parseNodeId(edge[other]).name,
      namespace: parseNodeId(edge[other]).namespace,
      node: nodes.get(edge[other]),
    }))
    .toSorted((a, b) => b.edge.requestsPerSecond - a.edge.requestsPerSecond);
}

export function findWorkload(
  graph: Pick<Topology, 'nodes'>,
  { cluster, namespace, name }: Pick<TopologyNode, 'cluster' | 'namespace' | 'name'>,
): TopologyNode | undefined {
  return graph.nodes.find(
    (node) => node.kind === 'workload' && node.cluster === cluster && node.namespace === namespace && node.name === name,
  );
}
