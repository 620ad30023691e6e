/** What is known of one source at the moment: its name, its meshes, how fresh it is. Written by its collector, read by answers. */
import { MESHES, rateWindowSec, type QueriedMesh } from '@observatory/mesh';
import type { SourceFreshness, WindowClosed } from '@observatory/contracts';
import { coverageOf, freshnessOf, gapOf, type RateSpan, type SpanSamples } from '../domain/freshness.js';
import type { Facts } from '../domain/facts.js';
import type { PrometheusSource } from '../domain/sources.js';

/** Until the real interval is known: Istio's and Linkerd's sample configurations scrape this often. */
const USUAL_SCRAPE_INTERVAL_SEC = 15;

export class SourceState {
  cluster: string;
  meshes: QueriedMesh[] = [];
  recordingRules = false;
  scrapeIntervalSec: number | undefined;
  freshAt: Date | undefined;
  factsAt: Date | undefined;
  private spanBeganAt: Date | undefined;
  /** Set while rates reach into a time without samples: the newest before it, null where there is none. */
  private gapSinceMs: number | null | undefined;
  failure: string | undefined = 'not asked yet';

  constructor(
    readonly source: PrometheusSource,
    readonly windowSec: number,
  ) {
    this.cluster = source.cluster;
  }

  private get scrapeSec(): number {
    return this.scrapeIntervalSec ?? USUAL_SCRAPE_INTERVAL_SEC;
  }

  get rateWindowSec(): number {
    return rateWindowSec(this.windowSec, this.scrapeSec);
  }

  get rateSpan(): RateSpan {
    return { rateWindowSec: this.rateWindowSec, scrapeSec: this.scrapeSec };
  }

  private get samples(): SpanSamples {
    return { newestMs: this.freshAt?.getTime(), beganMs: this.spanBeganAt?.getTime() };
  }

  /** What the rates of the window that was read last say; absent: all that they should. */
  coverageAt(at: Date): WindowClosed['coverage'] {
    return coverageOf(this.samples, at.getTime(), this.rateSpan);
  }

  /** The clusters that this source tells about; the first by the name that the mesh gave it. */
  get clusters(): string[] {
    return this.source.provisional ? [this.cluster] : [...this.source.clusters];
  }

  /** What is looked for. History is asked for all of it: what was there then may be gone, or silent, today. */
  get wantedMeshes(): QueriedMesh[] {
    return MESHES.filter((mesh) => this.source.mesh === 'auto' || (this.source.mesh === 'linkerd') === (mesh === 'linkerd'));
  }

  learn(facts: Facts, at: Date): void {
    this.failure = undefined;
    if (facts.freshAt && (!this.freshAt || facts.freshAt > this.freshAt)) this.freshAt = facts.freshAt;
    this.spanBeganAt = facts.spanBeganAt;
    this.gapSinceMs = gapOf(this.samples, at.getTime(), this.rateSpan);
    if (!facts.meshes) return;
    this.factsAt = at;
    // A mesh that falls silent for a moment is still there: what was seen is asked for until the process ends.
    const wanted = facts.meshes.filter((mesh) => this.wantedMeshes.includes(mesh));
    this.meshes = [...new Set([...this.meshes, ...wanted])];
    this.recordingRules = facts.recordingRules ?? false;
    this.scrapeIntervalSec = facts.scrapeIntervalSec ?? this.scrapeIntervalSec;
    if (this.source.provisional && facts.clusterName) this.cluster = facts.clusterName;
  }

  freshness(now: Date): SourceFreshness[] {
    const staleAfterSec = this.rateWindowSec + this.windowSec;
    const { freshAt, failure, gapSinceMs } = this;
    const facts = freshnessOf({ freshAt, now, staleAfterSec, failure, gapSinceMs });
    return this.clusters.map((cluster) => ({ name: 'Prometheus', cluster, ...facts }));
  }
}
