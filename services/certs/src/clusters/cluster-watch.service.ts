/** Watches what tells of certificates in every cluster: pods, trust bundles, gateways, cert-manager's objects. Reads only, and no secret. */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { SourceFreshness, WatchedKind } from '@observatory/contracts';
import { KubeWatcher, type ClusterConfig, type KubeKind } from '@observatory/platform';
import type { ClusterFacts } from '../domain/kube-facts.js';
import * as kinds from '../domain/projections.js';
import { TrustDomains } from './trust-domains.js';

export interface WatchedCluster {
  readonly config: ClusterConfig;
  readonly name: string;
  readonly trustDomain: string | undefined;
  /** Absent where the cluster has no API server of which we know. */
  readonly facts?: ClusterFacts;
  /** True when everything was read once, or is known to be missing: what is not there then does not exist. */
  readonly settled: boolean;
  readonly freshness: SourceFreshness;
}

@Injectable()
export class ClusterWatchService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly watchers = new Map<ClusterConfig, KubeWatcher>();

  constructor(private readonly names: TrustDomains) {
    for (const config of names.clusters)
      if (config.kubeconfig !== undefined || config.inCluster) this.watchers.set(config, new KubeWatcher(config, kinds.WATCHED));
  }

  onApplicationBootstrap(): void {
    for (const watcher of this.watchers.values()) watcher.start();
  }

  onApplicationShutdown(): void {
    for (const watcher of this.watchers.values()) watcher.stop();
  }

  all(): WatchedCluster[] {
    return this.names.clusters.map((config) => this.of(config));
  }

  of(config: ClusterConfig): WatchedCluster {
    const name = this.names.of(config);
    const watcher = this.watchers.get(config);
    const trustDomain = this.names.trustDomainOf(config);
    if (!watcher) {
      const detail = 'no API server is configured for this cluster';
      return {
        config,
        name,
        trustDomain,
        settled: true,
        freshness: { name: 'Kubernetes', cluster: name, freshAt: null, state: 'down', detail },
      };
    }
    return {
      config,
      name,
      trustDomain,
      settled: watcher.settled,
      facts: factsOf(watcher, name),
      freshness: { ...watcher.freshness(), cluster: name },
    };
  }

  /** The state of one kind in one cluster. */
  kind(config: ClusterConfig, kind: KubeKind): WatchedKind | undefined {
    return this.watchers.get(config)?.kindStates()[kinds.WATCHED.indexOf(kind)];
  }
}

function factsOf(watcher: KubeWatcher, cluster: string): ClusterFacts {
  const all = <T>(kind: KubeKind<T>): T[] => [...watcher.store(kind).values()];
  return {
    cluster,
    namespaces: all(kinds.NAMESPACES),
    pods: all(kinds.PODS),
    services: all(kinds.SERVICES),
    gateways: [...all(kinds.GATEWAYS), ...all(kinds.API_GATEWAYS)],
    bundles: [...all(kinds.ISTIO_ROOTS), ...all(kinds.LINKERD_ROOTS)],
    managed: all(kinds.MANAGED),
    requests: all(kinds.REQUESTS),
    issuers: [...all(kinds.ISSUERS), ...all(kinds.CLUSTER_ISSUERS)],
  };
}
