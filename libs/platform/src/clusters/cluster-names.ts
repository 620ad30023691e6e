/** How clusters are called: one that nobody named is called as the topology service calls it, which has it from the mesh's metrics. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TOPOLOGY_SUBJECTS, type ClusterInfo } from '@observatory/contracts';
import type { ClusterConfig } from '../config/clusters.js';
import { Requester } from '../nats/requester.js';

const ASK_EVERY_MS = 15_000;

export class Clusters {
  constructor(readonly list: readonly ClusterConfig[]) {}
}

@Injectable()
export class ClusterNames implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ClusterNames.name);
  private learned: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly configured: Clusters,
    private readonly requester: Requester,
  ) {}

  get clusters(): readonly ClusterConfig[] {
    return this.configured.list;
  }

  of({ name, provisional }: Pick<ClusterConfig, 'name' | 'provisional'>): string {
    return provisional ? (this.learned ?? name) : name;
  }

  onApplicationBootstrap(): void {
    if (this.asks()) void this.ask();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** Whether topology knows anything that the settings do not. */
  protected asks(): boolean {
    return this.clusters.length === 1 && this.clusters[0]?.provisional === true;
  }

  protected learn(clusters: readonly ClusterInfo[]): void {
    if (clusters.length === 1 && clusters[0] && !clusters[0].provisional) this.learned = clusters[0].name;
  }

  private async ask(): Promise<void> {
    try {
      this.learn((await this.requester.request(TOPOLOGY_SUBJECTS.clusterList, {})).clusters);
    } catch (thrown) {
      this.logger.debug(`the clusters' names: ${(thrown as Error).message}`);
    }
    this.timer = setTimeout(() => void this.ask(), ASK_EVERY_MS).unref();
  }
}
