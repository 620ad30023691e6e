/**
 * How is a window split into events? By the bytes of its edges, since NATS carries at most 1 MiB a message. Each edge is made
 * JSON once, here: the text that is measured is the text that is sent.
 * Invariant: the same edges in the same order make the same chunks, so that publishing again is recognised chunk by chunk.
 */
import type { EdgeSample, WindowClosed } from '@observatory/contracts';

/** Leaves room for what stands around the edges. */
export const CHUNK_MAX_BYTES = 700_000;

/** JSON lists of edges. At least one: a window without traffic is one without edges. */
export function chunksOf(edges: readonly EdgeSample[], maxBytes = CHUNK_MAX_BYTES): string[] {
  const chunks: string[] = [];
  let texts: string[] = [];
  let bytes = 0;
  for (const edge of edges) {
    const text = JSON.stringify(edge);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > maxBytes && bytes > 0) {
      chunks.push(`[${texts.join()}]`);
      texts = [];
      bytes = 0;
    }
    texts.push(text);
    bytes += size;
  }
  chunks.push(`[${texts.join()}]`);
  return chunks;
}

/** The event of one chunk, as JSON. */
export function closedEvent(about: Omit<WindowClosed, 'edges'>, edges: string): string {
  return `${JSON.stringify(about).slice(0, -1)},"edges":${edges}}`;
}
