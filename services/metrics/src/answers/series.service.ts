/** Answers how traffic went over time: of a workload, an edge, the mesh and its namespaces. */
import { Injectable } from '@nestjs/common';
import {
  nodeId,
  type EdgeSeriesReply,
  type EdgeSeriesRequest,
  type OverviewReply,
  type OverviewRequest,
  type TrafficSeries,
  type WorkloadSeriesReply,
  type WorkloadSeriesRequest,
} from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { Interest } from '../collector/interest.js';
import { edgeReference } from '../domain/edge-reference.js';
import { trafficSeries, unknownSeries, type Coverage } from '../domain/series.js';
import { betterResolution, DEFAULT_SPAN_SEC, resolutionFor, resolutionSec, stepsOf, type Steps } from '../domain/steps.js';
import { SeriesRepository, type KeyedHistogramRow, type KeyedSeriesRow } from '../storage/series.repository.js';
import { RESOLUTIONS, type Resolution } from '../domain/resolution.js';
import { type Subject } from '../storage/tables.js';
import { FreshnessService } from './freshness.service.js';

/** What the overview calls `now`. */
const NOW_SEC = 300;
const NAMESPACES_MAX = 200;
/** Windows that may be under way at the end of a span without being a gap. */
const UNDER_WAY = 2;

interface Loaded {
  rows: KeyedSeriesRow[];
  histograms: KeyedHistogramRow[];
}

@Injectable()
export class SeriesService {
  constructor(
    private readonly series: SeriesRepository,
    private readonly freshness: FreshnessService,
    private readonly interest: Interest,
  ) {}

  async workload(request: WorkloadSeriesRequest): Promise<WorkloadSeriesReply> {
    const { cluster, namespace, name } = request;
    this.interest.mark(name, new Date());
    const id = nodeId('workload', cluster, namespace, name);
    const steps = await this.stepsOf(request);
    const [keys, coverage] = await Promise.all([this.series.nodeKeys(id), this.series.coverage(steps)]);
    const loaded = await this.load(
      'node',
      keys.map(({ key }) => key),
      steps,
    );
    const direction = (wanted: 'in' | 'out') => {
      // A workload that no mesh ever told of: whether it is idle or out of the mesh, nothing is known.
      if (keys.length === 0) return unknownSeries(endsOf(steps));
      return seriesOf(
        keys.filter((key) => key.direction === wanted).map(({ key }) => key),
        { steps, coverage, loaded, sources: 'parts' },
      );
    };
    return { ...(await this.header(steps, cluster)), id, in: direction('in'), out: direction('out') };
  }

  async edge(request: EdgeSeriesRequest): Promise<EdgeSeriesReply> {
    const reference = edgeReference(request.edgeId);
    if (!reference) throw new DomainError('request/invalid', { message: 'edgeId: not the id of an edge' });
    const exact = await this.series.edgeKeys(request.edgeId);
    const edges = exact.length > 0 ? exact : await this.series.edgeKeysBehind(reference);
    if (edges.length === 0) throw new DomainError('resource/not-found', { message: 'No traffic was ever seen on this edge' });
    for (const { target } of edges.slice(0, 10)) this.interest.mark(target, new Date());
    const steps = await this.stepsOf(request);
    const keys = edges.map(({ key }) => key);
    const [coverage, loaded] = await Promise.all([this.series.coverage(steps), this.load('edge', keys, steps)]);
    const traffic = seriesOf(keys, { steps, coverage, loaded, sources: 'same' });
    return { ...(await this.header(steps, undefined)), id: request.edgeId, traffic };
  }

  async overview(request: OverviewRequest): Promise<OverviewReply> {
    const steps = await this.stepsOf(request);
    const [meshes, namespaces] = await Promise.all([
      this.series.nodesOfKind('mesh', request.cluster, NAMESPACES_MAX),
      this.series.nodesOfKind('namespace', request.cluster, NAMESPACES_MAX),
    ]);
    const [coverage, loaded] = await Promise.all([
      this.series.coverage(steps),
      this.load(
        'node',
        [...meshes, ...namespaces].map(({ key }) => key),
        steps,
      ),
    ]);
    const of = (keys: number[]) => seriesOf(keys, { steps, coverage, loaded, sources: 'parts' });
    return {
      ...(await this.header(steps, request.cluster)),
      now: await this.now(meshes.map(({ key }) => key)),
      mesh: of(meshes.map(({ key }) => key)),
      namespaces: namespaces
        .filter(({ key }) => loaded.rows.some((row) => row.key === key))
        .map(({ key, cluster, namespace }) => ({ cluster, namespace, traffic: of([key]) })),
    };
  }

