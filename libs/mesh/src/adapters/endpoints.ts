/**
 * Who is at the ends? Identities are interned: one object per workload, host or service of a window, so that
 * tens of thousands of rows share a few thousand of them. Invariant: text that a stranger may have written
 * (a Host header) has a bounded length and no control characters when it becomes a name.
 */
import { nodeId, type EndpointIdentity, type NodeRole, type ServiceIdentity } from '@observatory/contracts';

/** The longest name that DNS knows. */
export const MAX_HOST_LENGTH = 253;

/** More ends than any mesh has, so that two of them and a protocol fit one exact number. */
export const MAX_ENDS = 2 ** 24;

export interface Endpoint {
  readonly id: string;
  readonly index: number;
  readonly identity: EndpointIdentity;
}

export interface Service {
  readonly index: number;
  readonly identity: ServiceIdentity;
}

/** Undefined for a label that is absent, empty or `unknown`. */
export const known = (label: string | undefined): string | undefined =>
  label === undefined || label === '' || label === 'unknown' ? undefined : label;

const CONTROL_CHARACTERS = /\p{Cc}/gu;

export function boundedHost(text: string): string {
  return text.slice(0, MAX_HOST_LENGTH).replace(CONTROL_CHARACTERS, '?').toLowerCase();
}

const IP_WITH_PORT = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-fA-F:.]+)\])(?::\d{1,5})?$|^([0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/;

/** The address of `10.0.0.1:80`, `[::1]:80` or `::1`, without its port; undefined for a name. */
export function ipOf(host: string): string | undefined {
  const match = IP_WITH_PORT.exec(host);
  return match === null ? undefined : (match[1] ?? match[2] ?? match[3]);
}

/** `cart.shop.svc.cluster.local` is cart in shop. Ports are ignored. */
export function kubernetesHost(host: string): { name: string; namespace: string } | undefined {
  const match = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:[.:]|$)/.exec(host);
  return match === null ? undefined : { name: match[1]!, namespace: match[2]! };
}

/** By the names that Istio's own charts and the Gateway API controller give; Kubernetes facts know better. */
function roleByName(name: string): NodeRole | undefined {
  if (name === 'istio-ingressgateway') return 'gateway';
  if (name === 'istio-egressgateway') return 'egress';
  if (name === 'ztunnel') return 'ztunnel';
  return /(?:^|-)waypoint(?:-|$)/.test(name) ? 'waypoint' : undefined;
}

type EndpointKind = EndpointIdentity['kind'];

/** Entries under one text that differ in the rest: a short list is compared faster than a long key is built. */
function listOf<T>(map: Map<string, T[]>, key: string): T[] {
  let list = map.get(key);
  if (list === undefined) map.set(key, (list = []));
  return list;
}

export class EndpointTable {
  private readonly endpoints = new Map<string, Endpoint[]>();
  private readonly services = new Map<string, Service[]>();
  private endpointCount = 0;
  private serviceCount = 0;

  endpoint(kind: EndpointKind, cluster: string, namespace: string, name: string, role?: NodeRole): Endpoint {
    const list = listOf(this.endpoints, name);
    for (const found of list) {
      const { identity } = found;
      if (identity.namespace === namespace && identity.kind === kind && identity.cluster === cluster) return found;
    }
    const identity: EndpointIdentity = { kind, cluster, namespace, name };
    const given = role ?? (kind === 'workload' ? roleByName(name) : undefined);
    if (given !== undefined) identity.role = given;
    const made = { id: nodeId(kind, cluster, namespace, name), index: this.endpointCount, identity };
    this.endpointCount += 1;
    list.push(made);
    return made;
  }

  service(cluster: string, namespace: string, name: string, host: string): Service {
    const list = listOf(this.services, host);
    for (const found of list) {
      const { identity } = found;
      if (identity.name === name && identity.namespace === namespace && identity.cluster === cluster) return found;
    }
    const made = { index: this.serviceCount, identity: { cluster, namespace, name, host } };
    this.serviceCount += 1;
    list.push(made);
    return made;
  }
}

/**
 * Notes app and version of a workload. Waypoints may not know what others do, so what is known stays; while two
 * revisions are rolled out under one name the larger name is taken, so that windows agree.
 */
export function describe(endpoint: Endpoint, app: string | undefined, version: string | undefined): void {
  const { identity } = endpoint;
  if (app !== undefined && (identity.app === undefined || app > identity.app)) identity.app = app;
  if (version !== undefined && (identity.version === undefined || version > identity.version)) identity.version = version;
}
