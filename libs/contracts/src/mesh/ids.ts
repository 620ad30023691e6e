/**
 * The ids of nodes and edges. Invariant: they are pure functions of identity, so they are stable across windows, restarts and replicas.
 * Apart from the schemas, so that the browser can have them without a validator.
 */
import type { NodeKind, Protocol } from './identity.js';

/** Escapes what is not safe in an id: `*` becomes `_2a`. The result has only `A-Za-z0-9.-` and `_xx`. */
function idPart(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/gu, (char) =>
    Array.from(new TextEncoder().encode(char), (byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** `workload~east~shop~checkout`; a versioned app ends in `~v1`. Safe in a URL path and as a DOM id. */
export function nodeId(kind: NodeKind, cluster: string, namespace: string, name: string, version?: string): string {
  const base = `${kind}~${idPart(cluster)}~${idPart(namespace)}~${idPart(name)}`;
  return version === undefined ? base : `${base}~${idPart(version)}`;
}

/** `<source>~~<target>~~http`. One edge per pair and protocol; `service` makes the id of a sample of one service. */
export function edgeId(source: string, target: string, edgeProtocol: Protocol, service?: string): string {
  const base = `${source}~~${target}~~${edgeProtocol}`;
  return service === undefined ? base : `${base}~~${idPart(service)}`;
}
