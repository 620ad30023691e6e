/**
 * What of a graph does the layout need, and how do its places get into the nodes?
 * A node without a namespace is in a block of its cluster: callers that nobody knows on one side, what is outside on the other.
 */
import type { TopologyNode } from '@observatory/contracts';
import type { MeshGraph } from '@observatory/mesh';
import type { Places } from './geometry.js';
import type { LayoutEdge, LayoutNode } from './layout.js';

export function layoutInput({ nodes, edges }: MeshGraph): { nodes: LayoutNode[]; edges: LayoutEdge[] } {
  return {
    nodes: nodes.map((node) => ({ id: node.id, block: blockOf(node) })),
    // Busy edges pull harder; a hundred times the traffic not a hundred times as hard.
    edges: edges.map(({ source, target, requestsPerSecond, connectionsPerSecond = 0 }) => ({
      source,
      target,
      weight: 1 + Math.log10(1 + requestsPerSecond + connectionsPerSecond),
    })),
  };
}

function blockOf({ cluster, namespace, kind }: TopologyNode): string {
  if (namespace !== '') return `${cluster}/${namespace}`;
  return kind === 'unknown' ? `${cluster}/ unknown` : `${cluster}/ outside`;
}

export function placed(graph: MeshGraph, places: Places): MeshGraph {
  return {
    edges: graph.edges,
    nodes: graph.nodes.map((node) => {
      const place = places.get(node.id);
      return place ? { ...node, position: { x: place.x, y: place.y } } : node;
    }),
  };
}
