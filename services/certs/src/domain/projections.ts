/**
 * Which kinds are watched for certificates, and what is kept of each: Kubernetes object in, fact out.
 * Invariant: a projection takes any object that the API server may send; absent fields have the server's own defaults.
 */
import { meshOfNamespace, ownerOfPod, proxyOfPod, roleOf, type KubeKind, type KubeObject, type PodSpec } from '@observatory/platform';
import type {
  BundleFact,
  GatewayFact,
  IssuerFact,
  Labels,
  ManagedFact,
  NamespaceFact,
  PodFact,
  RequestFact,
  ServiceFact,
} from './kube-facts.js';

/** On a pod or a namespace: no handshake is made there. */
export const OPT_OUT_ANNOTATION = 'observatory.io/certificate-handshake';
const OPT_OUT_VALUE = 'disabled';
const PROXIES = new Set(['istio-proxy', 'linkerd-proxy']);
const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? '';
const optedOut = ({ metadata }: KubeObject): boolean => metadata.annotations?.[OPT_OUT_ANNOTATION] === OPT_OUT_VALUE;
const instant = (text: unknown): number | undefined => {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};
/** Leaves out what is undefined, as exact optional properties want it. */
const known = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

interface ContainerPort {
  name?: string;
  containerPort: number;
  protocol?: string;
}
interface Condition {
  type: string;
  status: string;
  message?: string;
  reason?: string;
}
const conditionOf = (status: unknown, type: string): Condition | undefined =>
  (status as { conditions?: Condition[] } | undefined)?.conditions?.find((condition) => condition.type === type);
function readyOf(status: unknown): { ready: boolean | null; message?: string } {
  const ready = conditionOf(status, 'Ready');
  return { ready: ready === undefined ? null : ready.status === 'True', ...known({ message: ready?.message }) };
}

/** Go's form of a duration, as far as hours, minutes and seconds go: `4h0m0s`. */
function secretTtl(annotations: Labels | undefined): number | undefined {
  const found = /SECRET_TTL"?\s*:\s*"?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?/.exec(annotations?.['proxy.istio.io/config'] ?? '');
  if (!found) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const lifetime = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return lifetime > 0 ? lifetime : undefined;
}

function projectPod(object: KubeObject): PodFact {
  const spec = (object.spec ?? {}) as PodSpec;
  const { nodeName } = (object.spec ?? {}) as { nodeName?: string };
  const { phase, podIP } = (object.status ?? {}) as { phase?: string; podIP?: string };
  const proxy = proxyOfPod(object.metadata, spec);
  const labels = object.metadata.labels ?? {};
  const own = (spec.containers ?? []).filter(({ name }) => !PROXIES.has(name));
  const ports = (own.length > 0 ? own : (spec.containers ?? [])).flatMap(
    (container) => (container as { ports?: ContainerPort[] }).ports ?? [],
  );
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    owner: ownerOfPod(object),
    labels,
    serviceAccount: spec.serviceAccountName ?? 'default',
    ports: ports
      .filter(({ protocol }) => protocol === undefined || protocol === 'TCP')
      .map(({ name, containerPort }) => ({ port: containerPort, ...known({ name }) })),
    running: phase === 'Running',
    ended: object.metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed',
    optedOut: optedOut(object),
    ...known({
      ip: podIP,
      node: nodeName,
      proxy,
      role: roleOf(labels, new Set([proxy])),
      lifetime: secretTtl(object.metadata.annotations),
    }),
  };
}

function projectGateway(object: KubeObject): GatewayFact | undefined {
  const spec = (object.spec ?? {}) as {
    selector?: Labels;
    servers?: { port?: { number?: number }; hosts?: string[]; tls?: { mode?: string } }[];
  };
  const terminated = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL']);
  const servers = (spec.servers ?? [])
    .filter(({ tls }) => tls !== undefined && terminated.has(tls.mode ?? 'SIMPLE'))
    .map(({ port, hosts = [] }) => ({ port: port?.number ?? 443, hosts: hosts.map((host) => host.slice(host.indexOf('/') + 1)) }));
  if (servers.length === 0) return undefined;
  return { namespace: namespaceOf(object), name: object.metadata.name, selector: spec.selector ?? {}, anyNamespace: true, servers };
}

function projectApiGateway(object: KubeObject): GatewayFact | undefined {
  const spec = (object.spec ?? {}) as { listeners?: { port?: number; hostname?: string; tls?: { mode?: string } }[] };
  const servers = (spec.listeners ?? [])
    .filter(({ tls }) => tls !== undefined && (tls.mode ?? 'Terminate') === 'Terminate')
    .map(({ port = 443, hostname }) => ({ port, hosts: [hostname ?? '*'] }));
  if (servers.length === 0) return undefined;
  const { name } = object.metadata;
  return { namespace: namespaceOf(object), name, selector: { [GATEWAY_NAME_LABEL]: name }, anyNamespace: false, servers };
}

