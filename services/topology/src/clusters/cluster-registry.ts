/** The configured clusters and their names: one that nobody named is called as the mesh's own metrics call it. */
import type { ClusterConfig } from '@observatory/platform';

export class ClusterRegistry {
  private learned: string | undefined;

  constructor(readonly clusters: readonly ClusterConfig[]) {}

  nameOf(cluster: Pick<ClusterConfig, 'name' | 'provisional'>): string {
    return cluster.provisional ? (this.learned ?? cluster.name) : cluster.name;
  }

  /** Still called as it was configured because no window named it. */
  isProvisional(cluster: Pick<ClusterConfig, 'name' | 'provisional'>): boolean {
    return cluster.provisional && (this.learned === undefined || this.learned === cluster.name);
  }

  /** Clusters with a Prometheus that none of these sources can be: clusters that share one are read as one, under the first name. */
  withoutWindows(sources: readonly string[]): string[] {
    const read = this.clusters.filter((cluster) => sources.includes(this.nameOf(cluster))).map(placeOfPrometheus);
    const silent = this.clusters.filter((cluster) => cluster.prometheus && !read.includes(placeOfPrometheus(cluster)));
    return silent.map((cluster) => this.nameOf(cluster));
  }

  /** True when the one unnamed cluster is called otherwise from now on. Only the metrics service reads its Prometheus, so its name is the name. */
  learnName(windowCluster: string): boolean {
    const [only] = this.clusters;
    if (this.clusters.length !== 1 || !only?.provisional || this.nameOf(only) === windowCluster) return false;
    this.learned = windowCluster;
    return true;
  }
}

const placeOfPrometheus = ({ prometheus }: ClusterConfig): string =>
  JSON.stringify([prometheus?.url.replace(/\/+$/, ''), prometheus?.selector, prometheus?.headers]);
