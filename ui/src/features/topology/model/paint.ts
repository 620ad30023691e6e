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

/** What is painted, with what it leads to and comes from: the part of the mesh that a small map has room for. */
export function aroundPaint(
  topology: Topology,
  { nodes, edges }: Pick<MapPaint, 'nodes' | 'edges'>,
): { topology: Topology; missing: number } {
  const painted = topology.edges.filter(({ id }) => edges[id] !== undefined);
  const ends = new Set([...painted.flatMap(({ source, target }) => [source, target]), ...Object.keys(nodes)]);
  const kept = topology.edges.filter(({ source, target }) => ends.has(source) && ends.has(target));
  return {
    topology: { ...topology, nodes: topology.nodes.filter(({ id }) => ends.has(id)), edges: kept },
    missing: Object.keys(edges).length - painted.length,
  };
}
