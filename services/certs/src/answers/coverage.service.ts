/** What of the certificates can be seen, and what not, put together from what each source says of itself. */
import { Injectable } from '@nestjs/common';
import type { CertificateCoverage, CertificateCoverageRequest, CertificateHealth, SourceCoverage } from '@observatory/contracts';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { coverageOf, type PodCoverage, type Reason } from '../domain/coverage.js';
import type { PodFact } from '../domain/kube-facts.js';
import { ISTIO_ROOTS, LINKERD_ROOTS, MANAGED } from '../domain/projections.js';
import { PAGE_KINDS, type PageKind } from '../domain/proxy-pages.js';
import type { Row } from '../domain/row.js';
import { inNamespaces } from '../domain/select.js';
import type { ClusterInventory } from '../inventory/cluster-inventory.js';
import { InventoryService } from '../inventory/inventory.service.js';
import { offMessage, PAGE_NAMES } from '../sources/proxy-page.source.js';

const UNOBSERVED_MAX = 1000;
/** Different questions between two passes: beyond it they are worked out each time. */
const KEPT_MAX = 100;

type Body = Omit<CertificateCoverage, 'generatedAt' | 'sources'>;
type Covered = ReturnType<typeof coverageOf>;

@Injectable()
export class CoverageService {
  private kept: { readonly revision: number; readonly covered: Map<string, Covered> } = { revision: -1, covered: new Map() };

  constructor(
    private readonly inventory: InventoryService,
    private readonly watch: ClusterWatchService,
  ) {}

  coverage(request: CertificateCoverageRequest): Body {
    const parts = this.inventory.clusters(request.cluster).map((inventory) => ({ inventory, covered: this.cover(inventory, request) }));
    const unobserved = parts.flatMap(({ covered }) => covered.unobserved);
    return {
      workloads: parts.reduce((sum, { covered }) => sum + covered.workloads, 0),
      observed: parts.reduce((sum, { covered }) => sum + covered.observed, 0),
      bySource: parts.flatMap(({ inventory, covered }) => this.bySource(inventory, covered)),
      byNamespace: parts.flatMap(({ covered }) => covered.byNamespace),
      unobserved: unobserved.slice(0, UNOBSERVED_MAX),
      unobservedOmitted: Math.max(0, unobserved.length - UNOBSERVED_MAX),
    };
  }

  unobserved(cluster: string | undefined): CertificateHealth['unobserved'] {
    return this.inventory.clusters(cluster).flatMap((inventory) =>
      this.cover(inventory, {}).unobserved.map(({ workloadId, cluster: of, namespace, name, reasons }) => ({
        workloadId,
        cluster: of,
        namespace,
        name,
        reason: reasons.map(({ source, message }) => `${source}: ${message}`).join('; ') || 'no source shows it',
      })),
    );
  }

  /** Rows move with passes alone, and going through 10,000 pods takes longer than a summary may: what was worked out is kept till the next. */
  private cover(inventory: ClusterInventory, request: CertificateCoverageRequest): Covered {
    const { revision } = this.inventory;
    if (this.kept.revision !== revision) this.kept = { revision, covered: new Map() };
    const key = JSON.stringify([inventory.name, request.namespace, request.namespaces]);
    const known = this.kept.covered.get(key);
    if (known) return known;
    const covered = workOut(inventory, request);
    if (this.kept.covered.size < KEPT_MAX) this.kept.covered.set(key, covered);
    return covered;
  }
  private bySource(inventory: ClusterInventory, { perSource }: Covered): SourceCoverage[] {
    const { wire, metrics, name: cluster } = inventory;
    const pods = (
      source: 'wire' | 'metric',
      { state, freshAt }: { state: string; freshAt: string | null },
      of: PodCoverage,
    ): SourceCoverage => ({
      cluster,
      source,
      state: source === 'wire' && !wire.enabled ? 'off' : state === 'down' ? 'down' : 'on',
      freshAt,
      ...of,
      detail: `${of.observed} of ${of.expected} pods of the mesh are seen`,
    });
    return [
      pods('wire', wire.freshness(cluster), perSource.wire),
      pods('metric', metrics.freshness(cluster), perSource.metric),
      this.ofObjects(inventory, 'configMap'),
      this.ofObjects(inventory, 'certManager'),
      ...PAGE_KINDS.map((kind) => ofPages(inventory, kind, perSource[kind])),
    ];
  }

