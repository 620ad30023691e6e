/**
 * What of a delta concerns some namespaces? As in the graph itself (DESIGN §5): an edge is in when one of its ends is,
 * and its ends are with it. Removals go to all: ids are short, and removing what one does not have changes nothing.
 * Invariant: `at`, `previousAt` and chunks stay, so that a filtered feed is followed like the whole one.
 */
import type { TopologyDelta } from '@observatory/contracts';

/** `workload~east~shop~checkout` → `shop`. */
function namespaceOf(nodeId: string): string {
  return nodeId.split('~', 3)[2] ?? '';
}

export function filterDelta(delta: TopologyDelta, namespaces: readonly string[]): TopologyDelta {
  const wanted = new Set(namespaces);
  const edges = delta.edges.upserted.filter(({ source, target }) => wanted.has(namespaceOf(source)) || wanted.has(namespaceOf(target)));
  const ends = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const nodes = delta.nodes.upserted.filter(({ id, namespace }) => wanted.has(namespace) || ends.has(id));
  return { ...delta, nodes: { ...delta.nodes, upserted: nodes }, edges: { ...delta.edges, upserted: edges } };
}
