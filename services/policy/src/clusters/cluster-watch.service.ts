/** Watches policies of every cluster, and whom they may select. */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { PolicyKindState, SourceFreshness } from '@observatory/contracts';
import { ClusterNames, DomainError, KubeWatcher, type ClusterConfig } from '@observatory/platform';
import type { ClusterFacts } from '../domain/kube-facts.js';
import {
  CONTROLLERS,
  MESH_CONFIG,
  NAMESPACES,
  PODS,
  POLICIES,
  SERVICE_ACCOUNTS,
  SERVICE_ENTRIES,
  SERVICES,
  WATCHED,
} from '../domain/projections.js';

interface Watched {
  readonly config: ClusterConfig;
  readonly watcher: KubeWatcher;
  /** Facts of a revision, and under which name. */
  kept?: { readonly revision: number; readonly facts: ClusterFacts };
}

@Injectable()
export class ClusterWatchService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly watched: readonly Watched[];

  constructor(private readonly names: ClusterNames) {
    const reachable = names.clusters.filter(({ kubeconfig, inCluster }) => kubeconfig !== undefined || inCluster);
    this.watched = reachable.map((config) => ({ config, watcher: new KubeWatcher(config, WATCHED) }));
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

  clusters(): string[] {
    return this.watched.map(({ config }) => this.names.of(config));
  }

  configOf(cluster: string): ClusterConfig | undefined {
    return this.names.clusters.find((config) => this.names.of(config) === cluster);
  }

  /** Throws `resource/not-found` for a cluster that is not watched. The same object until something changes. */
  facts(cluster: string): ClusterFacts {
    const entry = this.watched.find(({ config }) => this.names.of(config) === cluster);
    if (!entry) throw new DomainError('resource/not-found', { message: `No cluster ${cluster} is watched` });
    const { revision } = entry.watcher;
    if (entry.kept?.revision !== revision || entry.kept.facts.cluster !== cluster)
      entry.kept = { revision, facts: factsOf(entry.watcher, cluster, entry.config.rootNamespace) };
    return entry.kept.facts;
  }

  all(cluster?: string): ClusterFacts[] {
    return (cluster === undefined ? this.clusters() : [cluster]).map((name) => this.facts(name));
  }

  freshness(cluster?: string): SourceFreshness[] {
    const all = this.watched.map(({ config, watcher }) => ({ ...watcher.freshness(), cluster: this.names.of(config) }));
    return cluster === undefined ? all : all.filter((source) => source.cluster === cluster);
  }

  /** Which kinds of policies can be read. */
  kinds(cluster?: string): PolicyKindState[] {
    return this.watched.flatMap(({ config, watcher }) => {
      const name = this.names.of(config);
      if (cluster !== undefined && cluster !== name) return [];
      const states = watcher.kindStates();
      return [...POLICIES].map(([kind, watchedKind]): PolicyKindState => {
        const index = WATCHED.indexOf(watchedKind);
        const { state = 'syncing', detail } = states[index] ?? {};
        const as = { synced: 'watched', missing: 'missing', forbidden: 'forbidden', failing: 'down', syncing: 'starting' } as const;
        return { cluster: name, kind, state: as[state], ...(detail === undefined ? {} : { detail }) };
      });
    });
  }

  /** True where the kind was read: what is not there then does not exist. */
  isRead(cluster: string, kind: PolicyKindState['kind']): boolean {
    return this.kinds(cluster).some((state) => state.kind === kind && state.state === 'watched');
  }
}

function factsOf(watcher: KubeWatcher, cluster: string, rootNamespace: string): ClusterFacts {
  const meshConfig = [...watcher.store(MESH_CONFIG).values()].find(({ namespace }) => namespace === rootNamespace)?.text;
  return {
    cluster,
    rootNamespace,
    namespaces: [...watcher.store(NAMESPACES).values()],
    pods: [...watcher.store(PODS).values()],
    controllers: CONTROLLERS.flatMap((kind) => [...watcher.store(kind).values()]),
    services: [...watcher.store(SERVICES).values()],
    externalHosts: [...watcher.store(SERVICE_ENTRIES).values()].flat(),
    serviceAccounts: [...watcher.store(SERVICE_ACCOUNTS).values()],
    policies: [...POLICIES.values()].flatMap((kind) => [...watcher.store(kind).values()]),
    ...(meshConfig === undefined ? {} : { meshConfig }),
  };
}
