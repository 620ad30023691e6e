/** What the status page shows of this service. */
import { Injectable } from '@nestjs/common';
import { ServiceInfo } from '@observatory/platform';
import { LiveGraphService } from './graph/live-graph.service.js';

@Injectable()
export class TopologyStatus {
  constructor(info: ServiceInfo, live: LiveGraphService) {
    info.sources = () => live.sources();
    info.figures = () => live.figures();
  }
}
