/** Trust domains of clusters whose settings name none, as the topology service knows them. */
import { Injectable } from '@nestjs/common';
import type { ClusterInfo } from '@observatory/contracts';
import { ClusterNames, type ClusterConfig } from '@observatory/platform';

@Injectable()
export class TrustDomains extends ClusterNames {
  private readonly known = new Map<string, string>();

  trustDomainOf(config: ClusterConfig): string | undefined {
    return config.trustDomain ?? this.known.get(this.of(config));
  }

  protected override asks(): boolean {
    return true;
  }

  protected override learn(clusters: readonly ClusterInfo[]): void {
    super.learn(clusters);
    for (const { name, trustDomain } of clusters) if (trustDomain !== null) this.known.set(name, trustDomain);
  }
}
