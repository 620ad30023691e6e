/**
 * Which workloads are there, as policies see them: labels, account, mesh, services, ports? Joined from pods, controllers and services.
 * Invariant: one entry per workload, named as the mesh's metrics name it; what runs wins over what is asked for.
 */
import { isSelected } from '@observatory/authz';
import { nodeId, type MeshKind, type NodeRole, type PolicyWorkload, type WorkloadRef } from '@observatory/contracts';
import { meshAskedFor, meshOfPods, roleOf } from '@observatory/platform';
import type { ClusterFacts, ControllerFact, Labels, PodFact, PortFact, ServiceFact } from './kube-facts.js';

export interface MeshWorkload {
  readonly ref: WorkloadRef;
  readonly policy: PolicyWorkload;
  readonly mesh: MeshKind;
  readonly role?: NodeRole;
  readonly ports: readonly PortFact[];
  readonly services: readonly ServiceFact[];
  readonly namespaceLabels: Labels;
  /** `<trust domain>/ns/<namespace>/sa/<account>`; undefined out of a mesh that gives such identities. */
  readonly principal?: string;
  /** Seen running: otherwise only asked for. */
  readonly running: boolean;
}

export interface MeshModel {
  readonly cluster: string;
  readonly workloads: readonly MeshWorkload[];
  readonly byId: ReadonlyMap<string, MeshWorkload>;
  readonly namespaces: readonly string[];
}

const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

interface Draft {
  readonly namespace: string;
  readonly name: string;
  readonly controller?: ControllerFact;
  readonly pods: PodFact[];
}

export function meshModel(facts: ClusterFacts, trustDomain: string): MeshModel {
  const namespaces = new Map(facts.namespaces.map((namespace) => [namespace.name, namespace]));
  const services = Map.groupBy(facts.services, ({ namespace }) => namespace);
  const workloads = drafts(facts).map((draft) =>
    workloadOf(draft, {
      cluster: facts.cluster,
      trustDomain,
      services: services.get(draft.namespace) ?? [],
      namespaceMesh: namespaces.get(draft.namespace)?.mesh ?? 'none',
      namespaceLabels: namespaces.get(draft.namespace)?.labels ?? {},
      linkerdDefaultPolicy: namespaces.get(draft.namespace)?.linkerdDefaultPolicy,
    }),
  );
  workloads.sort((a, b) => a.ref.namespace.localeCompare(b.ref.namespace) || a.ref.name.localeCompare(b.ref.name));
  return {
    cluster: facts.cluster,
    workloads,
    byId: new Map(workloads.map((workload) => [workload.ref.id, workload])),
    namespaces: facts.namespaces.map(({ name }) => name).toSorted(),
  };
}

/** Pods of controllers that are not watched make workloads of their own; finished Jobs do not. */
function drafts({ controllers, pods }: ClusterFacts): Draft[] {
  const found = new Map<string, Draft>();
  for (const controller of controllers) {
    const { namespace, name } = controller;
    const key = `${namespace}/${name}`;
    if (!found.has(key)) found.set(key, { namespace, name, controller, pods: [] });
  }
  for (const pod of pods) {
    if (pod.ended) continue;
    const key = `${pod.namespace}/${pod.owner.name}`;
    const known = found.get(key) ?? { namespace: pod.namespace, name: pod.owner.name, pods: [] };
    known.pods.push(pod);
    found.set(key, known);
  }
  return [...found.values()];
}

interface Surroundings {
  readonly cluster: string;
  readonly trustDomain: string;
  readonly services: readonly ServiceFact[];
  readonly namespaceMesh: 'istio' | 'ambient' | 'linkerd' | 'none';
  readonly namespaceLabels: Labels;
  readonly linkerdDefaultPolicy: string | undefined;
}

function workloadOf({ namespace, name, controller, pods }: Draft, around: Surroundings): MeshWorkload {
  const [pod] = pods;
  const labels = pod?.labels ?? controller?.labels ?? {};
  const role = roleOf(labels, new Set(pods.map(({ proxy }) => proxy)));
  const ofAmbient = role === 'waypoint' || role === 'ztunnel';
  const mesh: MeshKind = ofAmbient
    ? 'ambient'
    : pods.length > 0 || !controller
      ? meshOfPods(pods)
      : meshAskedFor(controller, around.namespaceMesh);
  const serviceAccount = pod?.serviceAccount ?? controller?.serviceAccount ?? 'default';
  // A service without a selector has endpoints that somebody else writes.
  const services = around.services.filter(({ selector }) => isSelected(selector, labels));
  const waypoint = role === 'waypoint';
  const ports = pod?.ports ?? controller?.ports ?? [];
  const defaultPolicy = pod?.linkerdDefaultPolicy ?? controller?.linkerdDefaultPolicy ?? around.linkerdDefaultPolicy;
  const principal = principalOf(mesh, { namespace, serviceAccount, trustDomain: around.trustDomain });
  return {
    ref: { id: nodeId('workload', around.cluster, namespace, name), cluster: around.cluster, namespace, name, serviceAccount },
    policy: {
      namespace,
      // Istio's own waypoints carry the gateway's name; a chart's gateway may not.
      labels: waypoint && labels[GATEWAY_LABEL] === undefined ? { ...labels, [GATEWAY_LABEL]: name } : { ...labels },
      serviceAccount,
      ...(waypoint ? { waypoint } : {}),
      // Containers may listen on ports that they do not declare, but then those have no names.
      ports: [...ports],
      ...(mesh === 'linkerd' && defaultPolicy !== undefined ? { linkerdDefaultPolicy: defaultPolicy } : {}),
      services: services.map((service) => ({ name: service.name, namespace: service.namespace, registry: 'Kubernetes' as const })),
    },
    mesh,
    ...(role === undefined ? {} : { role }),
    ports,
    services,
    namespaceLabels: around.namespaceLabels,
    ...(principal === undefined ? {} : { principal }),
    running: pods.length > 0,
  };
}

function principalOf(
  mesh: MeshKind,
  { namespace, serviceAccount, trustDomain }: { namespace: string; serviceAccount: string; trustDomain: string },
): string | undefined {
  if (mesh === 'none') return undefined;
  if (mesh === 'linkerd') return `${serviceAccount}.${namespace}.serviceaccount.identity.linkerd.${trustDomain}`;
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}
