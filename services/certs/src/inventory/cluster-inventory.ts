/**
 * The inventory of one cluster: what its sources said last, and the rows that come of it. One pass reads what is to be asked (metrics,
 * objects), plans what is to be looked at, and makes the rows anew. Whoever leads looks and asks; others follow its observations.
 */
import type { CertificateChange, SourceFreshness } from '@observatory/contracts';
import type { ClusterConfig } from '@observatory/platform';
import type { ClusterWatchService, WatchedCluster } from '../clusters/cluster-watch.service.js';
import type { CertsConfig } from '../config.js';
import type { SigningFailure } from '../domain/alerts.js';
import { assemble } from '../domain/assemble.js';
import { track } from '../domain/changes.js';
import type { ClusterFacts } from '../domain/kube-facts.js';
import { ObservationBook } from '../domain/observation-book.js';
import { managedObservations, rootObservations, rootsOf, type Roots } from '../domain/objects.js';
import { sameEnd, type Observation } from '../domain/observation.js';
import type { Track, TrackedRow } from '../domain/row.js';
import { pagePlace, type PageReading, type ProxyPage } from '../domain/proxy-pages.js';
import { targetsOf } from '../domain/targets.js';
import { placeOf } from '../domain/wire.js';
import { MetricSource, type MetricReading } from '../sources/metric.source.js';
import { ProxyPageSource } from '../sources/proxy-page.source.js';
import { WireSource } from '../sources/wire.source.js';
import type { Followed } from './observation.repository.js';

const NO_FACTS = { namespaces: [], pods: [], services: [], gateways: [], bundles: [], managed: [], requests: [], issuers: [] };

export interface PassOutcome {
  readonly changes: CertificateChange[];
  /** Undefined: Prometheus did not say. */
  readonly failures: SigningFailure[] | undefined;
}

export class ClusterInventory {
  readonly book = new ObservationBook();
  readonly wire: WireSource;
  readonly metrics: MetricSource;
  readonly pages: ProxyPageSource;
  rows: ReadonlyMap<string, TrackedRow> = new Map();
  reading: MetricReading | undefined;
  roots: Roots = rootsOf([]);
  passedAt: number | undefined;
  watched: WatchedCluster;

  constructor(
    private readonly config: ClusterConfig,
    private readonly watch: ClusterWatchService,
    private readonly settings: CertsConfig,
  ) {
    this.wire = new WireSource(
      { intervalMs: settings.CERTS_WIRE_INTERVAL_SEC * 1000, concurrency: settings.CERTS_WIRE_CONCURRENCY, enabled: settings.CERTS_WIRE },
      (observation) => this.book.put(observation),
    );
    this.metrics = new MetricSource(config);
    this.pages = new ProxyPageSource({
      kinds: settings.CERTS_CONFIG_DUMP,
      url: settings.CERTS_CONFIG_DUMP_URL,
      onRead: (page, reading) => this.takePage(page, reading),
    });
    this.watched = watch.of(config);
  }

  get name(): string {
    return this.watched.name;
  }

  /** Facts of the objects, or nothing where there is no API server. */
  get facts(): ClusterFacts {
    return this.watched.facts ?? { cluster: this.name, ...NO_FACTS };
  }

  /** How the cluster's objects are now. */
  look(): void {
    this.watched = this.watch.of(this.config);
  }

  sources(): SourceFreshness[] {
    const { name } = this;
    return [this.watched.freshness, this.metrics.freshness(name), this.wire.freshness(name), ...this.pages.freshness(name)];
  }

  /** What whoever leads has written down. */
  follow({ key, observation }: Followed): void {
    if (observation) this.book.restore(observation);
    else this.book.forget(key);
  }

  async pass(options: { leads: boolean; now: number; known: (id: string) => Track | undefined }): Promise<PassOutcome> {
    const { leads, now, known } = options;
    this.look();
    const { facts } = this;
    const objectsKnown = this.watched.settled && this.watched.facts !== undefined;
    const excludedNamespaces = this.settings.CERTS_WIRE_EXCLUDE_NAMESPACES;
    if (objectsKnown) {
      const targets = targetsOf(facts, { trustDomain: this.watched.trustDomain, excludedNamespaces });
      this.wire.plan(targets, leads);
      this.roots = rootsOf(facts.bundles);
      if (leads) {
        this.takeObjects(facts, now);
        this.pages.refresh({ cluster: this.name, trustDomain: this.watched.trustDomain, pods: facts.pods, at: now });
      }
    }
    if (leads) await this.takeMetrics(facts, now);
    return this.assemble({ now, known, failures: leads ? this.reading?.failures : undefined });
  }

  stop(): void {
    this.wire.stop();
    this.metrics.close();
    this.pages.stop();
  }

  private assemble({
    now,
    known,
    failures,
  }: {
    now: number;
    known: (id: string) => Track | undefined;
    failures: SigningFailure[] | undefined;
  }): PassOutcome {
    const rows = assemble(this.book.all(), { roots: this.roots, now, exporter: this.reading?.exporter ?? new Map() });
    const tracked = track(this.rows, rows, { now, known });
    const first = this.passedAt === undefined;
    this.rows = new Map(tracked.rows.map((row) => [row.id, row]));
    this.passedAt = now;
    // At a start everything is new to us, and nothing to those who listen.
    return { changes: first ? [] : tracked.changes, failures };
  }

  /** What the API server says is whole: what it does not name is not there. */
  private takeObjects(facts: ClusterFacts, now: number): void {
    this.book.replace('configMap', rootObservations(this.name, this.roots, now));
    this.book.replace('certManager', managedObservations(facts, now));
    const places = new Set(this.wire.planned().map((endpoint) => `${endpoint.id}|${placeOf(endpoint)}`));
    this.book.drop(({ source, id, place }) => source === 'wire' && !places.has(`${id}|${place.place}`));
    const pods = new Set(facts.pods.filter(({ ended }) => !ended).map(({ namespace, name }) => `${namespace}/${name}`));
    const isOfGone = ({ place }: Observation) => !pods.has(`${place.namespace}/${place.pod}`);
    this.book.drop((of) => of.source === 'metric' && of.kind === 'workload' && isOfGone(of));
    this.book.drop((of) => (of.source === 'ztunnel' || of.source === 'envoy') && (!this.pages.isOn(of.source) || isOfGone(of)));
  }

  /** A page is whole: what it no longer names, its proxy no longer has. */
  private takePage(page: ProxyPage, { observations }: PageReading): void {
    this.book.replace(page.kind, observations, (of) => of.place.place === pagePlace(page));
    this.hurryChanged(observations);
  }

  private async takeMetrics(facts: ClusterFacts, now: number): Promise<void> {
    const pods = new Map(facts.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
    const reading = await this.metrics.read({ cluster: this.name, rootNamespace: this.config.rootNamespace, pods }, new Date(now));
    if (!reading) return;
    this.reading = reading;
    this.book.replace('metric', reading.observations);
    this.hurryChanged(reading.observations);
  }

  /** A metric tells of a renewal sooner than the next look: look again. */
  private hurryChanged(observations: readonly Observation[]): void {
    for (const { id, notAfter } of observations) {
      const row = this.rows.get(id);
      if (row?.leaf && !sameEnd(row.leaf.notAfter, notAfter)) this.wire.hurry(id);
    }
  }
}
