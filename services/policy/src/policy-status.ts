/** What the status page shows of this service. */
import { Injectable } from '@nestjs/common';
import { ServiceInfo } from '@observatory/platform';
import { ClusterWatchService } from './clusters/cluster-watch.service.js';
import { EngineService } from './engine/engine.service.js';

@Injectable()
export class PolicyStatus {
  constructor(info: ServiceInfo, watch: ClusterWatchService, engine: EngineService) {
    info.sources = () => watch.freshness();
    info.figures = () => ({
      policies: watch.all().reduce((sum, { policies }) => sum + policies.length, 0),
      questions: engine.questions,
    });
  }
}