  /** The last five minutes that are known, as one step. */
  private async now(keys: number[]): Promise<OverviewReply['now']> {
    const to = (await this.series.newest('raw')) ?? new Date();
    const steps: Steps = { from: new Date(to.getTime() - NOW_SEC * 1000), to, stepSec: NOW_SEC, resolution: 'raw', count: 1 };
    const [coverage, loaded] = await Promise.all([this.series.coverage(steps), this.load('node', keys, steps)]);
    // What ended longer ago than the span itself is not now.
    const isNow = Date.now() - to.getTime() <= NOW_SEC * 1000;
    const series = isNow ? seriesOf(keys, { steps, coverage, loaded, sources: 'parts' }) : unknownSeries(endsOf(steps));
    const [sent, received] = [series.sentBytesPerSecond[0] ?? null, series.receivedBytesPerSecond[0] ?? null];
    return {
      requestsPerSecond: series.requestsPerSecond[0] ?? null,
      errorRatio: series.errorRatio[0] ?? null,
      latencyMsMean: series.latencyMsMean[0] ?? null,
      latencyMsP50: series.latencyMsP50[0] ?? null,
      latencyMsP95: series.latencyMsP95[0] ?? null,
      latencyMsP99: series.latencyMsP99[0] ?? null,
      bytesPerSecond: sent === null || received === null ? null : sent + received,
      mtlsRatio: series.mtlsRatio[0] ?? null,
    };
  }

  private async load(subject: Subject, keys: number[], steps: Steps): Promise<Loaded> {
    if (keys.length === 0) return { rows: [], histograms: [] };
    const [rows, histograms] = await Promise.all([this.series.rows(subject, keys, steps), this.series.histograms(subject, keys, steps)]);
    return { rows, histograms };
  }

  private async stepsOf(request: { from?: string | undefined; to?: string | undefined; stepSec?: number | undefined }): Promise<Steps> {
    const asked = request.to === undefined ? new Date() : new Date(request.to);
    const from = request.from === undefined ? new Date(asked.getTime() - DEFAULT_SPAN_SEC * 1000) : new Date(request.from);
    if (from >= asked) throw new DomainError('request/invalid', { message: 'from: must be before to' });
    const { windowSec } = this.freshness;
    const known = {} as Record<Resolution, number>;
    for (const resolution of RESOLUTIONS) {
      const expected = Math.max(1, (asked.getTime() - from.getTime()) / 1000 / resolutionSec(resolution, windowSec));
      known[resolution] = Math.min(1, Math.max(0, ...(await this.series.known(resolution, from, asked)).values()) / expected);
    }
    const resolution = betterResolution(resolutionFor((asked.getTime() - from.getTime()) / 1000), known);
    return stepsOf({ from, to: await this.endOf(asked, resolution), stepSec: request.stepSec }, resolution, windowSec);
  }

  /** A window that has just ended, or a rollup that still grows, is no gap: the span then ends before it. */
  private async endOf(asked: Date, resolution: Resolution): Promise<Date> {
    const newest = await this.series.newest(resolution);
    const underWayMs = UNDER_WAY * resolutionSec(resolution, this.freshness.windowSec) * 1000;
    return newest && newest < asked && asked.getTime() - newest.getTime() <= underWayMs ? newest : asked;
  }

  private async header(steps: Steps, cluster: string | undefined) {
    return {
      generatedAt: new Date().toISOString(),
      sources: await this.freshness.sources(cluster),
      from: steps.from.toISOString(),
      to: steps.to.toISOString(),
      stepSec: steps.stepSec,
      resolution: steps.resolution,
    };
  }
}

function endsOf({ from, stepSec, count }: Steps): string[] {
  return Array.from({ length: count }, (_, index) => new Date(from.getTime() + (index + 1) * stepSec * 1000).toISOString());
}

function seriesOf(
  keys: readonly number[],
  of: { steps: Steps; coverage: Coverage; loaded: Loaded; sources: 'same' | 'parts' },
): TrafficSeries {
  const own = new Set(keys);
  return trafficSeries({
    at: endsOf(of.steps),
    rows: of.loaded.rows.filter(({ key }) => own.has(key)),
    histograms: of.loaded.histograms.filter(({ key }) => own.has(key)),
    coverage: of.coverage,
    sources: of.sources,
  });
}
