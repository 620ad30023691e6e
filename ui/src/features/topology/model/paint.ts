/**
 * Colours that another page asks for, on the map: by id of nodes and edges. Of a closed namespace, or of edges drawn as one,
 * the loudest colour wins. Invariant: what is not named stays quiet, so that only what was asked about is seen.
 */
import type { Topology } from '@observatory/contracts';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';
import { parseNodeId } from '../../../lib/node-id.js';
import { namespaceKey, namespaceNodeId } from './level-of-detail.js';
import type { Tones } from './overlay.js';

const LOUDNESS: readonly PaintTone[] = ['idle', 'encrypted', 'accent', 'unknown', 'degraded', 'failing'];

function loudest(tones: readonly (PaintTone | undefined)[]): PaintTone | undefined {
  return tones.reduce<PaintTone | undefined>(
    (most, tone) => (tone !== undefined && (most === undefined || LOUDNESS.indexOf(tone) > LOUDNESS.indexOf(most)) ? tone : most),
    undefined,
  );
}

export function paintTones({ nodes, edges }: Pick<MapPaint, 'nodes' | 'edges'>): Tones {
  const byNamespace = new Map<string, PaintTone[]>();
  for (const [id, tone] of Object.entries(nodes)) {
    const { cluster, namespace } = parseNodeId(id);
    const key = namespaceNodeId(namespaceKey({ cluster, namespace, kind: 'workload' }));
    byNamespace.set(key, [...(byNamespace.get(key) ?? []), tone]);
  }
  return {
    node: ({ id }) => nodes[id] ?? loudest(byNamespace.get(id) ?? []),
    edge: (edge) => loudest(edge.edges.map(({ id }) => edges[id])) ?? 'idle',
  };
}

/** Callers of a painted workload that are shown although nothing changes for them, the busiest first. */
const CONTEXT_MAX = 40;

/**
 * What is painted, with the other callers of the same workloads: who goes on as before says as much as who does not.
 * The rest of the mesh is left out, since a small map has no room for it.
 */
export function aroundPaint(
  topology: Topology,
  { nodes, edges }: Pick<MapPaint, 'nodes' | 'edges'>,
): { topology: Topology; missing: number } {
  const painted = topology.edges.filter(({ id }) => edges[id] !== undefined);
  const targets = new Set([...painted.map(({ target }) => target), ...Object.keys(nodes)]);
  const context = topology.edges
    .filter(({ id, target }) => targets.has(target) && edges[id] === undefined)
    .toSorted((a, b) => b.requestsPerSecond - a.requestsPerSecond)
    .slice(0, CONTEXT_MAX);
  const shown = new Set([...painted, ...context].map(({ id }) => id));
  const ends = new Set([...painted, ...context].flatMap(({ source, target }) => [source, target]));
  for (const id of Object.keys(nodes)) ends.add(id);
  return {
    topology: {
      ...topology,
      nodes: topology.nodes.filter(({ id }) => ends.has(id)),
      edges: topology.edges.filter(({ id }) => shown.has(id)),
    },
    missing: Object.keys(edges).length - painted.length,
  };
}
