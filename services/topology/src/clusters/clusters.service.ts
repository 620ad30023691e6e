/** What is known of each configured cluster: its meshes, namespaces, what may be watched, how fresh it all is. */
import { Injectable } from '@nestjs/common';
import type { ClusterInfo, ClusterList } from '@observatory/contracts';
import { describeMesh } from '../domain/cluster-mesh.js';
import { LiveGraphService } from '../graph/live-graph.service.js';
import { ClusterRegistry } from './cluster-registry.js';
import { ClusterWatchService } from './cluster-watch.service.js';

@Injectable()
export class ClustersService {
  constructor(
    private readonly registry: ClusterRegistry,
    private readonly kubernetes: ClusterWatchService,
    private readonly live: LiveGraphService,
  ) {}

  async list(): Promise<ClusterList> {
    const { graph } = await this.live.get('workload');
    const sources = this.live.sources();
    const clusters = this.registry.clusters.map((cluster): ClusterInfo => {
      const name = this.registry.nameOf(cluster);
      const mesh = describeMesh(name, graph, this.kubernetes.factsOfCluster(cluster));
      return {
        name,
        provisional: this.registry.isProvisional(cluster),
        meshes: mesh.meshes,
        trustDomain: cluster.trustDomain ?? mesh.trustDomain,
        rootNamespace: cluster.rootNamespace,
        namespaces: mesh.namespaces,
        sources: sources.filter((source) => source.cluster === name),
        kinds: this.kubernetes.kindsOf(cluster),
      };
    });
    return { generatedAt: new Date().toISOString(), sources, clusters };
  }
}
