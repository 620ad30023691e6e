/**
 * How is an answer kept where other replicas find it? One line of JSON that says what it is, then its bytes, compressed when large.
 * Invariant: `unpack(await pack(kept))` equals `kept`; bytes that are something else unpack to undefined.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const expand = promisify(gunzip);
const COMPRESS_FROM_BYTES = 16_384;

export interface Kept {
  bytes: Buffer;
  etag?: string;
  /** Of what it follows, when it was asked for. */
  version: string;
  fetchedAt: number;
}

export async function pack({ bytes, ...about }: Kept): Promise<Buffer> {
  const zipped = bytes.length >= COMPRESS_FROM_BYTES;
  const head = Buffer.from(`${JSON.stringify({ ...about, zipped })}\n`);
  return Buffer.concat([head, zipped ? await compress(bytes, { level: 1 }) : bytes]);
}

export async function unpack(packed: Buffer): Promise<Kept | undefined> {
  const end = packed.indexOf(10);
  try {
    const { zipped, etag, version, fetchedAt } = JSON.parse(packed.subarray(0, end).toString('utf8')) as Omit<Kept, 'bytes'> & {
      zipped: boolean;
    };
    const body = packed.subarray(end + 1);
    return { bytes: zipped ? await expand(body) : body, version, fetchedAt, ...(etag === undefined ? {} : { etag }) };
  } catch {
    return undefined;
  }
}
