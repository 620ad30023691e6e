/**
 * What must be known about a Prometheus besides its windows: how fresh it is, which meshes it has, how often it scrapes,
 * what the cluster is called. All of it is one query, so that a window stays within its ten.
 * Invariant: freshness is the time of the newest sample; nothing hangs on `up` or on scrape targets.
 */
import {
  clusterName,
  clusterNameQuery,
  detectedMeshes,
  detectionQuery,
  scrapeIntervalQuery,
  scrapeIntervalSec,
  type PromSample,
  type QueriedMesh,
} from '@observatory/mesh';

const FACT = 'observatory_fact';
const LIVE_SPACING_RANGE_SEC = 300;
/** Metrics whose newest sample tells how fresh a mesh's telemetry is: requests, and connections where there are no requests. */
const FRESHNESS_METRICS: Record<'istio' | 'linkerd', readonly string[]> = {
  istio: ['istio_requests_total', 'istio_tcp_connections_opened_total'],
  linkerd: ['response_total', 'tcp_open_total'],
};

export interface Facts {
  freshAt: Date | undefined;
  /** The rest is absent unless it was asked for. */
  meshes?: QueriedMesh[];
  recordingRules?: boolean;
  scrapeIntervalSec?: number;
  clusterName?: string;
}

const marked = (expression: string, fact: string): string => `label_replace(${expression},"${FACT}","${fact}","","")`;
const selected = (metric: string, selector: string | undefined): string => (selector ? `${metric}{${selector}}` : metric);

const metricsOf = (meshes: readonly QueriedMesh[]): string[] => {
  const linkerd = meshes.includes('linkerd') || meshes.length === 0 ? FRESHNESS_METRICS.linkerd : [];
  const istio = meshes.includes('istio') || meshes.includes('ambient') || meshes.length === 0 ? FRESHNESS_METRICS.istio : [];
  return [...istio, ...linkerd];
};

/** `meshes` are those known so far; none known: all are asked for. */
export function freshnessQuery(meshes: readonly QueriedMesh[], selector?: string): string {
  return metricsOf(meshes)
    .map((metric) => marked(`max(timestamp(${selected(metric, selector)}))`, `fresh:${metric}`))
    .join(' or ');
}

/** Freshness and everything else. */
export function allFactsQuery(selector?: string): string {
  return [
    freshnessQuery([], selector),
    marked(`(${detectionQuery(selector)})`, 'detection'),
    marked(`(${scrapeIntervalQuery(selector)})`, 'scrape'),
    marked(`(${spacingQuery([LIVE_SPACING_RANGE_SEC], selector)})`, 'spacing'),
    marked(`(${clusterNameQuery(selector)})`, 'cluster'),
  ].join(' or ');
}

export function factsOf(rows: readonly PromSample[], everything: boolean): Facts {
  const of = (fact: string) => rows.filter(({ metric }) => metric[FACT] === fact);
  const newestSec = Math.max(0, ...rows.filter(({ metric }) => metric[FACT]?.startsWith('fresh:')).map(({ value }) => value));
  const freshAt = newestSec > 0 ? new Date(newestSec * 1000) : undefined;
  if (!everything) return { freshAt };
  return {
    freshAt,
    ...detectedMeshes(of('detection')),
    scrapeIntervalSec: scrapeIntervalSec(of('scrape')) ?? scrapeIntervalSec(of('spacing')),
    clusterName: clusterName(of('cluster')),
  };
}

/**
 * How far apart the samples of traffic are, as the median over the series: where build info is not collected, and in history,
 * which may be coarser than what is scraped now. Only series that are older than the range can tell; the first range that has some is taken.
 */
export function spacingQuery(rangesSec: readonly number[], selector?: string): string {
  const within = (rangeSec: number) => {
    const counts = metricsOf([]).map((metric) => {
      const own = selected(metric, selector);
      return marked(`count_over_time(${own}[${rangeSec}s]) and ${own} offset ${rangeSec}s`, metric);
    });
    return `${rangeSec} / quantile(0.5, ${counts.join(' or ')})`;
  };
  return rangesSec.map(within).join(' or ');
}
