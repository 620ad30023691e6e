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
    scrapeIntervalSec: scrapeIntervalSec(of('scrape')),
    clusterName: clusterName(of('cluster')),
  };
}

/** How far apart samples are within `rangeSec`, as the median over the series: what history has may be coarser than what is scraped now. */
export function spacingQuery(rangeSec: number, selector?: string): string {
  const counts = metricsOf([])
    .map((metric) => marked(`count_over_time(${selected(metric, selector)}[${rangeSec}s])`, metric))
    .join(' or ');
  return `${rangeSec} / quantile(0.5, ${counts})`;
}
