/** What is known of one source at the moment: its name, its meshes, how fresh it is. Written by its collector, read by answers. */
import { rateWindowSec, type QueriedMesh } from '@observatory/mesh';
import type { SourceFreshness } from '@observatory/contracts';
import { freshnessOf, isCovered } from '../domain/freshness.js';
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
  /** When samples began again after the last gap. */
  private gapUntil: Date | undefined;
  failure: string | undefined = 'not asked yet';

  constructor(
    readonly source: PrometheusSource,
    readonly windowSec: number,
  ) {
    this.cluster = source.cluster;
  }

  get rateWindowSec(): number {
    return rateWindowSec(this.windowSec, this.scrapeIntervalSec ?? USUAL_SCRAPE_INTERVAL_SEC);
  }

  /** The clusters that this source tells about; the first by the name that the mesh gave it. */
  get clusters(): string[] {
    return this.source.provisional ? [this.cluster] : [...this.source.clusters];
  }

  /** What is looked for. History is asked for all of it: what was there then may be gone, or silent, today. */
  get wantedMeshes(): QueriedMesh[] {
    const all: QueriedMesh[] = ['istio', 'ambient', 'linkerd'];
    return all.filter((mesh) => this.source.mesh === 'auto' || (this.source.mesh === 'linkerd') === (mesh === 'linkerd'));
  }

  learn(facts: Facts, at: Date): void {
    this.failure = undefined;
    this.seeSample(facts.freshAt);
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
    const isRecent = this.gapUntil && now.getTime() - this.gapUntil.getTime() < this.rateWindowSec * 1000;
    const gap = isRecent ? { gapUntil: this.gapUntil } : {};
    const facts = freshnessOf({ freshAt: this.freshAt, now, staleAfterSec, failure: this.failure, ...gap });
    return this.clusters.map((cluster) => ({ name: 'Prometheus', cluster, ...facts }));
  }

  private seeSample(freshAt: Date | undefined): void {
    if (!freshAt || (this.freshAt && freshAt <= this.freshAt)) return;
    if (this.freshAt && !isCovered(this.freshAt.getTime(), freshAt.getTime(), this.rateWindowSec + 2 * this.windowSec))
      this.gapUntil = freshAt;
    this.freshAt = freshAt;
  }
}
