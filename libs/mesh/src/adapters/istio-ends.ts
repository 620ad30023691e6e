/**
 * Between whom does a row of Istio's metrics speak? mesh-metrics: unknown ends, PassthroughCluster, ServiceEntry hosts,
 * addresses, multi-cluster labels. Invariant: the same labels give the same ends whichever metric carries them,
 * and a workload is never invented: what has no workload is a service, a host outside, or unknown.
 */
import type { NodeRole } from '@observatory/contracts';
import { boundedHost, describe, ipOf, known, kubernetesHost, type Endpoint, type EndpointTable, type Service } from './endpoints.js';
import type { Labels, ProblemLog } from './problems.js';

export type Side = 0 | 1 | 2;
export const SOURCE: Side = 0;
export const DESTINATION: Side = 1;
export const WAYPOINT: Side = 2;
const SIDES: Readonly<Record<string, Side>> = { source: SOURCE, destination: DESTINATION, waypoint: WAYPOINT };

export interface Ends {
  readonly side: Side;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** What the request was addressed to; undefined where nobody knows. */
  readonly service: Service | undefined;
}

/** Names that Envoy gives to destinations which no configuration knows. */
const SINKS: Readonly<Record<string, NodeRole>> = {
  PassthroughCluster: 'passthrough',
  InboundPassthroughCluster: 'passthrough',
  BlackHoleCluster: 'blackhole',
};

/** `spiffe://td/ns/<namespace>/sa/<account>` says where a caller without metadata runs, and mTLS vouches for it. */
const namespaceOf = (principal: string | undefined): string => /\/ns\/([^/]+)\/sa\//.exec(principal ?? '')?.[1] ?? '';

/** Revision `latest` is what unversioned workloads get: no version. */
const versionOf = (revision: string | undefined): string | undefined => (revision === 'latest' ? undefined : known(revision));

interface ReadService {
  readonly cluster: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly service: Service;
}

export class IstioEnds {
  /** By the host as it was written: reading it costs more than finding it again. */
  private readonly services = new Map<string, ReadService[]>();

  constructor(
    private readonly table: EndpointTable,
    private readonly cluster: string,
    private readonly problems: ProblemLog,
  ) {}

  /** Undefined, and a problem noted, where the labels do not say who reported: it could be counted twice. */
  read(labels: Labels): Ends | undefined {
    const side = SIDES[labels['reporter'] ?? ''];
    if (side === undefined) {
      this.problems.add('missing-labels', labels);
      return undefined;
    }
    const sourceCluster = known(labels['source_cluster']);
    const targetCluster = known(labels['destination_cluster']);
    // Whoever reports knows its own cluster; the far end's is unknown when no endpoint was reached (istio/istio#29373).
    const own = (side === SOURCE ? sourceCluster : targetCluster) ?? this.cluster;
    const service = this.service(labels, targetCluster ?? own);
    return {
      side,
      source: this.source(labels, sourceCluster ?? own),
      target: this.target(labels, targetCluster ?? own, service),
      service,
    };
  }

  private source(labels: Labels, cluster: string): Endpoint {
    const name = known(labels['source_workload']);
    const namespace = known(labels['source_workload_namespace']);
    if (name !== undefined) {
      const endpoint = this.table.endpoint('workload', cluster, namespace ?? '', name);
      describe(endpoint, known(labels['source_canonical_service']), versionOf(labels['source_canonical_revision']));
      return endpoint;
    }
    if (namespace !== undefined) this.problems.add('incomplete-source', labels);
    return this.table.endpoint('unknown', cluster, namespace ?? namespaceOf(known(labels['source_principal'])), 'unknown');
  }

  private service(labels: Labels, cluster: string): Service | undefined {
    const name = known(labels['destination_service_name']);
    const host = known(labels['destination_service']);
    if (name === 'InboundPassthroughCluster' || (host === undefined && (name === undefined || SINKS[name] !== undefined))) return undefined;
    if (name === 'BlackHoleCluster' && known(labels['destination_workload']) !== undefined) return undefined;
    const namespace = known(labels['destination_service_namespace']);
    const written = host ?? name!;
    let list = this.services.get(written);
    if (list === undefined) this.services.set(written, (list = []));
    for (const read of list) if (read.name === name && read.namespace === namespace && read.cluster === cluster) return read.service;
    const service = this.readService(boundedHost(written), name, { namespace, cluster });
    list.push({ cluster, namespace, name, service });
    return service;
  }

  private readService(host: string, name: string | undefined, at: { namespace: string | undefined; cluster: string }): Service {
    const parsed = SINKS[name ?? ''] === undefined ? kubernetesHost(host) : undefined;
    const namespace = at.namespace ?? parsed?.namespace ?? '';
    return this.table.service(at.cluster, namespace, name === undefined ? (parsed?.name ?? host) : this.serviceName(name), host);
  }

  private serviceName(name: string): string {
    return SINKS[name] === undefined ? boundedHost(name) : name;
  }

  private target(labels: Labels, cluster: string, service: Service | undefined): Endpoint {
    const name = known(labels['destination_workload']);
    if (name !== undefined) {
      const namespace = known(labels['destination_workload_namespace']) ?? '';
      const endpoint = this.table.endpoint('workload', cluster, namespace, name);
      describe(endpoint, known(labels['destination_canonical_service']), versionOf(labels['destination_canonical_revision']));
      return endpoint;
    }
    const sink = known(labels['destination_service_name']) ?? '';
    const role = SINKS[sink];
    if (role !== undefined) return this.table.endpoint('external', cluster, '', sink, role);
    if (service === undefined) {
      return this.table.endpoint('unknown', cluster, known(labels['destination_service_namespace']) ?? '', 'unknown');
    }
    return this.addressed(service, cluster);
  }

  /** Traffic that reached no workload: the node is what it was addressed to. */
  private addressed({ identity }: Service, cluster: string): Endpoint {
    const { name, namespace } = identity;
    const address = ipOf(name);
    if (address !== undefined) return this.table.endpoint('external', cluster, '', address);
    if (name === 'istio-egressgateway') return this.table.endpoint('workload', cluster, namespace, name);
    if (namespace === '') return this.table.endpoint('external', cluster, '', name);
    // Service names of Kubernetes have no dots: a dotted one is the host of a ServiceEntry.
    return this.table.endpoint(/[.*]/.test(name) ? 'serviceEntry' : 'service', cluster, namespace, name);
  }
}
