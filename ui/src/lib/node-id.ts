/**
 * Reads ids of nodes and edges back into what they name: the reverse of `nodeId` and `edgeId` in the contracts.
 * Invariant: what is not such an id comes back as its own name, so that a wrong link still says what it asked for.
 */
export interface NamedNode {
  kind: string;
  cluster: string;
  namespace: string;
  name: string;
}

/** `_2a` is a byte in hex; several make one character in UTF-8. */
function decodePart(part: string): string {
  const percent = part.replaceAll('%', '%25').replace(/_([0-9a-f]{2})/g, '%$1');
  try {
    return decodeURIComponent(percent);
  } catch {
    return part;
  }
}

export function parseNodeId(id: string): NamedNode {
  const [kind, cluster, namespace, name] = id.split('~').map(decodePart);
  if (kind === undefined || cluster === undefined || namespace === undefined || name === undefined)
    return { kind: 'unknown', cluster: '', namespace: '', name: id };
  return { kind, cluster, namespace, name };
}

/** A principal as a SPIFFE id: meshes write it with or without the scheme. */
export function spiffeId(principal: string): string {
  return principal.startsWith('spiffe://') ? principal : `spiffe://${principal}`;
}

/** Ids of nodes have `~~` too, where the namespace is empty: the protocol at the end tells where an edge's parts are. */
export function parseEdgeId(id: string): { source: NamedNode; target: NamedNode; protocol: string } | undefined {
  const match = /^(.+?~[^~]*~[^~]*~[^~]+(?:~[^~]+)?)~~(.+?~[^~]*~[^~]*~[^~]+(?:~[^~]+)?)~~(http|grpc|tcp)(?:~~.*)?$/.exec(id);
  if (!match) return undefined;
  const [, source = '', target = '', protocol = ''] = match;
  return { source: parseNodeId(source), target: parseNodeId(target), protocol };
}

/** An edge of one service, as the edge on the map that it is part of: `a~~b~~http~~host` as `a~~b~~http`. */
export function withoutService(edgeId: string): string {
  return /^(.+~~(?:http|grpc|tcp))~~[^~]*$/.exec(edgeId)?.[1] ?? edgeId;
}
