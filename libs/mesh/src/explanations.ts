/** What is this node, in plain words? For nodes that puzzle people because no workload of the cluster stands behind them. */
import type { NodeKind, NodeRole } from '@observatory/contracts';

const ROLES: Partial<Record<NodeRole, string>> = {
  passthrough:
    'Traffic to destinations that the mesh has no configuration for (Envoy’s PassthroughCluster). It leaves unrouted and, unless the application encrypts it, unencrypted. A ServiceEntry gives such a destination a name, policies and telemetry.',
  blackhole:
    'Traffic that the mesh refused because its destination is not registered (Envoy’s BlackHoleCluster, outbound policy REGISTRY_ONLY). It never left the caller’s proxy. A ServiceEntry would let it through.',
  waypoint: 'A waypoint proxy. Requests through it are shown between their true ends, so it may have no edges of its own.',
  ztunnel: 'The node proxy of ambient mode. Connections through it are shown between their true ends, so it has no edges of its own.',
};

const KINDS: Partial<Record<NodeKind, string>> = {
  unknown:
    'Traffic whose other end did not say who it is: clients outside the mesh, such as probes, nodes or load balancers, or proxies that exchange no metadata.',
  external: 'A host outside the mesh that no ServiceEntry names; known by the address that callers used.',
  serviceEntry: 'A host outside the mesh that a ServiceEntry names.',
};

export function explanationOf(kind: NodeKind, role?: NodeRole): string | undefined {
  return (role === undefined ? undefined : ROLES[role]) ?? KINDS[kind];
}
