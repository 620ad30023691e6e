/** What Prometheus says of certificates of one cluster: a fixed, small set of questions once a pass, none of them large. */
import type { SourceFreshness } from '@observatory/contracts';
import { DomainError, PrometheusClient, type ClusterConfig } from '@observatory/platform';
import { FAILURE_QUERIES, METRIC_QUERIES } from '../domain/metric-queries.js';
import { exporterPlaces, metricObservations, wholeDays, type MetricContext, type Series } from '../domain/metrics.js';
import type { Observation } from '../domain/observation.js';
import type { SigningFailure } from '../domain/alerts.js';

const TIMEOUT_MS = 10_000;
/** Metrics of certificates are a series a pod: more than this is something else. */
const SERIES_MAX = 200_000;
/** What rose by less is a rounding of `increase`. */
const FAILURES_MIN = 0.5;

export interface MetricReading {
  readonly observations: Observation[];
  readonly exporter: ReadonlyMap<string, string>;
  readonly failures: SigningFailure[];
  /** Series of each metric that was there. */
  readonly found: ReadonlyMap<string, number>;
  readonly unplaced: number;
  /** Whole days that Envoy says are left of the first of a pod's certificates. */
  readonly days: ReadonlyMap<string, number>;
  readonly at: Date;
}

export class MetricSource {
  private readonly client: PrometheusClient | undefined;
  private freshAt: Date | undefined;
  private trouble: string | undefined;

  constructor(config: ClusterConfig) {
    this.client = config.prometheus ? new PrometheusClient(config.prometheus, { timeoutMs: TIMEOUT_MS }) : undefined;
    if (!this.client) this.trouble = 'no Prometheus is configured for this cluster';
  }

  get configured(): boolean {
    return this.client !== undefined;
  }

  /** Undefined when Prometheus did not answer all of it: half an answer would look like certificates that are gone. */
  async read(context: Omit<MetricContext, 'at'>, at: Date): Promise<MetricReading | undefined> {
    if (!this.client) return undefined;
    try {
      const found = new Map<string, number>();
      const observations: Observation[] = [];
      let unplaced = 0;
      let days: ReadonlyMap<string, number> = new Map();
      let exporter: ReadonlyMap<string, string> = new Map();
      for (const query of METRIC_QUERIES) {
        const series = await this.ask(query.promql, at);
        if (series.length > 0) found.set(query.name, series.length);
        if (query.subject === 'serial') exporter = exporterPlaces(series);
        else if (query.subject === 'days') days = wholeDays(series, { ...context, at: at.getTime() });
        else {
          const placed = metricObservations(query, series, { ...context, at: at.getTime() });
          observations.push(...placed.observations);
          unplaced += placed.unplaced;
        }
      }
      const failures = await this.failures(context.cluster, at);
      this.freshAt = at;
      this.trouble = undefined;
      return { observations, exporter, failures, found, unplaced, days, at };
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) throw thrown;
      this.trouble = thrown.message;
      return undefined;
    }
  }

  freshness(cluster: string): SourceFreshness {
    const about = { name: 'Prometheus', cluster, freshAt: this.freshAt?.toISOString() ?? null };
    if (this.trouble === undefined)
      return { ...about, state: this.freshAt ? 'fresh' : 'down', ...(this.freshAt ? {} : { detail: 'not read yet' }) };
    return { ...about, state: this.freshAt ? 'stale' : 'down', detail: this.trouble };
  }

  close(): void {
    this.client?.close();
  }

  private async failures(cluster: string, at: Date): Promise<SigningFailure[]> {
    const failures: SigningFailure[] = [];
    for (const { name, words, promql } of FAILURE_QUERIES) {
      const [rise] = await this.ask(promql, at);
      if (rise && rise.value > FAILURES_MIN) failures.push({ cluster, metric: name, words, count: rise.value });
    }
    return failures;
  }

  private async ask(promql: string, at: Date): Promise<Series[]> {
    const { rows } = await (this.client as PrometheusClient).vector(promql, at);
    if (rows.length > SERIES_MAX)
      throw new DomainError('prometheus/bad-answer', { message: `${promql}: ${rows.length} series are too many` });
    return [...rows];
  }
}
