/**
 * Which graph do we hold after this delta? The rule is that of TopologyDelta in the contracts: who holds the graph of
 * `previousAt` gets the graph of `at`. Invariant: a graph is replaced when its last chunk is here, never in parts, and
 * a delta that does not continue what is held leaves it untouched and asks for a snapshot.
 */
import type { Topology, TopologyDelta } from '@observatory/contracts';

export interface HeldTopology {
  topology: Topology;
  /** Chunks of the next graph, incomplete so far. */
  chunks: TopologyDelta[];
}

export type Received =
  | { outcome: 'applied' | 'collected' | 'ignored'; held: HeldTopology }
  | { outcome: 'needSnapshot'; held: HeldTopology; reason: string };

function merge<T extends { id: string }>(items: readonly T[], upserted: readonly T[], removed: readonly string[]): T[] {
  if (upserted.length === 0 && removed.length === 0) return items as T[];
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const id of removed) byId.delete(id);
  for (const item of upserted) byId.set(item.id, item);
  return [...byId.values()];
}

function apply(topology: Topology, chunks: readonly TopologyDelta[]): Topology {
  const last = chunks[0] as TopologyDelta;
  const whole = last.previousAt === null;
  return {
    ...topology,
    generatedAt: last.at,
    at: last.at,
    windowSec: last.windowSec,
    sources: last.sources,
    nodes: merge(
      whole ? [] : topology.nodes,
      chunks.flatMap(({ nodes }) => nodes.upserted),
      chunks.flatMap(({ nodes }) => nodes.removed),
    ),
    edges: merge(
      whole ? [] : topology.edges,
      chunks.flatMap(({ edges }) => edges.upserted),
      chunks.flatMap(({ edges }) => edges.removed),
    ),
  };
}

export function receiveDelta(held: HeldTopology, delta: TopologyDelta): Received {
  const heldAt = Date.parse(held.topology.at);
  const settled: HeldTopology = { topology: held.topology, chunks: [] };
  if (Date.parse(delta.at) <= heldAt) return { outcome: 'ignored', held };
  if (delta.windowSec !== held.topology.windowSec) {
    return { outcome: 'needSnapshot', held: settled, reason: `the delta is of ${delta.windowSec} s windows` };
  }
  if (delta.previousAt !== null && Date.parse(delta.previousAt) !== heldAt) {
    return { outcome: 'needSnapshot', held: settled, reason: `the delta continues ${delta.previousAt}` };
  }
  const same = held.chunks.filter(({ at }) => at === delta.at);
  if (same.length !== held.chunks.length) {
    return { outcome: 'needSnapshot', held: settled, reason: 'a part of the previous delta is missing' };
  }
  const chunks = [...same.filter(({ chunk }) => chunk.index !== delta.chunk.index), delta];
  if (chunks.length < delta.chunk.count) return { outcome: 'collected', held: { topology: held.topology, chunks } };
  return { outcome: 'applied', held: { topology: apply(held.topology, chunks), chunks: [] } };
}
