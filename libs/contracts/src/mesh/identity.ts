/** Who is who in a mesh: the identities that samples, nodes and edges share. Their ids are in ids.ts. */
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
