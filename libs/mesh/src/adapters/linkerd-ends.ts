/**
 * Between whom does a row of linkerd2-proxy's metrics speak? Outbound rows name the source by the scrape's labels and
 * the target by `dst_*`; inbound rows know no source. Linkerd's series carry no cluster: it is the configured one,
 * but for mirrored services, which name theirs.
 */
import { LINKERD_OWNERS } from '../queries/labels.js';
import { boundedHost, ipOf, known, kubernetesHost, type Endpoint, type EndpointTable, type Service } from './endpoints.js';
import type { Labels, ProblemLog } from './problems.js';

export interface LinkerdEnds {
  readonly inbound: boolean;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly service: Service | undefined;
  readonly port: string;
}

/** `web.shop.svc.cluster.local:80` without the port. */
const withoutPort = (authority: string): string => ipOf(authority) ?? authority.replace(/:\d{1,5}$/, '');

/** As Kubernetes' DNS has it; the cluster's domain is not in the metrics, and nearly always this. */
const hostOf = (name: string, namespace: string): string => (namespace === '' ? name : `${name}.${namespace}.svc.cluster.local`);

const SOURCE_LABELS = LINKERD_OWNERS.filter((owner) => owner !== 'job');
const TARGET_LABELS = LINKERD_OWNERS.map((owner) => `dst_${owner}`);

function firstOf(labels: Labels, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = known(labels[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}

export class LinkerdReader {
  constructor(
    private readonly table: EndpointTable,
    private readonly cluster: string,
    private readonly problems: ProblemLog,
  ) {}

  read(labels: Labels): LinkerdEnds | undefined {
    const direction = labels['direction'];
    if (direction !== 'inbound' && direction !== 'outbound') {
      this.problems.add('missing-labels', labels);
      return undefined;
    }
    const self = this.scraped(labels);
    const port = labels['target_port'] ?? '';
    if (direction === 'inbound') {
      return { inbound: true, source: this.table.endpoint('unknown', this.cluster, '', 'unknown'), target: self, service: undefined, port };
    }
    const authority = known(labels['authority']);
    const host = authority === undefined ? undefined : boundedHost(withoutPort(authority));
    const service = this.service(labels, host);
    return { inbound: false, source: self, target: this.target(labels, service, host), service, port };
  }

  /** The workload whose proxy was scraped. */
  private scraped(labels: Labels): Endpoint {
    const namespace = known(labels['namespace']) ?? '';
    const name = firstOf(labels, SOURCE_LABELS);
    if (name !== undefined) return this.table.endpoint('workload', this.cluster, namespace, name);
    this.problems.add('incomplete-source', labels);
    return this.table.endpoint('unknown', this.cluster, namespace, 'unknown');
  }

  private service(labels: Labels, host: string | undefined): Service | undefined {
    const mirrored = known(labels['dst_target_service']);
    if (mirrored !== undefined) {
      const namespace = known(labels['dst_target_service_namespace']) ?? '';
      return this.table.service(
        known(labels['dst_target_cluster']) ?? this.cluster,
        namespace,
        mirrored,
        host ?? hostOf(mirrored, namespace),
      );
    }
    const parsed = host === undefined ? undefined : kubernetesHost(host);
    const name = known(labels['dst_service']) ?? parsed?.name;
    if (name === undefined) return host === undefined ? undefined : this.table.service(this.cluster, '', host, host);
    const namespace = known(labels['dst_namespace']) ?? parsed?.namespace ?? '';
    return this.table.service(this.cluster, namespace, name, host !== undefined && parsed !== undefined ? host : hostOf(name, namespace));
  }

  private target(labels: Labels, service: Service | undefined, host: string | undefined): Endpoint {
    const owner = firstOf(labels, TARGET_LABELS);
    if (owner !== undefined) return this.table.endpoint('workload', this.cluster, known(labels['dst_namespace']) ?? '', owner);
    if (service !== undefined && service.identity.namespace !== '') {
      const { cluster, namespace, name } = service.identity;
      return this.table.endpoint('service', cluster, namespace, name);
    }
    if (host !== undefined) return this.table.endpoint('external', this.cluster, '', host);
    return this.table.endpoint('unknown', this.cluster, known(labels['dst_namespace']) ?? '', 'unknown');
  }
}
