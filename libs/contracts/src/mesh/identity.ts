/**
 * Who is who in a mesh: the identities that samples, nodes and edges share.
 * Invariant: ids are pure functions of identity, so they are stable across windows, restarts and replicas.
 */
import { z } from 'zod';

export const meshKind = z.enum(['istio', 'ambient', 'linkerd', 'none']);
export type MeshKind = z.infer<typeof meshKind>;

export const protocol = z.enum(['http', 'grpc', 'tcp']);
export type Protocol = z.infer<typeof protocol>;

export const reporter = z.enum(['source', 'destination', 'waypoint']);
export type Reporter = z.infer<typeof reporter>;

export const nodeKind = z.enum(['workload', 'app', 'service', 'serviceEntry', 'external', 'unknown']);
export type NodeKind = z.infer<typeof nodeKind>;

export const nodeRole = z.enum(['gateway', 'waypoint', 'ztunnel', 'egress', 'passthrough', 'blackhole']);
export type NodeRole = z.infer<typeof nodeRole>;

/**
 * One end of a sample. `kind` is never `app` here: apps are a view.
 * `namespace` is '' where it is not known; `name` of kind `unknown` is 'unknown'.
 */
export const endpointIdentity = z
  .object({
    kind: nodeKind.exclude(['app']),
    cluster: z.string(),
    namespace: z.string(),
    name: z.string(),
    app: z.string().optional(),
    version: z.string().optional(),
    role: nodeRole.optional(),
  })
  .meta({ id: 'EndpointIdentity' });
export type EndpointIdentity = z.infer<typeof endpointIdentity>;

export const serviceIdentity = z
  .object({ cluster: z.string(), namespace: z.string(), name: z.string(), host: z.string() })
  .meta({ id: 'ServiceIdentity' });
export type ServiceIdentity = z.infer<typeof serviceIdentity>;

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
