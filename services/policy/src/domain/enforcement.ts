/**
 * Which proxies decide about a request to a workload? Its sidecar; out of the mesh the network alone; in ambient its ztunnel, and before that the waypoint of the service
 * that was called, which is then the client that ztunnel sees. Source: research/authz-semantics.md §1 and 7.4.
 * Invariant: a request passes when every point lets it.
 */
import type { Point } from '@observatory/authz';
import { WAYPOINT_LABEL } from './labels.js';
import type { ServiceFact } from './kube-facts.js';
import type { MeshModel, MeshWorkload } from './mesh-model.js';

export function pointsOf(target: MeshWorkload, model: MeshModel, service?: ServiceFact): Point[] {
  if (target.mesh === 'none') return [{ enforcer: 'none', workload: target.policy }];
  if (target.mesh === 'linkerd') return [{ enforcer: 'linkerd', workload: target.policy }];
  if (target.mesh === 'istio') return [{ enforcer: target.role === 'gateway' ? 'gateway' : 'sidecar', workload: target.policy }];
  if (target.role === 'waypoint') return [{ enforcer: 'waypoint', workload: target.policy }];
  const waypoint = waypointOf(target, model, service);
  if (!waypoint) return [{ enforcer: 'ztunnel', workload: target.policy }];
  const services = service ? [{ name: service.name, namespace: service.namespace, registry: 'Kubernetes' as const }] : [];
  return [
    { enforcer: 'waypoint', workload: { ...waypoint.policy, waypoint: true, services } },
    { enforcer: 'ztunnel', workload: target.policy, ...clientOf(waypoint) },
  ];
}

const clientOf = ({ principal, policy }: MeshWorkload): Pick<Point, 'client' | 'clientLabels'> =>
  principal === undefined ? {} : { client: principal, clientLabels: policy.labels };

function waypointOf(target: MeshWorkload, model: MeshModel, service: ServiceFact | undefined): MeshWorkload | undefined {
  const name = service?.waypoint ?? target.namespaceLabels[WAYPOINT_LABEL];
  if (name === undefined || name === 'none') return undefined;
  const named = ({ ref, policy }: MeshWorkload) => ref.name === name || policy.labels['gateway.networking.k8s.io/gateway-name'] === name;
  return model.workloads.find(
    (workload) => workload.role === 'waypoint' && workload.ref.namespace === target.ref.namespace && named(workload),
  );
}