  private ofObjects(inventory: ClusterInventory, source: 'configMap' | 'certManager'): SourceCoverage {
    const { watched, facts, roots, name: cluster } = inventory;
    const kinds = source === 'configMap' ? [ISTIO_ROOTS, LINKERD_ROOTS] : [MANAGED];
    const states = kinds.map((kind) => this.watch.kind(watched.config, kind)).filter((state) => state !== undefined);
    const unobserved: SourceCoverage['unobserved'] = [];
    for (const { state, detail, kind } of states) {
      if (state === 'forbidden') unobserved.push({ reason: 'no-permission', message: `no permission to list ${kind}`, count: 1 });
      if (state === 'missing') unobserved.push({ reason: 'no-such-kind', message: `the cluster has no ${kind}`, count: 1 });
      if (state === 'failing') unobserved.push({ reason: 'unreachable', message: detail ?? `${kind} cannot be read`, count: 1 });
    }
    const observed = source === 'configMap' ? facts.bundles.length : facts.managed.filter(({ notAfter }) => notAfter !== undefined).length;
    const expected = source === 'configMap' ? facts.bundles.length : facts.managed.length;
    if (source === 'certManager' && observed < expected)
      unobserved.push({ reason: 'not-tried-yet', message: 'cert-manager has not issued it yet', count: expected - observed });
    const unreadable = source === 'configMap' && roots.unreadable > 0 ? `; ${roots.unreadable} blocks are no certificates` : '';
    const detail =
      source === 'configMap' ? `${observed} trust bundles read${unreadable}` : `${observed} of ${expected} Certificates are issued`;
    const readable = states.some(({ state }) => state === 'synced');
    return { cluster, source, state: readable ? 'on' : 'down', freshAt: watched.freshness.freshAt, observed, expected, unobserved, detail };
  }
}

function workOut(inventory: ClusterInventory, request: CertificateCoverageRequest): Covered {
  const rows = [...inventory.rows.values()];
  const seen = seenBy(rows);
  const endpoints = new Map<string, string[]>();
  for (const { key, namespace: of, pod } of inventory.wire.planned())
    endpoints.set(`${of}/${pod}`, [...(endpoints.get(`${of}/${pod}`) ?? []), key]);
  const unreachable = new Map(inventory.wire.unreachable.map((one) => [`${one.pod.namespace}/${one.pod.name}`, one]));
  return coverageOf({
    cluster: inventory.name,
    pods: inventory.facts.pods.filter((pod) => inNamespaces(request, pod.namespace)),
    rows,
    wire: (pod) => (seen.wire.has(`${pod.namespace}/${pod.name}`) ? undefined : whyNotOnWire(pod, { inventory, endpoints, unreachable })),
    page: (kind, pod) => (seen[kind].has(`${pod.namespace}/${pod.name}`) ? undefined : inventory.pages.whyNot(kind, pod)),
    metric: (pod) => (seen.metric.has(`${pod.namespace}/${pod.name}`) ? undefined : whyNoMetric(pod, inventory)),
  });
}

function ofPages(inventory: ClusterInventory, source: PageKind, pods: PodCoverage): SourceCoverage {
  const { pages, name: cluster } = inventory;
  const fresh = pages.freshness(cluster).find(({ name }) => name === PAGE_NAMES[source]);
  if (!fresh) return { cluster, source, state: 'off', freshAt: null, ...pods, detail: offMessage(source) };
  const detail = `${pods.observed} of ${pods.expected} pods are shown by admin pages`;
  return { cluster, source, state: fresh.state === 'down' ? 'down' : 'on', freshAt: fresh.freshAt, ...pods, detail };
}

type PodSource = 'wire' | 'metric' | PageKind;
function seenBy(rows: readonly Row[]): Record<PodSource, Set<string>> {
  const seen = { wire: new Set<string>(), metric: new Set<string>(), ztunnel: new Set<string>(), envoy: new Set<string>() };
  const isPodSource = (source: string): source is PodSource => source in seen;
  for (const { sightings } of rows)
    for (const { source, namespace, pod } of sightings) if (isPodSource(source)) seen[source].add(`${namespace}/${pod}`);
  return seen;
}

function whyNotOnWire(
  pod: PodFact,
  context: { inventory: ClusterInventory; endpoints: ReadonlyMap<string, string[]>; unreachable: ReadonlyMap<string, Reason> },
): Reason {
  const { inventory, endpoints, unreachable } = context;
  if (!inventory.wire.enabled) return { reason: 'source-off', message: 'handshakes are switched off by CERTS_WIRE' };
  const known = unreachable.get(`${pod.namespace}/${pod.name}`);
  if (known) return { reason: known.reason, message: known.message };
  const states = (endpoints.get(`${pod.namespace}/${pod.name}`) ?? []).map((key) => inventory.wire.stateOf(key));
  return states.find((state) => state?.failed)?.failed ?? { reason: 'not-tried-yet', message: 'not looked at yet' };
}

function whyNoMetric(pod: PodFact, { metrics, reading }: ClusterInventory): Reason {
  if (!metrics.configured) return { reason: 'no-prometheus', message: 'no Prometheus is configured for this cluster' };
  if (!reading) return { reason: 'no-prometheus', message: 'Prometheus does not answer' };
  if (pod.proxy === 'ambient' || pod.role === 'ztunnel') return { reason: 'no-metric', message: 'ztunnel has no metric of certificates' };
  if (pod.proxy === 'linkerd') return { reason: 'no-metric', message: 'there is no series of it: the proxy (port 4191) is not scraped' };
  const days = reading.days.get(`${pod.namespace}/${pod.name}`);
  if (days !== undefined)
    return {
      reason: 'no-metric',
      message: `Envoy tells only that the first of its certificates has ${days} whole days left: the agent (port 15020) is not scraped`,
    };
  return {
    reason: 'no-metric',
    message: 'there is no series of it: the agent (port 15020) is not scraped, or its certificate is not of istiod',
  };
}
