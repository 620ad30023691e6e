/**
 * Everything derived from the shop's data: pods, lanes and the order in which calls flow.
 * Invariant: names, hashes and placement are pure functions of the data, so restarts and history name the same series.
 */
import { createHash } from 'node:crypto';
import { CALLS } from './calls.js';
import { NODES, SERVICES, WORKLOADS } from './shop.js';
import { keyOf, type Call, type Lane, type Pod, type Service, type Workload } from './types.js';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function token(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

export function uidOf(text: string): string {
  const hex = createHash('sha256').update(`uid:${text}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The hash that Kubernetes gives to a pod template; StatefulSets call theirs a revision. */
export const templateHashOf = (workload: Workload): string => token(`template:${keyOf(workload)}`, 10);

function podsOf(workload: Workload): Pod[] {
  const templateHash = templateHashOf(workload);
  const first = createHash('sha256').update(keyOf(workload)).digest()[0]!;
  return Array.from({ length: workload.replicas }, (_, index) => {
    const suffix = token(`pod:${keyOf(workload)}:${index}`, 5);
    const names = {
      Deployment: `${workload.name}-${templateHash}-${suffix}`,
      StatefulSet: `${workload.name}-${index}`,
      DaemonSet: `${workload.name}-${suffix}`,
    };
    const name = names[workload.kind];
    const slot = workload.kind === 'DaemonSet' ? index : first + index;
    return {
      name,
      namespace: workload.namespace,
      workload,
      index,
      node: NODES[slot % NODES.length]!,
      templateHash,
      uid: uidOf(`pod:${workload.namespace}/${name}`),
    };
  });
}

export const hostOf = (service: Service): string => `${service.name}.${service.namespace}.svc.cluster.local`;

export class Cluster {
  readonly workloads: ReadonlyMap<string, Workload> = new Map(WORKLOADS.map((workload) => [keyOf(workload), workload]));
  readonly services: ReadonlyMap<string, Service> = new Map(SERVICES.map((service) => [keyOf(service), service]));
  readonly podsByWorkload: ReadonlyMap<string, readonly Pod[]> = new Map(WORKLOADS.map((workload) => [keyOf(workload), podsOf(workload)]));
  readonly pods: readonly Pod[] = [...this.podsByWorkload.values()].flat();
  readonly podByName: ReadonlyMap<string, Pod> = new Map(this.pods.map((pod) => [keyOf(pod), pod]));
  readonly lanes: readonly Lane[] = CALLS.flatMap((call) => this.lanesOf(call));
  /** Callers before the workloads that they call. */
  readonly order: readonly Workload[] = this.flowOrder();

  private readonly movedPorts = new Map<string, number>();

  /** `addressBlock` is the second number of the pods' loopback addresses; null where the system has none to give. */
  constructor(private readonly addressBlock: number | null = 77) {}

  /** The pod's own loopback address, on which its listeners have the ports that its containers name. */
  loopbackOf(pod: Pod): string | undefined {
    if (this.addressBlock === null) return undefined;
    const [high, low] = [pod.uid.slice(0, 2), pod.uid.slice(2, 4)].map((hex) => Number.parseInt(hex, 16));
    return `127.${this.addressBlock}.${high}.${low}`;
  }

  addressOf(pod: Pod): string {
    return this.loopbackOf(pod) ?? '127.0.0.1';
  }

  /** Where the port of a pod without an address of its own really listens. */
  movePort(pod: Pod, port: number, movedTo: number): void {
    this.movedPorts.set(`${keyOf(pod)}:${port}`, movedTo);
  }

  portOf(pod: Pod, port: number): number {
    return this.movedPorts.get(`${keyOf(pod)}:${port}`) ?? port;
  }

  podsOf(workload: Workload): readonly Pod[] {
    return this.podsByWorkload.get(keyOf(workload)) ?? [];
  }

  workload(key: string): Workload {
    const found = this.workloads.get(key);
    if (!found) throw new Error(`no workload ${key} in the demo mesh`);
    return found;
  }

  /** A call's lanes: one per backend, or one without a target where nothing of the cluster answers. */
  lanesOf(call: Call): Lane[] {
    const source = this.workload(call.from);
    const lane = (service: Lane['service'], port: number): Lane => ({
      id: call.id,
      call,
      source,
      target: null,
      service,
      port,
      weight: 1,
      waypoint: null,
    });
    const { to } = call;
    switch (to.kind) {
      case 'serviceEntry':
        return [lane({ host: to.host, name: to.name, namespace: to.namespace }, to.port)];
      case 'passthrough':
        return [lane({ host: call.protocol === 'tcp' ? 'unknown' : to.host, name: 'PassthroughCluster', namespace: 'unknown' }, to.port)];
      case 'blackhole':
        return [lane({ host: call.protocol === 'tcp' ? 'unknown' : to.host, name: 'BlackHoleCluster', namespace: 'unknown' }, to.port)];
      case 'noRoute':
        return [lane({ host: 'unknown', name: 'unknown', namespace: 'unknown' }, to.port)];
      default:
        return this.serviceLanes(call, to.service);
    }
  }

  private serviceLanes(call: Call, key: string): Lane[] {
    const service = this.services.get(key);
    if (!service) throw new Error(`no service ${key} in the demo mesh`);
    const source = this.workload(call.from);
    const identity = { host: hostOf(service), name: service.name, namespace: service.namespace };
    if (call.to.kind === 'noEndpoints')
      return [{ id: call.id, call, source, target: null, service: identity, port: service.port.port, weight: 1, waypoint: null }];
    // Sidecars and gateways go straight to the pod; only ambient clients are led through the waypoint.
    const waypoint = service.waypoint && source.mesh === 'ambient' ? this.workload(`${service.namespace}/waypoint`) : null;
    return service.backends.map((backend) => {
      const target = this.workload(backend.workload);
      return {
        id: `${call.id}>${target.name}`,
        call,
        source,
        target,
        service: identity,
        port: target.ports[0]!.port,
        weight: backend.weight,
        waypoint,
      };
    });
  }

  private flowOrder(): Workload[] {
    const order: Workload[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (workload: Workload): void => {
      const key = keyOf(workload);
      if (state.get(key) === 'done') return;
      if (state.get(key) === 'open') throw new Error(`the calls of the demo mesh form a loop at ${key}`);
      state.set(key, 'open');
      for (const lane of this.lanes) if (lane.source === workload && lane.target) visit(lane.target);
      state.set(key, 'done');
      order.unshift(workload);
    };
    for (const workload of this.workloads.values()) visit(workload);
    return order;
  }
}
