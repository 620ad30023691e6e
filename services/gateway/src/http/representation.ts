/** A body with its tag, and its compressed forms, each made once and off the main thread. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { weakEtag, type Encoding } from './negotiate.js';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Below this a compressed body saves no packet. */
export const COMPRESS_MIN_BYTES = 1024;
/** JSON of 8 MB: some 90 ms and a fourteenth of the size; higher levels cost much and save little. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 5;

export class Representation {
  readonly etag: string;
  private readonly forms = new Map<Encoding, Promise<Buffer>>();

  constructor(
    readonly bytes: Buffer,
    etag?: string,
    readonly contentType = 'application/json; charset=utf-8',
  ) {
    this.etag = weakEtag(etag ?? createHash('sha1').update(bytes).digest('base64url'));
  }

  static json(value: unknown, etag?: string): Representation {
    return new Representation(Buffer.from(JSON.stringify(value)), etag);
  }

  /** Forms that were asked for so far. */
  get encodings(): Encoding[] {
    return [...this.forms.keys()];
  }

  get compressible(): boolean {
    return this.bytes.length >= COMPRESS_MIN_BYTES;
  }

  encoded(encoding: Encoding): Promise<Buffer> {
    const known = this.forms.get(encoding);
    if (known) return known;
    const form = encoding === 'br' ? brotli(this.bytes, brotliOptions(this.bytes.length)) : deflate(this.bytes, { level: GZIP_LEVEL });
    this.forms.set(encoding, form);
    return form;
  }
}

function brotliOptions(sizeBytes: number) {
  return { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: sizeBytes } };
}
