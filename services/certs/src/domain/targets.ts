/**
 * At which ports is the chain of whom to be seen, and how must one ask? A sidecar takes any port of its pod, and speaks TLS to who
 * offers Istio's own ALPN; an ambient pod's ztunnel listens on 15008 with `h2`; a Linkerd proxy answers to its own name alone;
 * a gateway by the host that is asked for (peers.md §4). One endpoint a pod is enough: all its ports show one certificate.
 * Invariant: a pod of the mesh is either a target, or among `unreachable` with the reason.
 */
import { nodeId, type UnobservedReason } from '@observatory/contracts';
import type { ClusterFacts, GatewayFact, PodFact, ServiceFact } from './kube-facts.js';
import { linkerdName, type ExpectedIdentity } from './identity.js';
import { rowId } from './ids.js';

const HBONE_PORT = 15008;
const ISTIO_ALPN = ['istio-peer-exchange', 'istio'];
const HBONE_ALPN = ['h2'];
const LINKERD_ALPN = ['transport.l5d.io/v1', 'h2'];
const WEB_ALPN = ['h2', 'http/1.1'];
const WEBHOOK_PORT = 15017;
const LINKERD_NAMESPACE = 'linkerd';
const DEFAULT_TRUST_DOMAIN = 'cluster.local';
/** Ports that a sidecar leaves alone. */
const PROXY_PORTS = new Set([15000, 15001, 15004, 15006, 15020, 15021, 15053, 15090, 4140, 4143, 4190, 4191]);
/** Hosts of one gateway port: beyond it they are too many to ask for every minute. */
const HOSTS_MAX = 200;

export interface Endpoint {
  /** Of the endpoint itself: address, port and name. */
  readonly key: string;
  /** The row that it speaks for. */
  readonly id: string;
  readonly kind: 'workload' | 'gateway' | 'webhook';
  readonly mesh: 'istio' | 'linkerd';
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly pod: string;
  readonly workload: { readonly name: string; readonly id: string };
  readonly ip: string;
  readonly port: number;
  readonly alpn: readonly string[];
  readonly sni?: string;
  readonly identity?: ExpectedIdentity;
  readonly host?: string;
}
export interface Unreachable {
  readonly pod: PodFact;
  readonly workloadId: string;
  readonly reason: UnobservedReason;
  readonly message: string;
}
export interface TargetOptions {
  readonly trustDomain?: string | undefined;
  readonly excludedNamespaces: ReadonlySet<string>;
}

export const workloadIdOf = (cluster: string, { namespace, owner }: Pick<PodFact, 'namespace' | 'owner'>): string =>
  nodeId('workload', cluster, namespace, owner.name);
/** Whose certificates the mesh looks after. */
export const isMeshed = ({ proxy, role }: Pick<PodFact, 'proxy' | 'role'>): boolean => proxy !== undefined || role !== undefined;
export const meshOf = ({ proxy }: Pick<PodFact, 'proxy'>): 'istio' | 'linkerd' => (proxy === 'linkerd' ? 'linkerd' : 'istio');
export const holderId = (cluster: string, { namespace, name }: Pick<PodFact, 'namespace' | 'name'>): string =>
  rowId('workload', cluster, namespace, name);

export function targetsOf(facts: ClusterFacts, options: TargetOptions): { endpoints: Endpoint[]; unreachable: Unreachable[] } {
  const endpoints: Endpoint[] = [];
  const unreachable: Unreachable[] = [];
  const closed = new Set(facts.namespaces.filter(({ optedOut }) => optedOut).map(({ name }) => name));
  for (const pod of facts.pods) {
    if (pod.ended || !(isMeshed(pod) || isControlPlane(pod))) continue;
    const refuse = (reason: UnobservedReason, message: string) =>
      isMeshed(pod) && unreachable.push({ pod, workloadId: workloadIdOf(facts.cluster, pod), reason, message });
    if (pod.optedOut || closed.has(pod.namespace)) refuse('opted-out', 'an annotation of the pod or its namespace asks for no handshakes');
    else if (options.excludedNamespaces.has(pod.namespace)) refuse('opted-out', 'the settings leave this namespace out');
    else if (!pod.running || pod.ip === undefined) refuse('no-running-pod', 'the pod does not run');
    else {
      const found = endpointsOf(facts, pod, options);
      if (typeof found === 'string') refuse('no-port', found);
      else endpoints.push(...found);
    }
  }
  return { endpoints, unreachable };
}

