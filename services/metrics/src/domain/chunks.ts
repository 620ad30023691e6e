/**
 * How is a window split into events? By the bytes of its edges, since NATS carries at most 1 MiB a message.
 * Invariant: the same edges in the same order make the same chunks, so that publishing again is recognised chunk by chunk.
 */
import type { EdgeSample } from '@observatory/contracts';

/** Leaves room for what stands around the edges. */
export const CHUNK_MAX_BYTES = 700_000;

/** At least one chunk: a window without traffic is one without edges. */
export function chunksOf(edges: readonly EdgeSample[], maxBytes = CHUNK_MAX_BYTES): EdgeSample[][] {
  const chunks: EdgeSample[][] = [[]];
  let bytes = 0;
  for (const edge of edges) {
    const size = Buffer.byteLength(JSON.stringify(edge)) + 1;
    if (bytes + size > maxBytes && bytes > 0) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)!.push(edge);
    bytes += size;
  }
  return chunks;
}
