/** Series for charts, and the overview of the mesh. */
import { Inject, Injectable } from '@nestjs/common';
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
import { CollectorSettings } from '../collector/collector.service.js';
import { Interest } from '../collector/interest.js';
import { trafficSeries, type PresentWindows, type SeriesRow } from '../domain/series.js';
import { stepsOf, type SpanQuestion, type Steps } from '../domain/span.js';
import { SeriesRepository, type StoredSpan } from '../storage/series.repository.js';
import { FreshnessService } from './freshness.service.js';

/** `now` on the overview is the mean of this span. */
const NOW_SEC = 300;

interface Frame {
  header: Omit<EdgeSeriesReply, 'id' | 'traffic'>;
  steps: Steps;
  span: StoredSpan;
  present: PresentWindows;
}

@Injectable()
export class SeriesService {
  constructor(
    private readonly repository: SeriesRepository,
    private readonly freshness: FreshnessService,
    private readonly interest: Interest,
    @Inject(CollectorSettings) private readonly settings: CollectorSettings,
  ) {}

  async workload({ cluster, namespace, name, ...question }: WorkloadSeriesRequest): Promise<WorkloadSeriesReply> {
    this.interest.mark(name, new Date());
    const id = nodeId('workload', cluster, namespace, name);
    const nodes = await this.repository.nodeKeys(id);
    if (nodes.length === 0)
      throw new DomainError('resource/not-found', {
        message: `No traffic of workload ${namespace}/${name} in cluster ${cluster} was ever seen`,
      });
    const frame = await this.frame(question);
    const rows = await this.repository.rows(
      'node',
      nodes.map(({ key }) => key),
      frame.span,
    );
    const of = (direction: 'in' | 'out') =>
      trafficSeries(
        nodes.filter((node) => node.direction === direction).flatMap(({ key }) => rows.get(key) ?? []),
        frame.present,
        frame.steps,
      );
    return { ...frame.header, id, in: of('in'), out: of('out') };
  }

  async edge({ edgeId, ...question }: EdgeSeriesRequest): Promise<EdgeSeriesReply> {
    const keys = await this.repository.edgeKeys(edgeId);
    if (keys.length === 0) throw new DomainError('resource/not-found', { message: 'No traffic on this edge was ever seen' });
    const target = edgeId.split('~~')[1]?.split('~')[3];
    if (target) this.interest.mark(target, new Date());
    const frame = await this.frame(question);
    const rows = await this.repository.rows('edge', keys, frame.span);
    return { ...frame.header, id: edgeId, traffic: trafficSeries(oneSource([...rows.values()].flat()), frame.present, frame.steps) };
  }

  async overview({ cluster, ...question }: OverviewRequest): Promise<OverviewReply> {
    const frame = await this.frame(question);
    const nodes = await this.repository.totals(cluster, frame.steps.from);
    const rows = await this.repository.rows(
      'node',
      nodes.map(({ key }) => key),
      frame.span,
    );
    const ofKind = (kind: string) => nodes.filter((node) => node.kind === kind);
    const meshRows = ofKind('mesh').flatMap(({ key }) => rows.get(key) ?? []);
    return {
      ...frame.header,
      now: await this.now(ofKind('mesh').map(({ key }) => key)),
      mesh: trafficSeries(meshRows, frame.present, frame.steps),
      namespaces: ofKind('namespace').map(({ key, cluster: of, namespace }) => ({
        cluster: of,
        namespace,
        traffic: trafficSeries(rows.get(key) ?? [], frame.present, frame.steps),
      })),
    };
  }

  private async now(keys: readonly number[]): Promise<OverviewReply['now']> {
    const endMs = Math.floor(Date.now() / (this.settings.windowSec * 1000)) * this.settings.windowSec * 1000;
    const span: StoredSpan = { from: new Date(endMs - NOW_SEC * 1000), to: new Date(endMs), resolution: 'raw' };
    const steps: Steps = { ...span, stepSec: NOW_SEC, windowSec: this.settings.windowSec, endsMs: [endMs] };
    const [rows, present] = await Promise.all([this.repository.rows('node', keys, span), this.repository.present(span)]);
    const series = trafficSeries([...rows.values()].flat(), present, steps);
    const only = (name: Exclude<keyof TrafficSeries, 'at'>) => series[name][0] ?? null;
    const [sent, received] = [only('sentBytesPerSecond'), only('receivedBytesPerSecond')];
    return {
      requestsPerSecond: only('requestsPerSecond'),
      errorRatio: only('errorRatio'),
      latencyMsMean: only('latencyMsMean'),
      latencyMsP50: only('latencyMsP50'),
      latencyMsP95: only('latencyMsP95'),
      latencyMsP99: only('latencyMsP99'),
      bytesPerSecond: sent === null || received === null ? null : sent + received,
      mtlsRatio: only('mtlsRatio'),
    };
  }

  private async frame(question: SpanQuestion): Promise<Frame> {
    const now = new Date();
    const known = await this.freshness.known(now);
    const steps = stepsOf(question, { now, windowSec: this.settings.windowSec, rawSince: known.rawSince });
    if (steps.to <= steps.from) throw new DomainError('request/invalid', { message: 'from must be before to' });
    const firstMs = (steps.endsMs[0] ?? steps.to.getTime()) - steps.stepSec * 1000;
    const span: StoredSpan = { from: new Date(firstMs), to: steps.to, resolution: steps.resolution };
    const present = new Map([...(await this.repository.present(span))].filter(([key]) => known.keys.includes(key)));
    const header = {
      generatedAt: now.toISOString(),
      sources: known.sources,
      from: steps.from.toISOString(),
      to: steps.to.toISOString(),
      stepSec: steps.stepSec,
      resolution: steps.resolution,
    };
    return { header, steps, span, present };
  }
}

/** An edge between clusters is in the Prometheus of each: the source that saw more requests stands for it. */
function oneSource(rows: readonly SeriesRow[]): SeriesRow[] {
  const requests = new Map<number, number>();
  for (const row of rows) requests.set(row.sourceKey, (requests.get(row.sourceKey) ?? 0) + row.requests);
  const best = [...requests].sort(([, a], [, b]) => b - a)[0]?.[0];
  return rows.filter(({ sourceKey }) => sourceKey === best);
}
