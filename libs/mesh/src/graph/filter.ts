/** What of the graph is asked for? Invariant: an edge that is in has both its ends in. */
import type { MeshGraph } from '../types.js';

export interface GraphFilter {
  /** Empty or absent: all. An edge is in when one of its ends is. */
  readonly namespaces?: readonly string[] | undefined;
  readonly cluster?: string | undefined;
  /** False leaves nodes without traffic out; default true. */
  readonly idle?: boolean | undefined;
}

export function filterGraph(graph: MeshGraph, { namespaces = [], cluster, idle = true }: GraphFilter): MeshGraph {
  const everywhere = namespaces.length === 0 && cluster === undefined;
  if (everywhere && idle) return graph;
  const wanted = new Set(namespaces);
  const inside = new Set<string>();
  for (const node of graph.nodes) {
    if ((wanted.size === 0 || wanted.has(node.namespace)) && (cluster === undefined || node.cluster === cluster)) inside.add(node.id);
  }
  const edges = everywhere ? graph.edges : graph.edges.filter(({ source, target }) => inside.has(source) || inside.has(target));
  const ends = new Set(edges.flatMap(({ source, target }) => [source, target]));
  return { nodes: graph.nodes.filter((node) => ends.has(node.id) || (inside.has(node.id) && (idle || !node.idle))), edges };
}
