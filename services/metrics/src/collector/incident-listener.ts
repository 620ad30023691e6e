/** Hears of incidents, so that the next windows read what looks anomalous closely. Without news from anomaly, windows go on as they were. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { INCIDENT_EVENTS } from '@observatory/contracts';
import { EventBus } from '@observatory/platform';
import { HEARD_WITHIN_MS, Interest } from './interest.js';

@Injectable()
export class IncidentListener implements OnApplicationBootstrap {
  constructor(
    private readonly bus: EventBus,
    private readonly interest: Interest,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.follow(INCIDENT_EVENTS, new Date(Date.now() - HEARD_WITHIN_MS), (event) => this.interest.hear(event));
  }
}
