/**
 * What do a cluster's objects say about the nodes of the graph? Joins pods, controllers, services and namespaces
 * into the facts that `buildGraph` of libs/mesh joins with traffic by (cluster, namespace, name).
 * Invariant: one entry per workload and per service; the name is the one that the mesh's metrics use.
 */
import { meshAskedFor, meshOfPods, roleOf } from '@observatory/platform';
import type { GraphObjects, ServiceFacts, WorkloadFacts } from '@observatory/mesh';
import type { ClusterFacts, ControllerFact, Labels, PodFact, ServiceFact } from './kube-facts.js';

interface Workload {
  readonly namespace: string;
  readonly name: string;
  controller?: ControllerFact;
  readonly pods: PodFact[];
}

export function graphObjects(facts: ClusterFacts): GraphObjects {
  const namespaceMesh = new Map(facts.namespaces.map(({ name, mesh }) => [name, mesh]));
  const selecting = servicesByNamespace(facts.services);
  const workloads = collectWorkloads(facts).map((workload) =>
    describe(workload, facts.cluster, {
      services: selectedBy(selecting.get(workload.namespace) ?? [], labelsOf(workload)),
      namespaceMesh: namespaceMesh.get(workload.namespace) ?? 'none',
    }),
  );
  const entries = facts.serviceEntries.flatMap(({ namespace, hosts }) =>
    hosts.map((host): ServiceFacts => ({ cluster: facts.cluster, namespace, name: host, kind: 'serviceEntry' })),
  );
  const plain = facts.services.map(({ namespace, name }): ServiceFacts => ({ cluster: facts.cluster, namespace, name, kind: 'service' }));
  return { workloads, services: [...plain, ...entries] };
}

/** What existed at a past time and still does. How many replicas were ready then is not known, so that is left out. */
export function objectsAt(facts: ClusterFacts, atMs: number): GraphObjects {
  const since = new Map<string, number>();
  // Pods come and go: the controller says since when a workload is there, its pods only where there is none.
  for (const { namespace, owner, createdAt } of facts.pods) {
    const key = workloadKey({ namespace, name: owner.name });
    since.set(key, Math.min(createdAt, since.get(key) ?? Infinity));
  }
  for (const controller of facts.controllers) since.set(workloadKey(controller), controller.createdAt);
  const then = <T extends { createdAt: number }>(items: readonly T[]) => items.filter(({ createdAt }) => createdAt <= atMs);
  const { workloads, services } = graphObjects({ ...facts, services: then(facts.services), serviceEntries: then(facts.serviceEntries) });
  const existed = workloads.filter((workload) => (since.get(workloadKey(workload)) ?? Infinity) <= atMs);
  return { workloads: existed.map((workload) => ({ ...workload, replicas: undefined })), services };
}

const workloadKey = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;

/** Pods of controllers that are not watched (Rollouts, bare pods) make workloads of their own; finished Jobs do not. */
function collectWorkloads({ controllers, pods }: ClusterFacts): Workload[] {
  const workloads = new Map<string, Workload>();
  for (const controller of controllers) {
    const key = `${controller.namespace}/${controller.name}`;
    const known = workloads.get(key);
    if (!known) workloads.set(key, { namespace: controller.namespace, name: controller.name, controller, pods: [] });
  }
  for (const pod of pods) {
    const key = `${pod.namespace}/${pod.owner.name}`;
    const known = workloads.get(key) ?? (pod.ended ? undefined : { namespace: pod.namespace, name: pod.owner.name, pods: [] });
    if (!known) continue;
    known.pods.push(pod);
    workloads.set(key, known);
  }
  return [...workloads.values()];
}

const labelsOf = ({ controller, pods }: Workload): Labels =>
  controller?.labels ?? (pods.find(({ ended }) => !ended) ?? pods[0])?.labels ?? {};

interface Surroundings {
  readonly services: string[];
  readonly namespaceMesh: 'istio' | 'ambient' | 'linkerd' | 'none';
}

function describe(workload: Workload, cluster: string, { services, namespaceMesh }: Surroundings): WorkloadFacts {
  const { namespace, name, controller, pods } = workload;
  const labels = labelsOf(workload);
  const role = roleOf(labels, new Set(pods.map(({ proxy }) => proxy)));
  const live = pods.filter(({ ended }) => !ended);
  // What makes ambient is part of it, whatever its own proxy looks like.
  const ofAmbient = role === 'waypoint' || role === 'ztunnel';
  const mesh = ofAmbient ? 'ambient' : live.length > 0 || !controller ? meshOfPods(pods) : meshAskedFor(controller, namespaceMesh);
  const replicas = controller ? controller.replicas : replicasOfPods(live);
  const app = labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'];
  const version = labels['service.istio.io/canonical-revision'] ?? labels['app.kubernetes.io/version'] ?? labels['version'];
  const serviceAccount = live[0]?.serviceAccount ?? controller?.serviceAccount;
  return {
    cluster,
    namespace,
    name,
    ...(app === undefined ? {} : { app }),
    ...(version === undefined ? {} : { version }),
    ...(services.length === 0 ? {} : { services }),
    mesh,
    ...(role === undefined ? {} : { role }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
}

/** What runs without a watched controller: every live pod is wanted. None where the past is described. */
function replicasOfPods(live: readonly PodFact[]): WorkloadFacts['replicas'] {
  return { desired: live.length, ready: live.filter(({ ready }) => ready).length };
}

function servicesByNamespace(services: readonly ServiceFact[]): Map<string, ServiceFact[]> {
  const byNamespace = new Map<string, ServiceFact[]>();
  for (const service of services) {
    // A service without a selector has endpoints that somebody else writes.
    if (Object.keys(service.selector).length === 0) continue;
    const known = byNamespace.get(service.namespace);
    if (known) known.push(service);
    else byNamespace.set(service.namespace, [service]);
  }
  return byNamespace;
}

function selectedBy(services: readonly ServiceFact[], labels: Labels): string[] {
  const matching = services.filter(({ selector }) => Object.entries(selector).every(([name, value]) => labels[name] === value));
  return matching.map(({ name }) => name).sort();
}
