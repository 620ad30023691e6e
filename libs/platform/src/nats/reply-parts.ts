/**
 * A reply larger than a NATS message (1 MiB by default) goes as parts, each saying how many there are and which it is.
 * A reply that fits is one plain message, so other teams need nothing of this for ordinary answers.
 */
import type { MsgHdrs } from '@nats-io/transport-node';

export const PARTS_HEADER = 'Observatory-Parts';
export const PART_HEADER = 'Observatory-Part';
/** A bound on what one answer may weigh: beyond it something is wrong. */
export const PARTS_MAX = 256;
/** Room for headers under the server's limit. */
const HEADROOM_BYTES = 4096;

export function splitReply(bytes: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  const size = Math.max(1024, maxPayloadBytes - HEADROOM_BYTES);
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Collects parts in any order. `add` returns the whole once the last part is there. */
export class ReplyJoiner {
  private readonly parts: Uint8Array[] = [];
  private received = 0;

  add(data: Uint8Array, headers: MsgHdrs | undefined): Uint8Array | undefined {
    const count = Number(headers?.get(PARTS_HEADER) || 1);
    if (count === 1) return data;
    const index = Number(headers?.get(PART_HEADER));
    if (!(count <= PARTS_MAX) || !(index >= 0 && index < count)) throw new RangeError(`reply part ${index} of ${count}`);
    if (this.parts[index] === undefined) this.received += 1;
    this.parts[index] = data;
    return this.received === count ? Buffer.concat(this.parts) : undefined;
  }
}
