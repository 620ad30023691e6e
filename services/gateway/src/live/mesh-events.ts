/** Reads the suite's events once per replica: they tell what is old in the caches, and go to browsers. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  EVENTS,
  INCIDENT_EVENTS,
  type CertificateAlerted,
  type CertificatesChanged,
  type IncidentEvent,
  type PolicyChanged,
  type TopologyDelta,
  type WindowStored,
} from '@observatory/contracts';
import { EventBus, type EventPlace } from '@observatory/platform';
import { Versions } from '../answers/versions.js';
import { filterDelta } from './filter-delta.js';
import { LiveFeed } from './live-feed.js';
import type { Filter } from './rooms.js';

/** Far enough back to know the newest version of everything at once, and to send what nobody sent while no gateway ran. */
const LOOK_BACK_MS = 120_000;

@Injectable()
export class MeshEvents implements OnApplicationBootstrap {
  constructor(
    private readonly bus: EventBus,
    private readonly versions: Versions,
    private readonly live: LiveFeed,
  ) {}

  onApplicationBootstrap(): void {
    const since = new Date(Date.now() - LOOK_BACK_MS);
    this.bus.follow(EVENTS.topologyChanged, since, (delta, place) => this.topologyChanged(delta, place));
    this.bus.follow(EVENTS.windowStored, since, (window, place) => this.windowStored(window, place));
    this.bus.follow(EVENTS.policyChanged, since, (change, place) => this.policyChanged(change, place));
    this.bus.follow(INCIDENT_EVENTS, since, (event, place) => this.incidentChanged(event, place));
    this.bus.follow(EVENTS.certificatesChanged, since, (changes, place) => this.certificatesChanged(changes, place));
    this.bus.follow(EVENTS.certificateAlerted, since, (alert, place) => this.certificateAlerted(alert, place));
  }

  private async topologyChanged(delta: TopologyDelta, { seq, storedAt }: EventPlace): Promise<void> {
    if (delta.chunk.index === delta.chunk.count - 1) this.versions.moved('topology', seq);
    const frame = { seq, at: delta.at, data: delta };
    const narrowed = (filter: Filter) => ({ ...frame, data: filterDelta(delta, filter) });
    await this.live.publish({ topic: 'topology:delta', frame, storedAt, narrowed });
  }

  private async windowStored(data: WindowStored, { seq, storedAt }: EventPlace): Promise<void> {
    this.versions.moved('window', seq);
    const frame = { seq, at: data.at, data };
    await this.live.publish({ topic: 'metrics:window', frame, storedAt, narrowed: () => frame });
  }

  private async policyChanged(data: PolicyChanged, { seq, storedAt }: EventPlace): Promise<void> {
    this.versions.moved('policy', seq);
    const frame = { seq, at: data.seenAt, data };
    await this.live.publish({ topic: 'policy:changed', frame, storedAt, narrowed: () => frame });
  }

  private async incidentChanged(data: IncidentEvent, { seq, storedAt }: EventPlace): Promise<void> {
    this.versions.moved('anomaly', seq);
    const frame = { seq, at: data.at, data };
    const topic = data.change === 'raised' ? 'anomaly:raised' : 'anomaly:updated';
    const narrowed = (filter: Filter) => (data.incident.namespaces.some((name) => filter.includes(name)) ? frame : undefined);
    await this.live.publish({ topic, frame, storedAt, narrowed });
  }

  private async certificatesChanged(changes: CertificatesChanged, { seq, storedAt }: EventPlace): Promise<void> {
    this.versions.moved('certificate', seq);
    const frame = { seq, at: changes.at, data: { news: 'changes' as const, ...changes } };
    await this.live.publish({ topic: 'certificate:status', frame, storedAt, narrowed: () => frame });
  }

  private async certificateAlerted(alert: CertificateAlerted, { seq, storedAt }: EventPlace): Promise<void> {
    this.versions.moved('certificate', seq);
    const frame = { seq, at: alert.withdrawnAt ?? alert.raisedAt, data: { news: 'alert' as const, alert } };
    await this.live.publish({ topic: 'certificate:status', frame, storedAt, narrowed: () => frame });
  }
}
