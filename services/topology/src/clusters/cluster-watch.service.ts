/** Watches the Kubernetes objects of every cluster that has an API server configured. */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { SourceFreshness, WatchedKind } from '@observatory/contracts';
import type { GraphObjects } from '@observatory/mesh';
import { KubeWatcher, type ClusterConfig } from '@observatory/platform';
import type { ClusterFacts } from '../domain/kube-facts.js';
import { graphObjects, objectsAt } from '../domain/objects.js';
import { CONTROLLERS, NAMESPACES, PODS, SERVICE_ENTRIES, SERVICES, WATCHED } from '../domain/projections.js';
import { ClusterRegistry } from './cluster-registry.js';

interface Watched {
  readonly cluster: ClusterConfig;
  readonly watcher: KubeWatcher;
}

@Injectable()
export class ClusterWatchService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly watched: readonly Watched[];

  constructor(private readonly registry: ClusterRegistry) {
    const reachable = registry.clusters.filter(({ kubeconfig, inCluster }) => kubeconfig !== undefined || inCluster);
    this.watched = reachable.map((cluster) => ({ cluster, watcher: new KubeWatcher(cluster, WATCHED) }));
  }

  onApplicationBootstrap(): void {
    for (const { watcher } of this.watched) watcher.start();
  }

  onApplicationShutdown(): void {
    for (const { watcher } of this.watched) watcher.stop();
  }

  onChange(listener: () => void): void {
    for (const { watcher } of this.watched) watcher.onChange(listener);
  }

  /** True when each cluster was read once, as far as it lets us. */
  get settled(): boolean {
    return this.watched.every(({ watcher }) => watcher.settled);
  }

  /** What exists now; with `atMs`, what exists now and did then. */
  objects(atMs?: number): GraphObjects {
    const all = this.watched.map((entry) =>
      atMs === undefined ? graphObjects(this.factsOf(entry)) : objectsAt(this.factsOf(entry), atMs),
    );
    return { workloads: all.flatMap(({ workloads }) => workloads), services: all.flatMap(({ services }) => services) };
  }

  freshness(): SourceFreshness[] {
    return this.watched.map(({ cluster, watcher }) => ({ ...watcher.freshness(), cluster: this.registry.nameOf(cluster) }));
  }

  kindsOf(cluster: ClusterConfig): WatchedKind[] {
    return this.watched.find((entry) => entry.cluster === cluster)?.watcher.kindStates() ?? [];
  }

  factsOfCluster(cluster: ClusterConfig): ClusterFacts | undefined {
    const entry = this.watched.find((candidate) => candidate.cluster === cluster);
    return entry && this.factsOf(entry);
  }

  private factsOf({ cluster, watcher }: Watched): ClusterFacts {
    return {
      cluster: this.registry.nameOf(cluster),
      namespaces: [...watcher.store(NAMESPACES).values()],
      pods: [...watcher.store(PODS).values()],
      controllers: CONTROLLERS.flatMap((kind) => [...watcher.store(kind).values()]),
      services: [...watcher.store(SERVICES).values()],
      serviceEntries: [...watcher.store(SERVICE_ENTRIES).values()],
    };
  }
}
