/**
 * Where Prometheus finds the pods' metrics, with the labels that the usual scrape configurations put on them:
 * Istio's pod annotations bring pod labels, Linkerd's own configuration brings the owner by kind.
 */
import type { Cluster } from '../model/cluster.js';
import type { Pod } from '../model/types.js';
import { ownerLabel } from './linkerd-pairs.js';

export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Pods whose proxy (or control plane) has metrics of the mesh. */
export const isScraped = (pod: Pod): boolean =>
  pod.workload.mesh === 'istio' || pod.workload.mesh === 'linkerd' || pod.workload.role === 'ztunnel' || pod.workload.name === 'istiod';

/** The labels that a scrape adds to every series of the pod. */
export function targetLabels(cluster: Cluster, pod: Pod): Record<string, string> {
  const { workload } = pod;
  const address = cluster.addressOf(pod);
  const common = { namespace: pod.namespace, pod: pod.name };
  if (workload.mesh === 'linkerd') {
    return {
      job: workload.role === 'controlPlane' ? 'linkerd-controller' : 'linkerd-proxy',
      instance: `${address}:4191`,
      ...common,
      [ownerLabel(workload.kind)]: workload.name,
      ...(workload.kind === 'Deployment' ? { pod_template_hash: pod.templateHash } : {}),
      app: workload.app,
      control_plane_ns: 'linkerd',
      workload_ns: workload.namespace,
    };
  }
  if (workload.name === 'istiod') return { job: 'istiod', instance: `${address}:15014`, ...common, app: 'istiod' };
  return {
    job: 'kubernetes-pods',
    instance: `${address}:15020`,
    ...common,
    node: pod.node,
    app: workload.app,
    ...(workload.version ? { version: workload.version } : {}),
  };
}

export function scrapeTargets(cluster: Cluster, address: string): ScrapeTarget[] {
  return cluster.pods.filter(isScraped).map((pod) => ({
    targets: [address],
    labels: { ...targetLabels(cluster, pod), __metrics_path__: `/pods/${pod.namespace}/${pod.name}/metrics` },
  }));
}

export function prometheusConfig(httpUrl: string): string {
  return `global:
  scrape_interval: 5s
  scrape_timeout: 4s
  evaluation_interval: 30s
scrape_configs:
  - job_name: demo-mesh
    http_sd_configs:
      - url: ${httpUrl}/prometheus/sd
        refresh_interval: 30s
`;
}
