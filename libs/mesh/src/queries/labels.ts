/**
 * By which labels are the meshes' metrics summed? Source: istio/proxy's stats filter and linkerd2-proxy's metrics.
 * Invariant: nothing that only names the reporting pod (pod, instance, node) is kept, so the size of an answer
 * follows the edges of the mesh and not its replicas.
 */
const ISTIO_ENDS = [
  'reporter',
  'source_cluster',
  'source_workload_namespace',
  'source_workload',
  'source_principal',
  'destination_cluster',
  'destination_workload_namespace',
  'destination_workload',
  'destination_service',
  'destination_service_name',
  'destination_service_namespace',
] as const;
const ISTIO_VERSIONS = [
  'source_canonical_service',
  'source_canonical_revision',
  'destination_canonical_service',
  'destination_canonical_revision',
] as const;

/** The 21 labels of what happened: who, with what outcome, seen by whom. */
export const ISTIO_REQUEST_LABELS: readonly string[] = [
  ...ISTIO_ENDS,
  ...ISTIO_VERSIONS,
  'destination_principal',
  'request_protocol',
  'response_code',
  'response_flags',
  'grpc_response_status',
  'connection_security_policy',
];
/** `app` is the reporting pod's: `ztunnel` tells ambient's layer 4 from a sidecar's TCP. */
export const ISTIO_TCP_LABELS: readonly string[] = [
  ...ISTIO_ENDS,
  ...ISTIO_VERSIONS,
  'destination_principal',
  'response_flags',
  'connection_security_policy',
  'app',
];
/** What a latency or a size belongs to: the edge, with all its codes together. */
export const ISTIO_EDGE_LABELS: readonly string[] = [...ISTIO_ENDS, 'request_protocol'];

/** The most telling owner first: a pod of a deployment has a replica set too. */
export const LINKERD_OWNERS = [
  'deployment',
  'statefulset',
  'daemonset',
  'cronjob',
  'k8s_job',
  'job',
  'replicationcontroller',
  'replicaset',
] as const;
/** `job` without dst_ is Prometheus' own label, never an owner. */
const SOURCE_OWNERS = LINKERD_OWNERS.filter((owner) => owner !== 'job');

export const LINKERD_EDGE_LABELS: readonly string[] = [
  'direction',
  'namespace',
  ...SOURCE_OWNERS,
  'dst_namespace',
  ...LINKERD_OWNERS.map((owner) => `dst_${owner}`),
  'dst_service',
  'dst_target_cluster',
  'dst_target_service',
  'dst_target_service_namespace',
  'authority',
  'target_port',
];
export const LINKERD_RESPONSE_LABELS: readonly string[] = [
  ...LINKERD_EDGE_LABELS,
  'tls',
  'server_id',
  'status_code',
  'classification',
  'grpc_status',
];
export const LINKERD_TCP_LABELS: readonly string[] = [...LINKERD_EDGE_LABELS, 'tls', 'server_id'];
