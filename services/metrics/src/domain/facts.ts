/**
 * What must be known about a Prometheus besides its windows: how fresh it is, which meshes it has, how often it scrapes,
 * what the cluster is called. All of it is one query, so that a window stays within its ten.
 * To look at every series for that costs as much as counting its requests: of a large mesh some workloads stand for all.
 * Invariant: freshness is the time of the newest sample of those asked about; nothing hangs on `up` or on scrape targets.
 */
import type { EdgeSample } from '@observatory/contracts';
import {
  clusterName,
  clusterNameQuery,
  detectedMeshes,
  detectionQuery,
  oneOf,
  scrapeIntervalQuery,
  scrapeIntervalSec,
  type PromSample,
  type QueriedMesh,
} from '@observatory/mesh';

const FACT = 'observatory_fact';
const FRESH = 'fresh:';
const BEGAN = 'began:';
const LIVE_SPACING_RANGE_SEC = 300;
/** Metrics whose newest sample tells how fresh a mesh's telemetry is: requests, and connections where there are no requests. */
const FRESHNESS_METRICS: Record<'istio' | 'linkerd', readonly string[]> = {
  istio: ['istio_requests_total', 'istio_tcp_connections_opened_total'],
  linkerd: ['response_total', 'tcp_open_total'],
};

export interface Facts {
  freshAt: Date | undefined;
  /** The newest sample of when the span of rates began; undefined: none within Prometheus' look-back. */
  spanBeganAt?: Date | undefined;
  /** The rest is absent unless it was asked for. */
  meshes?: QueriedMesh[];
  recordingRules?: boolean;
  scrapeIntervalSec?: number;
  clusterName?: string;
}

/** From so many destinations on some of them stand for all: a scrape a second, at the usual interval of 15. */
const SAMPLED_FROM = 200;
const SAMPLE = 40;

/** What is known already, and need not be found out again. */
export interface KnownSource {
  readonly meshes: readonly QueriedMesh[];
  /** Destination workloads of Istio that stand for all; [] for none. */
  readonly sample: readonly string[];
}
export const NOTHING_KNOWN: KnownSource = { meshes: [], sample: [] };

/** Names of destination workloads, evenly spread over them in their order; [] where there are few, and all are asked about. */
export function sampleOfWorkloads(edges: readonly EdgeSample[]): string[] {
  const names = new Set<string>();
  for (const { target, mesh } of edges) if (target.kind === 'workload' && mesh !== 'linkerd') names.add(target.name);
  if (names.size < SAMPLED_FROM) return [];
  const all = [...names].sort();
  return Array.from({ length: SAMPLE }, (_, index) => all[Math.floor((index * all.length) / SAMPLE)]!);
}

const marked = (expression: string, fact: string): string => `label_replace(${expression},"${FACT}","${fact}","","")`;

/** A metric of all, or of those that stand for all. */
function selected(metric: string, { sample }: KnownSource, selector: string | undefined): string {
  const own = sample.length > 0 && metric.startsWith('istio_') ? oneOf('destination_workload', sample) : '';
  const matchers = [own, selector ?? ''].filter((matcher) => matcher !== '').join();
  return matchers === '' ? metric : `${metric}{${matchers}}`;
}

const metricsOf = (meshes: readonly QueriedMesh[]): string[] => {
  const linkerd = meshes.includes('linkerd') || meshes.length === 0 ? FRESHNESS_METRICS.linkerd : [];
  const istio = meshes.includes('istio') || meshes.includes('ambient') || meshes.length === 0 ? FRESHNESS_METRICS.istio : [];
  return [...istio, ...linkerd];
};

/** Of the known meshes; none known: all are asked for. */
export function freshnessQuery(known: KnownSource, selector?: string): string {
  return metricsOf(known.meshes)
    .map((metric) => marked(`max(timestamp(${selected(metric, known, selector)}))`, `${FRESH}${metric}`))
    .join(' or ');
}

/** The newest sample of when it was so long ago: whether rates over that long are whole. */
export function spanQuery(known: KnownSource, agoSec: number, selector?: string): string {
  return metricsOf(known.meshes)
    .map((metric) => marked(`max(timestamp(${selected(metric, known, selector)} offset ${agoSec}s))`, `${BEGAN}${metric}`))
    .join(' or ');
}

interface RangeRow {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [atMs: number, value: number])[];
}

/** Of a range of both: the newest sample at each step and of when its span began, in milliseconds by the step's. */
export function samplesOf(rows: Iterable<RangeRow>): { freshAt: Map<number, number>; spanBeganAt: Map<number, number> } {
  const newest = (about: string): Map<number, number> => {
    const found = new Map<number, number>();
    for (const { metric, values } of rows)
      if (metric[FACT]?.startsWith(about)) for (const [at, seconds] of values) found.set(at, Math.max(found.get(at) ?? 0, seconds * 1000));
    return found;
  };
  return { freshAt: newest(FRESH), spanBeganAt: newest(BEGAN) };
}

/** Freshness and everything else that may have changed. A name that thousands of workloads gave is not asked for again. */
export function allFactsQuery(known: KnownSource, selector?: string): string {
  return [
    freshnessQuery({ ...known, meshes: [] }, selector),
    marked(`(${detectionQuery(selector, known.meshes)})`, 'detection'),
    marked(`(${scrapeIntervalQuery(selector)})`, 'scrape'),
    marked(`(${spacingQuery([LIVE_SPACING_RANGE_SEC], selector, known)})`, 'spacing'),
    ...(known.sample.length > 0 ? [] : [marked(`(${clusterNameQuery(selector)})`, 'cluster')]),
  ].join(' or ');
}

export function factsOf(rows: readonly PromSample[], everything: boolean): Facts {
  const of = (fact: string) => rows.filter(({ metric }) => metric[FACT] === fact);
  const newest = (about: string): Date | undefined => {
    const seconds = Math.max(0, ...rows.filter(({ metric }) => metric[FACT]?.startsWith(about)).map(({ value }) => value));
    return seconds > 0 ? new Date(seconds * 1000) : undefined;
  };
  const about = { freshAt: newest(FRESH), spanBeganAt: newest(BEGAN) };
  if (!everything) return about;
  return {
    ...about,
    ...detectedMeshes(of('detection')),
    scrapeIntervalSec: scrapeIntervalSec(of('scrape')) ?? scrapeIntervalSec(of('spacing')),
    clusterName: clusterName(of('cluster')),
  };
}

/**
 * How far apart the samples of traffic are, as the median over the series: where build info is not collected, and in history,
 * which may be coarser than what is scraped now. Only series that are older than the range can tell; the first range that has some is taken.
 */
export function spacingQuery(rangesSec: readonly number[], selector?: string, known: KnownSource = NOTHING_KNOWN): string {
  const within = (rangeSec: number) => {
    const counts = metricsOf([]).map((metric) => {
      const own = selected(metric, known, selector);
      return marked(`count_over_time(${own}[${rangeSec}s]) and ${own} offset ${rangeSec}s`, metric);
    });
    return `${rangeSec} / quantile(0.5, ${counts.join(' or ')})`;
  };
  return rangesSec.map(within).join(' or ');
}
