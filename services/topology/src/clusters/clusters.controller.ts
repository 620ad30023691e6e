/** The clusters' door on NATS. */
import { Controller } from '@nestjs/common';
import { TOPOLOGY_SUBJECTS, type ClusterList } from '@observatory/contracts';
import { Answers } from '@observatory/platform';
import { ClustersService } from './clusters.service.js';

@Controller()
export class ClustersController {
  constructor(private readonly clusters: ClustersService) {}

  @Answers(TOPOLOGY_SUBJECTS.clusterList)
  list(): Promise<ClusterList> {
    return this.clusters.list();
  }
}
