/**
 * Which kinds are watched for policies, and what is kept of each: Kubernetes object in, fact out.
 * Invariant: a projection takes any object that the API server may send; absent fields have the server's own defaults.
 */
import { DEFAULT_POLICY_ANNOTATION } from '@observatory/authz';
import type { PolicyKind } from '@observatory/contracts';
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
import { WAYPOINT_LABEL } from './labels.js';
import type { ControllerFact, Labels, NamespaceFact, PodFact, PolicyFact, PortFact, ServiceFact } from './kube-facts.js';

interface ContainerPort {
  name?: string;
  containerPort: number;
}
type Spec = PodSpec;
interface ControllerSpec {
  template?: { metadata?: KubeObject['metadata']; spec?: Spec };
  jobTemplate?: { spec?: { template?: { metadata?: KubeObject['metadata']; spec?: Spec } } };
}

/** Ports of the proxies themselves say nothing of the workload. */
const PROXIES = new Set(['istio-proxy', 'linkerd-proxy']);

const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? '';
const labelsOf = (metadata: KubeObject['metadata'] | undefined): Labels => metadata?.labels ?? {};

function defaultPolicyOf(metadata: KubeObject['metadata'] | undefined): { linkerdDefaultPolicy?: string } {
  const said = metadata?.annotations?.[DEFAULT_POLICY_ANNOTATION];
  return said === undefined ? {} : { linkerdDefaultPolicy: said };
}

function portsOf({ containers = [] }: Spec): PortFact[] {
  // A gateway is nothing but its proxy.
  const own = containers.filter(({ name }) => !PROXIES.has(name));
  const ports = (own.length > 0 ? own : containers).flatMap((container) => (container as { ports?: ContainerPort[] }).ports ?? []);
  return ports.map(({ name, containerPort }) => ({ ...(name === undefined ? {} : { name }), port: containerPort }));
}

function projectPod(object: KubeObject): PodFact {
  const spec = (object.spec ?? {}) as Spec;
  const { phase } = (object.status ?? {}) as { phase?: string };
  const proxy = proxyOfPod(object.metadata, spec);
  return {
    namespace: namespaceOf(object),
    owner: ownerOfPod(object),
    labels: labelsOf(object.metadata),
    serviceAccount: spec.serviceAccountName ?? 'default',
    ports: portsOf(spec),
    ...(proxy === undefined ? {} : { proxy }),
    ...defaultPolicyOf(object.metadata),
    ended: object.metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed',
  };
}

function projectController(kind: string): (object: KubeObject) => ControllerFact {
  return (object) => {
    const spec = (object.spec ?? {}) as ControllerSpec;
    const template = spec.template ?? spec.jobTemplate?.spec?.template ?? {};
    const inject = injectionOfTemplate(template.metadata ?? {});
    return {
      kind,
      namespace: namespaceOf(object),
      name: object.metadata.name,
      labels: labelsOf(template.metadata),
      serviceAccount: template.spec?.serviceAccountName ?? 'default',
      ports: portsOf(template.spec ?? {}),
      ...(inject === undefined ? {} : { inject }),
      ...defaultPolicyOf(template.metadata),
      ambientOptOut: template.metadata?.labels?.[AMBIENT_LABEL] === 'none',
    };
  };
}

function projectService(object: KubeObject): ServiceFact {
  const spec = (object.spec ?? {}) as {
    selector?: Labels;
    ports?: { name?: string; port: number; targetPort?: number | string; appProtocol?: string }[];
  };
  const waypoint = object.metadata.labels?.[WAYPOINT_LABEL];
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    selector: spec.selector ?? {},
    ports: (spec.ports ?? []).map(({ name, port, targetPort, appProtocol }) => ({
      ...(name === undefined ? {} : { name }),
      port,
      targetPort: targetPort ?? port,
      ...(appProtocol === undefined ? {} : { protocol: appProtocol }),
    })),
    ...(waypoint === undefined ? {} : { waypoint }),
  };
}

const KEPT_ANNOTATIONS_NOT = ['kubectl.kubernetes.io/last-applied-configuration'];
interface ManagedField {
  manager?: string;
  time?: string;
  subresource?: string;
}

