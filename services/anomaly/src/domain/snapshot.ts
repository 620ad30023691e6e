/**
 * What was learned as bytes, and back: a head of JSON with lengths, then the typed arrays as they are in memory.
 * Invariant: `decode(encode(state))` equals `state`; bytes of another format are undefined, and everything is learned anew.
 */
import type { DetectorState } from './cluster-detector.js';
import { COUNTS, QUANTITIES, RELATED } from './signals.js';

/** Changes whenever the meaning of a number in it does. */
const FORMAT = `2 ${QUANTITIES.map(({ signal }) => signal).join()} ${RELATED} ${COUNTS.map(({ signal }) => signal).join()}`;
const ALIGN = 8;

type TypedArray = Float32Array | Float64Array | Uint16Array | Uint8Array;
const KINDS = { Float32Array, Float64Array, Uint16Array, Uint8Array } as const;
interface Piece {
  readonly kind: keyof typeof KINDS;
  readonly length: number;
}

const isTyped = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

export function encode(state: DetectorState): Buffer {
  const arrays: TypedArray[] = [];
  const pieces: Piece[] = [];
  const head = JSON.stringify({ format: FORMAT, state }, (_, value: unknown) => {
    if (value === Number.POSITIVE_INFINITY) return { infinity: true };
    if (!isTyped(value)) return value;
    arrays.push(value);
    pieces.push({ kind: value.constructor.name as keyof typeof KINDS, length: value.length });
    return { piece: pieces.length - 1 };
  });
  const parts = [frame(Buffer.from(JSON.stringify(pieces))), frame(Buffer.from(head))];
  for (const array of arrays) parts.push(padded(Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
  return Buffer.concat(parts);
}

export function decode(bytes: Uint8Array): DetectorState | undefined {
  // Typed arrays need their alignment.
  const whole = bytes.byteOffset % ALIGN === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : aligned(bytes);
  const piecesFrame = unframe(whole, 0);
  const headFrame = piecesFrame && unframe(whole, piecesFrame.next);
  if (!piecesFrame || !headFrame) return undefined;
  const arrays: TypedArray[] = [];
  let at = headFrame.next;
  for (const { kind, length } of JSON.parse(piecesFrame.text) as Piece[]) {
    const Kind = KINDS[kind];
    if (at + length * Kind.BYTES_PER_ELEMENT > whole.byteLength) return undefined;
    arrays.push(new Kind(whole.buffer as ArrayBuffer, whole.byteOffset + at, length));
    at = roundUp(at + length * Kind.BYTES_PER_ELEMENT);
  }
  const parsed = JSON.parse(headFrame.text, (_, value: unknown) => {
    const found = value as { piece?: number; infinity?: boolean } | null;
    if (typeof found !== 'object' || found === null) return value;
    if (found.infinity === true) return Number.POSITIVE_INFINITY;
    return typeof found.piece === 'number' ? arrays[found.piece] : value;
  }) as { format: string; state: DetectorState };
  return parsed.format === FORMAT ? parsed.state : undefined;
}

const roundUp = (length: number): number => Math.ceil(length / ALIGN) * ALIGN;

function aligned(bytes: Uint8Array): Buffer {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return Buffer.from(copy.buffer);
}

function padded(bytes: Buffer): Buffer {
  const length = roundUp(bytes.length);
  return length === bytes.length ? bytes : Buffer.concat([bytes], length);
}

/** Its length in eight bytes, then the text. */
function frame(text: Buffer): Buffer {
  const length = Buffer.alloc(ALIGN);
  length.writeUInt32LE(text.length);
  return padded(Buffer.concat([length, text]));
}

function unframe(bytes: Buffer, at: number): { text: string; next: number } | undefined {
  if (bytes.length < at + ALIGN) return undefined;
  const length = bytes.readUInt32LE(at);
  if (bytes.length < at + ALIGN + length) return undefined;
  return { text: bytes.subarray(at + ALIGN, at + ALIGN + length).toString('utf8'), next: roundUp(at + ALIGN + length) };
}
