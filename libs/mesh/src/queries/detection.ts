/**
 * Which meshes does this Prometheus know, how often does it scrape them, and what is the cluster called?
 * Asked at start and every few minutes. Nothing hangs on `up` or on targets: Thanos, Mimir and agents have none.
 * Invariant: what is not seen is not there; a mesh without traffic yet is found by its proxies' build info.
 */
import type { PromSample, QueriedMesh } from '../types.js';
import { normalisedSelector, series, tagged, union } from './promql.js';
import { RECORDED } from './recording-rules.js';

/** All that are asked about. */
export const MESHES: readonly QueriedMesh[] = ['istio', 'ambient', 'linkerd'];

export interface DetectedMeshes {
  readonly meshes: QueriedMesh[];
  readonly recordingRules: boolean;
}

/** One row per thing found, labelled `metric`. Meshes that are known already are not looked for: counting a large one is dear. */
export function detectionQuery(selector?: string, known: readonly QueriedMesh[] = []): string {
  const own = normalisedSelector(selector);
  const part = (metric: string, matchers: readonly string[], tag: string) => tagged(`count(${series(metric, matchers, own)})`, tag);
  const signs: Record<QueriedMesh, readonly string[]> = {
    istio: [
      part('istio_requests_total', ['reporter!="waypoint"'], 'istio'),
      part('istio_tcp_connections_opened_total', ['app!="ztunnel"'], 'istio'),
      part('istio_build', ['component="proxy"'], 'istio'),
    ],
    ambient: [
      part('istio_requests_total', ['reporter="waypoint"'], 'ambient'),
      part('istio_tcp_connections_opened_total', ['app="ztunnel"'], 'ambient'),
      part('istio_build', ['component="ztunnel"'], 'ambient'),
    ],
    linkerd: [part('response_total', ['direction=~"inbound|outbound"'], 'linkerd'), part('proxy_build_info', [], 'linkerd')],
  };
  const wanted = MESHES.filter((mesh) => !known.includes(mesh));
  return union([...wanted.flatMap((mesh) => signs[mesh]), part(RECORDED.istio_requests_total, [], 'recordingRules')]);
}

export function detectedMeshes(vector: Iterable<PromSample>): DetectedMeshes {
  const found = new Set<string>();
  for (const { metric, value } of vector) if (value > 0) found.add(metric['metric'] ?? '');
  return { meshes: MESHES.filter((mesh) => found.has(mesh)), recordingRules: found.has('recordingRules') };
}

/** How often each `source_cluster` is said by those who report about themselves. */
export function clusterNameQuery(selector?: string): string {
  const own = normalisedSelector(selector);
  return union([
    `count by (source_cluster) (${series('istio_requests_total', ['reporter="source"'], own)})`,
    `count by (source_cluster) (${series('istio_tcp_connections_opened_total', ['reporter="source"'], own)})`,
  ]);
}

/** The mesh's own name of the local cluster: the most frequent, ties by name. Undefined where it says none. */
export function clusterName(vector: Iterable<PromSample>): string | undefined {
  let best: { name: string; count: number } | undefined;
  for (const { metric, value } of vector) {
    const name = metric['source_cluster'] ?? '';
    if (name === '' || name === 'unknown' || !(value > 0)) continue;
    if (best === undefined || value > best.count || (value === best.count && name < best.name)) best = { name, count: value };
  }
  return best?.name;
}

/**
 * Seconds between scrapes: how far apart the timestamps of the proxies' build info are. One small series a proxy,
 * looked at each second of two minutes.
 */
export function scrapeIntervalQuery(selector?: string): string {
  const own = normalisedSelector(selector);
  const spacing = (metric: string) => {
    const seen = `timestamp(${series(metric, [], own)})[120s:1s]`;
    return `min((max_over_time(${seen}) - min_over_time(${seen})) / (changes(${seen}) > 0))`;
  };
  return union([tagged(spacing('istio_build'), 'istio'), tagged(spacing('proxy_build_info'), 'linkerd')]);
}

/** The shortest spacing; undefined until something was scraped twice, or where build info is not collected. */
export function scrapeIntervalSec(vector: Iterable<PromSample>): number | undefined {
  let shortest: number | undefined;
  for (const { value } of vector) {
    if (Number.isFinite(value) && value > 0 && (shortest === undefined || value < shortest)) shortest = value;
  }
  return shortest;
}
