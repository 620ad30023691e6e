/**
 * Which kinds are watched, and what is kept of each: Kubernetes object in, fact out.
 * Invariant: a projection takes any object that the API server may send; absent fields have the server's own defaults.
 */
import {
  AMBIENT_LABEL,
  injectionOfTemplate,
  meshOfNamespace,
  ownerOfPod,
  proxyOfPod,
  type KubeKind,
  type KubeObject,
  type PodSpec,
} from '@observatory/platform';
import type { ControllerFact, Labels, NamespaceFact, PodFact, ServiceEntryFact, ServiceFact } from './kube-facts.js';

interface Template {
  metadata?: KubeObject['metadata'];
  spec?: PodSpec;
}
interface ControllerSpec {
  replicas?: number;
  template?: Template;
  jobTemplate?: { spec?: { template?: Template } };
}
interface ControllerStatus {
  readyReplicas?: number;
  numberReady?: number;
  desiredNumberScheduled?: number;
}

const createdAt = ({ metadata }: KubeObject): number =>
  metadata.creationTimestamp === undefined ? 0 : Date.parse(metadata.creationTimestamp);
const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? '';

/** Differ from pod to pod, or from release to release, and name nobody. */
const VOLATILE_LABELS = [
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'job-name',
  'batch.kubernetes.io/job-name',
];

/** One object for all equal label sets. */
export function labelInterner(maxEntries: number): (labels: Labels | undefined) => Labels {
  const known = new Map<string, Labels>();
  return (labels = {}) => {
    const kept = Object.entries(labels).filter(([name]) => !VOLATILE_LABELS.includes(name));
    const key = JSON.stringify(kept);
    const found = known.get(key) ?? Object.fromEntries(kept);
    if (known.size >= maxEntries) known.clear();
    known.set(key, found);
    return found;
  };
}
const interned = labelInterner(20_000);

export function projectPod(object: KubeObject): PodFact {
  const spec = (object.spec ?? {}) as PodSpec;
  const status = (object.status ?? {}) as { phase?: string; conditions?: { type: string; status: string }[] };
  const proxy = proxyOfPod(object.metadata, spec);
  return {
    namespace: namespaceOf(object),
    owner: ownerOfPod(object),
    labels: interned(object.metadata.labels),
    serviceAccount: spec.serviceAccountName ?? 'default',
    ...(proxy === undefined ? {} : { proxy }),
    ready: status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
    ended: object.metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded' || status.phase === 'Failed',
    createdAt: createdAt(object),
  };
}

function projectController(kind: string): (object: KubeObject) => ControllerFact {
  return (object) => {
    const spec = (object.spec ?? {}) as ControllerSpec;
    const template = spec.template ?? spec.jobTemplate?.spec?.template ?? {};
    const inject = injectionOfTemplate(template.metadata ?? {});
    const replicas = replicasOf(kind, spec, (object.status ?? {}) as ControllerStatus);
    return {
      kind,
      namespace: namespaceOf(object),
      name: object.metadata.name,
      labels: interned(template.metadata?.labels),
      serviceAccount: template.spec?.serviceAccountName ?? 'default',
      ...(inject === undefined ? {} : { inject }),
      ambientOptOut: template.metadata?.labels?.[AMBIENT_LABEL] === 'none',
      ...(replicas === undefined ? {} : { replicas }),
      createdAt: createdAt(object),
    };
  };
}

function replicasOf(kind: string, spec: ControllerSpec, status: ControllerStatus): ControllerFact['replicas'] {
  if (kind === 'CronJob') return undefined;
  if (kind === 'DaemonSet') return { desired: status.desiredNumberScheduled ?? 0, ready: status.numberReady ?? 0 };
  return { desired: spec.replicas ?? 1, ready: status.readyReplicas ?? 0 };
}

function projectService(object: KubeObject): ServiceFact {
  const { selector = {} } = (object.spec ?? {}) as { selector?: Labels };
  return { namespace: namespaceOf(object), name: object.metadata.name, selector, createdAt: createdAt(object) };
}

function projectServiceEntry(object: KubeObject): ServiceEntryFact {
  const { hosts = [] } = (object.spec ?? {}) as { hosts?: string[] };
  return { namespace: namespaceOf(object), name: object.metadata.name, hosts, createdAt: createdAt(object) };
}

const projectNamespace = (object: KubeObject): NamespaceFact => ({ name: object.metadata.name, mesh: meshOfNamespace(object.metadata) });

export const NAMESPACES: KubeKind<NamespaceFact> = { group: '', kind: 'Namespace', metadataOnly: true, project: projectNamespace };
export const PODS: KubeKind<PodFact> = { group: '', kind: 'Pod', project: projectPod };
export const SERVICES: KubeKind<ServiceFact> = { group: '', kind: 'Service', project: projectService };
export const SERVICE_ENTRIES: KubeKind<ServiceEntryFact> = {
  group: 'networking.istio.io',
  kind: 'ServiceEntry',
  project: projectServiceEntry,
};
export const CONTROLLERS: readonly KubeKind<ControllerFact>[] = [
  { group: 'apps', kind: 'Deployment', project: projectController('Deployment') },
  { group: 'apps', kind: 'StatefulSet', project: projectController('StatefulSet') },
  { group: 'apps', kind: 'DaemonSet', project: projectController('DaemonSet') },
  { group: 'batch', kind: 'CronJob', project: projectController('CronJob') },
];

/** Only counted: that they are there says which mesh a cluster has. */
const counted = (group: string, kind: string): KubeKind<true> => ({ group, kind, metadataOnly: true, project: () => true });
export const ISTIO_KINDS: readonly KubeKind<true>[] = [
  counted('networking.istio.io', 'VirtualService'),
  counted('networking.istio.io', 'DestinationRule'),
  counted('networking.istio.io', 'Gateway'),
  counted('networking.istio.io', 'Sidecar'),
  counted('security.istio.io', 'AuthorizationPolicy'),
  counted('security.istio.io', 'PeerAuthentication'),
  counted('security.istio.io', 'RequestAuthentication'),
  counted('telemetry.istio.io', 'Telemetry'),
];
export const LINKERD_KINDS: readonly KubeKind<true>[] = [
  counted('policy.linkerd.io', 'Server'),
  counted('policy.linkerd.io', 'AuthorizationPolicy'),
  counted('policy.linkerd.io', 'MeshTLSAuthentication'),
  counted('linkerd.io', 'ServiceProfile'),
];
const OTHER_KINDS: readonly KubeKind<true>[] = [
  counted('', 'ServiceAccount'),
  counted('gateway.networking.k8s.io', 'Gateway'),
  counted('gateway.networking.k8s.io', 'HTTPRoute'),
];

export const WATCHED: readonly KubeKind[] = [
  NAMESPACES,
  PODS,
  SERVICES,
  ...CONTROLLERS,
  SERVICE_ENTRIES,
  ...ISTIO_KINDS,
  ...LINKERD_KINDS,
  ...OTHER_KINDS,
];