function projectPolicy(kind: PolicyKind): (object: KubeObject) => PolicyFact {
  return (object) => {
    const metadata = object.metadata as KubeObject['metadata'] & { generation?: number; managedFields?: ManagedField[] };
    const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !KEPT_ANNOTATIONS_NOT.includes(name));
    const writers = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined || subresource === '');
    const writer = writers.toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1);
    return {
      kind,
      namespace: namespaceOf(object),
      name: metadata.name,
      object: {
        apiVersion: object.apiVersion ?? '',
        kind: object.kind ?? kind,
        metadata: {
          name: metadata.name,
          namespace: namespaceOf(object),
          ...(metadata.labels ? { labels: metadata.labels } : {}),
          ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
        },
        ...(object.spec === undefined ? {} : { spec: object.spec }),
      },
      ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
      ...(metadata.generation === undefined ? {} : { generation: metadata.generation }),
      ...(metadata.creationTimestamp === undefined ? {} : { createdAt: metadata.creationTimestamp }),
      ...(writer?.manager === undefined ? {} : { changedBy: writer.manager }),
      ...(writer?.time === undefined ? {} : { changedAt: writer.time }),
    };
  };
}

export const NAMESPACES: KubeKind<NamespaceFact> = {
  group: '',
  kind: 'Namespace',
  metadataOnly: true,
  project: ({ metadata }) => ({
    name: metadata.name,
    labels: labelsOf(metadata),
    mesh: meshOfNamespace(metadata),
    ...defaultPolicyOf(metadata),
  }),
};
export const PODS: KubeKind<PodFact> = { group: '', kind: 'Pod', project: projectPod };
export const SERVICES: KubeKind<ServiceFact> = { group: '', kind: 'Service', project: projectService };
export const SERVICE_ACCOUNTS: KubeKind<string> = {
  group: '',
  kind: 'ServiceAccount',
  metadataOnly: true,
  project: (object) => `${namespaceOf(object)}/${object.metadata.name}`,
};
export const SERVICE_ENTRIES: KubeKind<string[]> = {
  group: 'networking.istio.io',
  kind: 'ServiceEntry',
  project: ({ spec }) => (spec as { hosts?: string[] } | undefined)?.hosts ?? [],
};
export const MESH_CONFIG: KubeKind<{ namespace: string; text: string }> = {
  group: '',
  kind: 'ConfigMap',
  fieldSelector: 'metadata.name=istio',
  project: (object) => {
    const { mesh } = (object.data ?? {}) as { mesh?: unknown };
    return object.metadata.name === 'istio' && typeof mesh === 'string' ? { namespace: namespaceOf(object), text: mesh } : undefined;
  },
};
export const CONTROLLERS: readonly KubeKind<ControllerFact>[] = [
  { group: 'apps', kind: 'Deployment', project: projectController('Deployment') },
  { group: 'apps', kind: 'StatefulSet', project: projectController('StatefulSet') },
  { group: 'apps', kind: 'DaemonSet', project: projectController('DaemonSet') },
  { group: 'batch', kind: 'CronJob', project: projectController('CronJob') },
];

const policies = (group: string, kind: string, as: PolicyKind = kind as PolicyKind): [PolicyKind, KubeKind<PolicyFact>] => [
  as,
  { group, kind, project: projectPolicy(as) },
];
export const POLICIES: ReadonlyMap<PolicyKind, KubeKind<PolicyFact>> = new Map([
  policies('security.istio.io', 'AuthorizationPolicy'),
  policies('security.istio.io', 'PeerAuthentication'),
  policies('security.istio.io', 'RequestAuthentication'),
  policies('networking.k8s.io', 'NetworkPolicy'),
  policies('policy.linkerd.io', 'Server'),
  policies('policy.linkerd.io', 'AuthorizationPolicy', 'LinkerdAuthorizationPolicy'),
  policies('policy.linkerd.io', 'MeshTLSAuthentication'),
  policies('policy.linkerd.io', 'NetworkAuthentication'),
  policies('policy.linkerd.io', 'HTTPRoute'),
]);

export const WATCHED: readonly KubeKind[] = [
  NAMESPACES,
  PODS,
  SERVICES,
  SERVICE_ACCOUNTS,
  ...CONTROLLERS,
  SERVICE_ENTRIES,
  MESH_CONFIG,
  ...POLICIES.values(),
];