function bundle(mesh: BundleFact['mesh'], name: string, key: string): KubeKind<BundleFact> {
  return {
    group: '',
    kind: 'ConfigMap',
    fieldSelector: `metadata.name=${name}`,
    project: (object) => {
      const pem = (object.data as Record<string, unknown> | undefined)?.[key];
      if (object.metadata.name !== name || typeof pem !== 'string') return undefined;
      return { mesh, namespace: namespaceOf(object), name, pem };
    },
  };
}

function projectManaged(object: KubeObject): ManagedFact {
  const spec = (object.spec ?? {}) as {
    secretName?: string;
    dnsNames?: string[];
    isCA?: boolean;
    issuerRef?: { kind?: string; name?: string };
  };
  const status = (object.status ?? {}) as Record<string, unknown>;
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    issuer: `${spec.issuerRef?.kind ?? 'Issuer'} ${spec.issuerRef?.name ?? ''}`.trim(),
    dnsNames: spec.dnsNames ?? [],
    isCa: spec.isCA ?? false,
    ...readyOf(status),
    failedAttempts: Number(status['failedIssuanceAttempts'] ?? 0),
    ...known({
      uid: object.metadata.uid,
      secretName: spec.secretName,
      notBefore: instant(status['notBefore']),
      notAfter: instant(status['notAfter']),
      renewalTime: instant(status['renewalTime']),
      revision: status['revision'] === undefined ? undefined : Number(status['revision']),
    }),
  };
}

function projectRequest(object: KubeObject): RequestFact {
  const { annotations = {}, creationTimestamp } = object.metadata;
  const { certificate } = (object.status ?? {}) as { certificate?: string };
  const ready = conditionOf(object.status, 'Ready');
  const revision = annotations['cert-manager.io/certificate-revision'];
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    createdAt: instant(creationTimestamp) ?? 0,
    failed: ready?.reason === 'Failed' || conditionOf(object.status, 'Denied')?.status === 'True',
    ...known({
      certificateName: annotations['cert-manager.io/certificate-name'],
      revision: revision === undefined ? undefined : Number(revision),
      certificatePem: certificate === undefined ? undefined : Buffer.from(certificate, 'base64').toString('utf8'),
      message: ready?.message,
    }),
  };
}

const projectIssuer =
  (kind: IssuerFact['kind']) =>
  (object: KubeObject): IssuerFact => ({
    kind,
    name: object.metadata.name,
    ...readyOf(object.status),
    ...known({ namespace: object.metadata.namespace }),
  });

export const NAMESPACES: KubeKind<NamespaceFact> = {
  group: '',
  kind: 'Namespace',
  metadataOnly: true,
  project: (object) => ({ name: object.metadata.name, mesh: meshOfNamespace(object.metadata), optedOut: optedOut(object) }),
};
export const PODS: KubeKind<PodFact> = { group: '', kind: 'Pod', project: projectPod };
export const SERVICES: KubeKind<ServiceFact> = {
  group: '',
  kind: 'Service',
  project: (object) => {
    const spec = (object.spec ?? {}) as { selector?: Labels; ports?: { port: number; targetPort?: number | string }[] };
    const ports = (spec.ports ?? []).map(({ port, targetPort }) => ({ port, targetPort: targetPort ?? port }));
    return { namespace: namespaceOf(object), name: object.metadata.name, selector: spec.selector ?? {}, ports };
  },
};
export const ISTIO_ROOTS = bundle('istio', 'istio-ca-root-cert', 'root-cert.pem');
export const LINKERD_ROOTS = bundle('linkerd', 'linkerd-identity-trust-roots', 'ca-bundle.crt');
export const GATEWAYS: KubeKind<GatewayFact> = { group: 'networking.istio.io', kind: 'Gateway', project: projectGateway };
export const API_GATEWAYS: KubeKind<GatewayFact> = { group: 'gateway.networking.k8s.io', kind: 'Gateway', project: projectApiGateway };
export const MANAGED: KubeKind<ManagedFact> = { group: 'cert-manager.io', kind: 'Certificate', versions: ['v1'], project: projectManaged };
export const REQUESTS: KubeKind<RequestFact> = {
  group: 'cert-manager.io',
  kind: 'CertificateRequest',
  versions: ['v1'],
  project: projectRequest,
};
export const ISSUERS: KubeKind<IssuerFact> = {
  group: 'cert-manager.io',
  kind: 'Issuer',
  versions: ['v1'],
  project: projectIssuer('Issuer'),
};
export const CLUSTER_ISSUERS: KubeKind<IssuerFact> = {
  group: 'cert-manager.io',
  kind: 'ClusterIssuer',
  versions: ['v1'],
  project: projectIssuer('ClusterIssuer'),
};

export const WATCHED: readonly KubeKind[] = [
  NAMESPACES,
  PODS,
  SERVICES,
  ISTIO_ROOTS,
  LINKERD_ROOTS,
  GATEWAYS,
  API_GATEWAYS,
  MANAGED,
  REQUESTS,
  ISSUERS,
  CLUSTER_ISSUERS,
];
