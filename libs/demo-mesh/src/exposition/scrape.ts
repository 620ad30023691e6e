/** One pod's metrics page: what its proxy, or its control plane, says. */
import type { Cluster } from '../model/cluster.js';
import type { Pod } from '../model/types.js';
import type { Counters } from '../traffic/counters.js';
import { writeEnvoy, writeWaypoint } from './envoy.js';
import { writeLinkerd } from './linkerd.js';
import { GroupCache, TextScrape } from './series.js';
import type { Exposition } from './writer.js';
import { writeZtunnel } from './ztunnel.js';

/** The traffic's metrics of a pod into the exposition's sink. */
export function writeTraffic(exposition: Exposition, pod: Pod, options: { uptimeSec?: number } = {}): void {
  const { workload } = pod;
  if (workload.role === 'ztunnel') return writeZtunnel(exposition, pod);
  if (workload.role === 'waypoint') return writeWaypoint(exposition, pod);
  if (workload.mesh === 'istio') return writeEnvoy(exposition, pod);
  if (workload.mesh === 'linkerd') writeLinkerd(exposition, pod, options);
}

export class Scraper {
  private readonly groups = new GroupCache();

  constructor(
    private readonly cluster: Cluster,
    private readonly counters: Counters,
    private readonly startedAtMs: number = Date.now(),
  ) {}

  /** The page in Prometheus' text format. `extra` writes what is not traffic: the proxy's own certificate, the authority's. */
  scrape(pod: Pod, extra: (exposition: Exposition, pod: Pod) => void = () => undefined): string {
    const text = new TextScrape();
    const exposition: Exposition = {
      cluster: this.cluster,
      counters: this.counters,
      groups: this.groups,
      sink: text.sink,
      podCount: (workload) => workload.replicas,
    };
    writeTraffic(exposition, pod, { uptimeSec: (Date.now() - this.startedAtMs) / 1000 });
    extra(exposition, pod);
    return text.toString();
  }
}
