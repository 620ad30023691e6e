/**
 * Which Prometheis are read, and for which clusters? Clusters that share one (same address, same selector) are read once.
 * Invariant: the order of the file decides; the first cluster of a source stands in where the mesh names none.
 */
import type { ClusterConfig, PrometheusConfig } from '@observatory/platform';

export interface PrometheusSource {
  /** Stays the same over restarts, whatever the cluster turns out to be called. */
  readonly id: string;
  /** Names the source where nobody has given a better one. */
  readonly cluster: string;
  readonly provisional: boolean;
  readonly clusters: readonly string[];
  readonly prometheus: PrometheusConfig;
  readonly mesh: ClusterConfig['mesh'];
}

const PROVISIONAL_ID = '(the one cluster)';

export function prometheusSources(clusters: readonly ClusterConfig[]): PrometheusSource[] {
  const sources = new Map<string, PrometheusSource & { clusters: string[] }>();
  for (const { name, provisional, prometheus, mesh } of clusters) {
    if (!prometheus) continue;
    const place = JSON.stringify([prometheus.url.replace(/\/+$/, ''), prometheus.selector ?? '', prometheus.headers ?? {}]);
    const known = sources.get(place);
    if (known) known.clusters.push(name);
    else sources.set(place, { id: provisional ? PROVISIONAL_ID : name, cluster: name, provisional, clusters: [name], prometheus, mesh });
  }
  return [...sources.values()];
}