const isControlPlane = ({ labels }: PodFact): boolean => labels['app'] === 'istiod';

function endpointsOf(facts: ClusterFacts, pod: PodFact, { trustDomain }: TargetOptions): Endpoint[] | string {
  const base = baseOf(facts.cluster, pod);
  const identity: ExpectedIdentity = { mesh: base.mesh, namespace: pod.namespace, serviceAccount: pod.serviceAccount, trustDomain };
  const own = (port: number, alpn: readonly string[], sni?: string): Endpoint[] => [
    { ...base, key: `${pod.ip}:${port}`, kind: 'workload', name: pod.name, port, alpn, identity, ...(sni === undefined ? {} : { sni }) },
  ];
  if (isControlPlane(pod)) return webhookOf(pod, base);
  if (pod.role === 'ztunnel') return 'ztunnel shows the certificates of the pods that it serves, not its own';
  if (pod.role === 'gateway' || pod.role === 'egress') {
    const served = gatewayEndpoints(facts, pod, base);
    return served.length > 0 ? served : 'no Gateway serves TLS on it, and its own certificate is for calling others';
  }
  if (pod.role === 'waypoint' || pod.proxy === 'ambient') return own(HBONE_PORT, HBONE_ALPN);
  const port = pod.ports.find((one) => !PROXY_PORTS.has(one.port))?.port;
  if (port === undefined) return 'its containers name no port';
  if (pod.proxy !== 'linkerd') return own(port, ISTIO_ALPN);
  return own(port, LINKERD_ALPN, linkerdName(pod, { namespace: LINKERD_NAMESPACE, trustDomain: trustDomain ?? DEFAULT_TRUST_DOMAIN }));
}

type Base = Pick<Endpoint, 'id' | 'mesh' | 'cluster' | 'namespace' | 'pod' | 'workload' | 'ip'>;
function baseOf(cluster: string, pod: PodFact): Base {
  return {
    id: holderId(cluster, pod),
    mesh: meshOf(pod),
    cluster,
    namespace: pod.namespace,
    pod: pod.name,
    workload: { name: pod.owner.name, id: workloadIdOf(cluster, pod) },
    ip: pod.ip as string,
  };
}

/** istiod's webhook is called by the API server, under this name. */
function webhookOf(pod: PodFact, base: Base): Endpoint[] {
  if (!pod.ports.some(({ port }) => port === WEBHOOK_PORT)) return [];
  const host = `istiod.${pod.namespace}.svc`;
  const id = rowId('webhook', base.cluster, pod.namespace, host);
  return [
    { ...base, id, key: `${pod.ip}:${WEBHOOK_PORT}`, kind: 'webhook', name: host, port: WEBHOOK_PORT, alpn: WEB_ALPN, sni: host, host },
  ];
}

function gatewayEndpoints(facts: ClusterFacts, pod: PodFact, base: Base): Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
  for (const gateway of facts.gateways.filter((one) => servedBy(one, pod))) {
    for (const { port, hosts } of gateway.servers) {
      const target = targetPort(facts.services, pod, port);
      for (const host of hosts.slice(0, HOSTS_MAX)) {
        const sni = host === '*' ? undefined : host.replace(/^\*\./, 'any.');
        const key = `${pod.ip}:${target}/${sni ?? ''}`;
        const named = host === '*' ? {} : { sni: sni as string, host: sni as string };
        const id = rowId('gateway', base.cluster, pod.namespace, pod.owner.name, host);
        endpoints.set(key, { ...base, ...named, key, id, kind: 'gateway', name: host, port: target, alpn: WEB_ALPN });
      }
    }
  }
  return [...endpoints.values()];
}

const selects = (selector: GatewayFact['selector'], labels: PodFact['labels']): boolean => {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
};
const servedBy = (gateway: GatewayFact, pod: PodFact): boolean =>
  (gateway.anyNamespace || gateway.namespace === pod.namespace) && selects(gateway.selector, pod.labels);

/** A Gateway names the Service's port; the proxy listens where the Service leads to. */
function targetPort(services: readonly ServiceFact[], pod: PodFact, port: number): number {
  for (const service of services) {
    if (service.namespace !== pod.namespace || !selects(service.selector, pod.labels)) continue;
    const target = service.ports.find((one) => one.port === port)?.targetPort;
    if (typeof target === 'number') return target;
    const named = pod.ports.find(({ name }) => name === target)?.port;
    if (target !== undefined && named !== undefined) return named;
  }
  return port;
}
