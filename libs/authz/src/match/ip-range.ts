/**
 * Is an address inside a block? Envoy's CidrRange: host bits are ignored, families never mix, `::ffff:1.2.3.4` is IPv6.
 * Addresses are read strictly, as Go's netip does: no leading zeros, no zones.
 */

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface IpRange {
  readonly family: 4 | 6;
  readonly network: bigint;
  /** How many low bits are free. */
  readonly hostBits: bigint;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const groups = halves.map(groupsOf);
  const last = groups.at(-1)?.at(-1);
  if (last?.includes('.')) {
    const embedded = parseIpv4(last);
    if (embedded === undefined) return undefined;
    groups.at(-1)?.splice(-1, 1, (embedded >> 16n).toString(16), (embedded & 0xffffn).toString(16));
  }
  const [head = [], tail = []] = groups;
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const all = [...head, ...Array<string>(8 - given).fill('0'), ...tail];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** undefined when the text is no address. */
export function parseIp(text: string): IpAddress | undefined {
  const value4 = parseIpv4(text);
  if (value4 !== undefined) return { family: 4, value: value4 };
  const value6 = text.includes(':') ? parseIpv6(text) : undefined;
  return value6 === undefined ? undefined : { family: 6, value: value6 };
}

/** An address or a CIDR block; undefined when it is neither. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const address = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  const prefix = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) return undefined;
  const hostBits = BigInt(bits - Number(prefix));
  return { family: address.family, network: address.value >> hostBits, hostBits };
}

export function inRange(range: IpRange, address: IpAddress | undefined): boolean {
  return address !== undefined && address.family === range.family && address.value >> range.hostBits === range.network;
}
