/**
 * How does a delta travel, when NATS carries at most 1 MiB a message? Items are dealt out to chunks in order.
 * Invariant: the chunks together hold exactly the delta, and each stays below `maxBytes` unless one item alone is larger.
 */
import type { TopologyDelta } from '@observatory/contracts';

export type WholeDelta = Omit<TopologyDelta, 'chunk'>;

export const DELTA_CHUNK_MAX_BYTES = 600_000;

/** Of the fields beside the items: sources of some clusters, times, brackets. */
const HEAD_BYTES = 4_000;

export function chunkDelta(delta: WholeDelta, maxBytes = DELTA_CHUNK_MAX_BYTES): TopologyDelta[] {
  const chunks: Pick<TopologyDelta, 'nodes' | 'edges'>[] = [];
  let room = 0;
  const current = (item: unknown): Pick<TopologyDelta, 'nodes' | 'edges'> => {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (chunks.length === 0 || bytes > room) {
      chunks.push({ nodes: { upserted: [], removed: [] }, edges: { upserted: [], removed: [] } });
      room = maxBytes - HEAD_BYTES;
    }
    room -= bytes;
    return chunks.at(-1) as Pick<TopologyDelta, 'nodes' | 'edges'>;
  };
  for (const node of delta.nodes.upserted) current(node).nodes.upserted.push(node);
  for (const id of delta.nodes.removed) current(id).nodes.removed.push(id);
  for (const edge of delta.edges.upserted) current(edge).edges.upserted.push(edge);
  for (const id of delta.edges.removed) current(id).edges.removed.push(id);
  if (chunks.length === 0) chunks.push({ nodes: { upserted: [], removed: [] }, edges: { upserted: [], removed: [] } });
  return chunks.map((chunk, index) => ({ ...delta, ...chunk, chunk: { index, count: chunks.length } }));
}
