import { headers } from '@nats-io/transport-node';
import { PARTS_HEADER, PARTS_MAX, PART_HEADER, ReplyJoiner, splitReply } from './reply-parts.js';

function partHeaders(index: number, count: number) {
  const of = headers();
  of.set(PARTS_HEADER, String(count));
  of.set(PART_HEADER, String(index));
  return of;
}

describe('a reply in parts', () => {
  it('is one part when it fits, at least one when it is empty', () => {
    expect(splitReply(Buffer.alloc(100), 1_048_576)).toHaveLength(1);
    expect(splitReply(Buffer.alloc(0), 1_048_576)).toHaveLength(1);
  });

  it('comes together in any order, also when a part is sent twice', () => {
    const whole = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
    const parts = splitReply(whole, 6_000);
    expect(parts.length).toBeGreaterThan(3);
    const joiner = new ReplyJoiner();
    const order = [1, 1, 0, ...parts.keys()].filter((value, index, all) => index < 3 || !all.slice(0, 3).includes(value));
    const results = order.map((index) => joiner.add(parts[index] as Uint8Array, partHeaders(index, parts.length)));
    expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
    expect(Buffer.compare(results.at(-1) as Buffer, whole)).toBe(0);
  });

  it('refuses parts that cannot be', () => {
    const check = (index: number, count: number) =>
      expect(() => new ReplyJoiner().add(Buffer.alloc(1), partHeaders(index, count))).toThrow(RangeError);
    check(2, 2);
    check(-1, 2);
    check(Number.NaN, 2);
    check(0, PARTS_MAX + 1);
  });
});
