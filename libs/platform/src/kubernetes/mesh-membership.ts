/**
 * Is a pod in a mesh, and as what? Read from what runs (containers, the annotation that Istio's CNI leaves), and for
 * workloads without pods from what is asked for (injection labels and annotations of template and namespace).
 * Invariant: what runs wins over what is asked for.
 */
import type { MeshKind, NodeRole } from '@observatory/contracts';
import type { KubeMetadata } from './kube-kind.js';

/** What runs beside or under a pod's containers. `router` is an Istio gateway. */
export type ProxyKind = 'sidecar' | 'router' | 'waypoint' | 'ztunnel' | 'linkerd' | 'ambient';
/** What pods of a namespace get unless they say otherwise. */
export type NamespaceMesh = 'istio' | 'ambient' | 'linkerd' | 'none';
/** What a pod template asks for. */
export type Injection = 'istio' | 'linkerd' | 'none';

export interface PodSpec {
  serviceAccountName?: string;
  containers?: { name: string; args?: string[] }[];
  initContainers?: { name: string; args?: string[] }[];
}

/** Native sidecars are init containers. */
export function proxyOfPod(metadata: KubeMetadata, spec: PodSpec): ProxyKind | undefined {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const named = (name: string) => containers.find((container) => container.name === name);
  const proxy = named('istio-proxy');
  if (proxy) {
    if (proxy.args?.includes('ztunnel')) return 'ztunnel';
    if (proxy.args?.includes('waypoint')) return 'waypoint';
    return proxy.args?.includes('router') ? 'router' : 'sidecar';
  }
  if (named('linkerd-proxy')) return 'linkerd';
  return metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled' ? 'ambient' : undefined;
}

/** What a pod template's own labels and annotations ask for; undefined leaves it to the namespace. */
export function injectionOfTemplate(metadata: Pick<KubeMetadata, 'labels' | 'annotations'>): Injection | undefined {
  const istio = metadata.labels?.['sidecar.istio.io/inject'] ?? metadata.annotations?.['sidecar.istio.io/inject'];
  const linkerd = metadata.annotations?.['linkerd.io/inject'];
  if (istio === 'true') return 'istio';
  if (linkerd === 'enabled' || linkerd === 'ingress') return 'linkerd';
  return istio === 'false' || linkerd === 'disabled' ? 'none' : undefined;
}

export const AMBIENT_LABEL = 'istio.io/dataplane-mode';

export function meshOfNamespace({ labels = {}, annotations = {} }: Pick<KubeMetadata, 'labels' | 'annotations'>): NamespaceMesh {
  if (labels['istio-injection'] === 'enabled') return 'istio';
  if (labels['istio-injection'] !== 'disabled' && labels['istio.io/rev'] !== undefined && labels[AMBIENT_LABEL] === undefined)
    return 'istio';
  if (labels[AMBIENT_LABEL] === 'ambient') return 'ambient';
  return ['enabled', 'ingress'].includes(annotations['linkerd.io/inject'] ?? '') ? 'linkerd' : 'none';
}

const MESH_OF_PROXY: Readonly<Record<ProxyKind, MeshKind>> = {
  sidecar: 'istio',
  router: 'istio',
  waypoint: 'ambient',
  ztunnel: 'ambient',
  linkerd: 'linkerd',
  ambient: 'ambient',
};

/** A workload is in a mesh when one of its pods is: rolling an injection out takes a while. */
export function meshOfPods(pods: readonly { proxy?: ProxyKind | undefined; ended: boolean }[]): MeshKind {
  const proxy = pods.find((pod) => pod.proxy !== undefined && !pod.ended)?.proxy ?? pods.find((pod) => pod.proxy !== undefined)?.proxy;
  return proxy === undefined ? 'none' : MESH_OF_PROXY[proxy];
}

export function meshAskedFor(
  controller: { inject?: Injection | undefined; ambientOptOut: boolean },
  namespaceMesh: NamespaceMesh,
): MeshKind {
  const asked = controller.inject ?? namespaceMesh;
  return asked === 'ambient' && controller.ambientOptOut ? 'none' : asked;
}

const EGRESS = 'egressgateway';

/** Gateways and waypoints are known by how their proxy was started, and by the labels that Istio puts on those it makes. */
export function roleOf(labels: Readonly<Record<string, string>>, proxies: ReadonlySet<ProxyKind | undefined>): NodeRole | undefined {
  const managed = labels['gateway.istio.io/managed'];
  if (proxies.has('ztunnel') || labels['app'] === 'ztunnel') return 'ztunnel';
  if (proxies.has('waypoint') || managed?.startsWith('istio.io-mesh-controller')) return 'waypoint';
  if (labels['istio'] === EGRESS) return 'egress';
  const gateway = proxies.has('router') || managed !== undefined || labels['istio'] === 'ingressgateway';
  return gateway ? 'gateway' : undefined;
}
