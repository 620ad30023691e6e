/** What the topology service knows of clusters better than their settings: the name that the mesh's metrics give, and the trust domain. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TOPOLOGY_SUBJECTS } from '@observatory/contracts';
import { Requester, type ClusterConfig } from '@observatory/platform';

const ASK_EVERY_MS = 15_000;

export class Clusters {
  constructor(readonly list: readonly ClusterConfig[]) {}
}

@Injectable()
export class ClusterNames implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ClusterNames.name);
  private learned: string | undefined;
  private readonly trustDomains = new Map<string, string>();
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

  trustDomainOf(config: ClusterConfig): string | undefined {
    return config.trustDomain ?? this.trustDomains.get(this.of(config));
  }

  onApplicationBootstrap(): void {
    void this.learn();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private async learn(): Promise<void> {
    try {
      const { clusters } = await this.requester.request(TOPOLOGY_SUBJECTS.clusterList, {});
      if (clusters.length === 1 && clusters[0] && !clusters[0].provisional) this.learned = clusters[0].name;
      for (const { name, trustDomain } of clusters) if (trustDomain !== null) this.trustDomains.set(name, trustDomain);
    } catch (thrown) {
      this.logger.debug(`the clusters' names: ${(thrown as Error).message}`);
    }
    this.timer = setTimeout(() => void this.learn(), ASK_EVERY_MS).unref();
  }
}
