/**
 * A block of addresses with parts cut out of it, as NetworkPolicy's ipBlock and Linkerd's NetworkAuthentication have it.
 * Invariant: a block that cannot be read holds nothing; a cut that cannot be read cuts nothing out.
 */
import { inRange, parseIp, parseIpRange, type IpRange } from './ip-range.js';

export interface IpBlock {
  readonly range: IpRange | undefined;
  readonly except: readonly IpRange[];
}

export function ipBlock(block: unknown): IpBlock {
  const { cidr, except } = (block ?? {}) as { cidr?: unknown; except?: unknown };
  return {
    range: parseIpRange(String(cidr)),
    except: (Array.isArray(except) ? except : []).flatMap((each) => parseIpRange(String(each)) ?? []),
  };
}

export function inBlock({ range, except }: IpBlock, ip: string): boolean {
  const address = parseIp(ip);
  return range !== undefined && inRange(range, address) && !except.some((each) => inRange(each, address));
}
