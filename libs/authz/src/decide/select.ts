/**
 * Which policies apply to a workload? Source: Istio's pilot/pkg/model/{authorization,policyattachment}.go.
 * Invariant: a policy of a namespace that is neither the root's, the workload's, nor (for a waypoint) its service's never applies.
 */
import type { AuthorizationPolicy, MeshSettings, TargetRef, Workload } from '../model/policy.js';

export const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';
const GATEWAY_GROUP = 'gateway.networking.k8s.io';
const SERVICE_ENTRY_GROUP = 'networking.istio.io';
const WAYPOINT_CLASS = 'istio-waypoint';

export function selectPolicies<P extends Pick<AuthorizationPolicy, 'namespace' | 'selector' | 'targetRefs'>>(
  policies: readonly P[],
  workload: Workload,
  mesh: MeshSettings,
): P[] {
  const namespaces = new Set([mesh.rootNamespace, workload.namespace]);
  if (workload.waypoint) for (const service of workload.services ?? []) namespaces.add(service.namespace);
  return policies.filter((policy) => namespaces.has(policy.namespace) && applies(policy, workload, mesh));
}

function applies(
  policy: Pick<AuthorizationPolicy, 'namespace' | 'selector' | 'targetRefs'>,
  workload: Workload,
  mesh: MeshSettings,
): boolean {
  const gateway = workload.labels[GATEWAY_LABEL];
  if (gateway === undefined) return policy.targetRefs.length === 0 && selects(policy, workload, mesh);
  if (policy.targetRefs.length === 0) return !workload.waypoint && selects(policy, workload, mesh);
  return policy.targetRefs.some((ref) => attaches(ref, policy.namespace, { workload, gateway, mesh }));
}

/** A policy of a service's namespace reaches a waypoint by reference only, not by its selector. */
function selects(policy: Pick<AuthorizationPolicy, 'namespace' | 'selector'>, workload: Workload, mesh: MeshSettings): boolean {
  if (policy.namespace !== workload.namespace && policy.namespace !== mesh.rootNamespace) return false;
  return Object.entries(policy.selector ?? {}).every(([key, value]) => workload.labels[key] === value);
}

interface Attachment {
  readonly workload: Workload;
  readonly gateway: string;
  readonly mesh: MeshSettings;
}

function attaches(ref: TargetRef, policyNamespace: string, { workload, gateway, mesh }: Attachment): boolean {
  if (ref.group === GATEWAY_GROUP && ref.kind === 'Gateway') {
    const isOwnNamespace = ref.namespace === undefined || ref.namespace === '' || ref.namespace === policyNamespace;
    return isOwnNamespace && policyNamespace === workload.namespace && ref.name === gateway;
  }
  if (!workload.waypoint) return false;
  if (ref.group === GATEWAY_GROUP && ref.kind === 'GatewayClass')
    return ref.name === WAYPOINT_CLASS && policyNamespace === mesh.rootNamespace;
  const registry = registryOf(ref);
  return (workload.services ?? []).some(
    (service) => service.registry === registry && service.name === ref.name && service.namespace === policyNamespace,
  );
}

function registryOf(ref: TargetRef): 'Kubernetes' | 'External' | undefined {
  if (ref.kind === 'Service' && (ref.group === '' || ref.group === 'core')) return 'Kubernetes';
  if (ref.kind === 'ServiceEntry' && ref.group === SERVICE_ENTRY_GROUP) return 'External';
  return undefined;
}
