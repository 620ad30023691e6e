/**
 * Which node stands for an end of a sample in each of the four graphs? Workloads as they are; apps gather the
 * workloads of one app label; versioned apps keep versions apart; the service graph shows what was addressed.
 * Invariant: an end has exactly one node in a view, so every request is on exactly one edge of it.
 */
import {
  nodeId,
  type EdgeSample,
  type EndpointIdentity,
  type GraphKind,
  type NodeKind,
  type ServiceIdentity,
} from '@observatory/contracts';
import type { GraphObjects, WorkloadFacts } from '../types.js';

export interface NodeKey {
  readonly kind: NodeKind;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** Only where the version is part of what the node is. */
  readonly version?: string;
}

export const idOf = ({ kind, cluster, namespace, name, version }: NodeKey): string => nodeId(kind, cluster, namespace, name, version);

const factsKey = ({ cluster, namespace, name }: { cluster: string; namespace: string; name: string }) =>
  `${cluster}\u0000${namespace}\u0000${name}`;

/** The name of a service has no dots; the host of a ServiceEntry has, or is a star. */
const serviceKind = (name: string): 'service' | 'serviceEntry' => (/[.*]/.test(name) ? 'serviceEntry' : 'service');

const weightOf = (sample: EdgeSample): number => sample.requestsPerSecond * 1e6 + sample.sentBytesPerSecond + sample.receivedBytesPerSecond;

export class View {
  private readonly facts: ReadonlyMap<string, WorkloadFacts>;
  /** Workload → services by which it was reached, with how much. Filled for the service graph only. */
  private readonly reached = new Map<string, Map<string, { service: ServiceIdentity; weight: number }>>();
  private readonly primary = new Map<string, NodeKey>();
  /** App and version of workloads: one sample may know what another does not. */
  private readonly described = new Map<string, Pick<EndpointIdentity, 'app' | 'version'>>();

  constructor(
    private readonly graph: GraphKind,
    samples: readonly EdgeSample[],
    objects: GraphObjects | undefined,
  ) {
    this.facts = new Map((objects?.workloads ?? []).map((workload) => [factsKey(workload), workload]));
    if (graph === 'workload') return;
    for (const identity of new Set(samples.flatMap(({ source, target }) => [source, target]))) this.noteDescription(identity);
    if (graph === 'service') for (const sample of samples) this.noteReached(sample);
  }

  factsOf(workload: { cluster: string; namespace: string; name: string }): WorkloadFacts | undefined {
    return this.facts.get(factsKey(workload));
  }

  source({ source }: EdgeSample): NodeKey {
    return source.kind === 'workload' ? this.workload(source) : source;
  }

  target({ target, destinationService: service }: EdgeSample): NodeKey {
    if (target.kind !== 'workload') return target;
    if (this.graph !== 'service' || service === undefined || service.namespace === '') return this.workload(target);
    return { kind: serviceKind(service.name), cluster: service.cluster, namespace: service.namespace, name: service.name };
  }

  /** The node of a workload that is no end of any sample, or whose service is not in question. */
  workload(workload: Pick<EndpointIdentity, 'cluster' | 'namespace' | 'name'>): NodeKey {
    const { cluster, namespace, name } = workload;
    if (this.graph === 'workload') return { kind: 'workload', cluster, namespace, name };
    if (this.graph === 'service') return this.serviceOf(workload);
    return this.app(workload, this.graph === 'versionedApp');
  }

  private app(workload: Pick<EndpointIdentity, 'cluster' | 'namespace' | 'name'>, versioned: boolean): NodeKey {
    const facts = this.factsOf(workload);
    const described = this.described.get(factsKey(workload));
    const { cluster, namespace } = workload;
    const key = { kind: 'app', cluster, namespace, name: facts?.app ?? described?.app ?? workload.name } as const;
    const version = facts?.version ?? described?.version;
    return versioned && version !== undefined ? { ...key, version } : key;
  }

  /** A caller has one service here, so that its requests count once: the one that it is reached by most, else the first. */
  private serviceOf(workload: Pick<EndpointIdentity, 'cluster' | 'namespace' | 'name'>): NodeKey {
    const key = factsKey(workload);
    let found = this.primary.get(key);
    if (found === undefined) this.primary.set(key, (found = this.findService(key) ?? this.app(workload, false)));
    return found;
  }

  private findService(key: string): NodeKey | undefined {
    const facts = this.facts.get(key);
    const names = facts?.services ?? [];
    const reached = [...(this.reached.get(key)?.values() ?? [])]
      .filter(({ service }) => names.length === 0 || (names.includes(service.name) && service.namespace === facts!.namespace))
      .sort((a, b) => b.weight - a.weight || (a.service.name < b.service.name ? -1 : 1));
    const service = reached[0]?.service;
    if (service !== undefined)
      return { kind: serviceKind(service.name), cluster: service.cluster, namespace: service.namespace, name: service.name };
    const name = [...names].sort()[0];
    return name === undefined ? undefined : { kind: 'service', cluster: facts!.cluster, namespace: facts!.namespace, name };
  }

  private noteDescription(identity: EndpointIdentity): void {
    const { kind, app, version } = identity;
    if (kind !== 'workload' || (app === undefined && version === undefined)) return;
    const known = this.described.get(factsKey(identity));
    this.described.set(factsKey(identity), { app: known?.app ?? app, version: known?.version ?? version });
  }

  private noteReached(sample: EdgeSample): void {
    const { target, destinationService: service } = sample;
    if (target.kind !== 'workload' || service === undefined || service.namespace === '') return;
    const key = factsKey(target);
    let services = this.reached.get(key);
    if (services === undefined) this.reached.set(key, (services = new Map()));
    const serviceKey = factsKey(service);
    const found = services.get(serviceKey);
    if (found === undefined) services.set(serviceKey, { service, weight: weightOf(sample) });
    else found.weight += weightOf(sample);
  }
}
