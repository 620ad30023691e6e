/**
 * Which edge does an id mean? Reads what `edgeId` and `nodeId` of the contracts write, of any of the four graphs.
 * Invariant: undefined for anything that they cannot have written.
 */
import { nodeKind, protocol, type NodeKind, type Protocol } from '@observatory/contracts';

export interface EndReference {
  kind: NodeKind;
  cluster: string;
  namespace: string;
  name: string;
  version?: string;
}

export interface EdgeReference {
  source: EndReference;
  target: EndReference;
  protocol: Protocol;
}

/** `_2a` was `*`: bytes of UTF-8 in hexadecimal. */
function unescaped(part: string): string | undefined {
  if (!/^(?:[A-Za-z0-9.-]|_[0-9a-f]{2})*$/.test(part)) return undefined;
  try {
    return decodeURIComponent(part.replaceAll('_', '%'));
  } catch {
    return undefined;
  }
}

export function endReference(id: string): EndReference | undefined {
  const [kindText, ...parts] = id.split('~');
  const kind = nodeKind.safeParse(kindText);
  const [cluster, namespace, name, version] = parts.map(unescaped);
  if (!kind.success || parts.length < 3 || parts.length > 4 || cluster === undefined || namespace === undefined || name === undefined)
    return undefined;
  return { kind: kind.data, cluster, namespace, name, ...(version === undefined ? {} : { version }) };
}

/** An empty namespace leaves `~~` inside an end, so the protocol is looked for first. */
export function edgeReference(id: string): EdgeReference | undefined {
  const match = /^(.+)~~(http|grpc|tcp)(?:~~[^~]*)?$/.exec(id);
  if (!match) return undefined;
  const [, ends = '', protocolText] = match;
  for (let at = ends.indexOf('~~'); at >= 0; at = ends.indexOf('~~', at + 1)) {
    const source = endReference(ends.slice(0, at));
    const target = endReference(ends.slice(at + 2));
    if (source && target) return { source, target, protocol: protocol.parse(protocolText) };
  }
  return undefined;
}
