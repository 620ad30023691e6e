/**
 * A draft as text that fits into a link: JSON, deflated, base64url. Invariant: what does not unpack is no draft, and nothing
 * larger than the limit is ever unpacked, whoever made the link.
 */
export interface Draft {
  text: string;
  /** `kind/namespace/name` of policies to take away. */
  deletions: readonly string[];
}

/** Longer links do not survive chat windows and proxies. */
export const LINK_MAX = 6000;
const UNPACKED_MAX = 1_000_000;

async function through(bytes: Uint8Array<ArrayBuffer>, pair: { readable: ReadableStream; writable: WritableStream }): Promise<Uint8Array> {
  const reader = (new Blob([bytes]).stream().pipeThrough(pair) as ReadableStream<Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > UNPACKED_MAX) throw new RangeError('too large');
    parts.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Undefined where it would be too long for a link. */
export async function packDraft({ text, deletions }: Draft): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(JSON.stringify({ t: text, d: deletions }));
  if (bytes.length > UNPACKED_MAX) return undefined;
  const packed = await through(bytes, new CompressionStream('deflate-raw'));
  const base64 = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(''));
  const link = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return link.length <= LINK_MAX ? link : undefined;
}

export async function unpackDraft(link: string): Promise<Draft | undefined> {
  if (link.length > LINK_MAX) return undefined;
  try {
    const bytes = Uint8Array.from(atob(link.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    const value = JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')))) as {
      t?: unknown;
      d?: unknown;
    };
    if (typeof value.t !== 'string' || !Array.isArray(value.d)) return undefined;
    return { text: value.t, deletions: value.d.filter((each) => typeof each === 'string') };
  } catch {
    return undefined;
  }
}
