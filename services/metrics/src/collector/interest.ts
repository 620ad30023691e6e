/**
 * Whose latency is read in every window, whoever's turn it is: destination workloads that somebody looks at, until nobody asks any more,
 * and those of incidents, until they are over. Invariant: at most WATCHED_MAX of each, the newest.
 */
import { Injectable } from '@nestjs/common';
import type { IncidentEvent } from '@observatory/contracts';

const ASKED_FOR_MS = 300_000;
/** An incident of which nothing was heard for so long: whoever would say that it is over may be away. */
export const HEARD_WITHIN_MS = 3_600_000;
const WATCHED_MAX = 200;

interface Held {
  readonly heardAt: number;
  readonly workloads: readonly string[];
}

@Injectable()
export class Interest {
  private readonly askedAt = new Map<string, number>();
  private readonly incidents = new Map<string, Held>();

  mark(workload: string, now: Date): void {
    this.askedAt.delete(workload);
    this.askedAt.set(workload, now.getTime());
    const [oldest] = this.askedAt.keys();
    if (this.askedAt.size > WATCHED_MAX && oldest !== undefined) this.askedAt.delete(oldest);
  }

  /** What looks anomalous is looked at closely: the heaviest anomalies of an incident that goes on. */
  hear({ incident, anomalies, at }: Pick<IncidentEvent, 'incident' | 'anomalies' | 'at'>): void {
    this.incidents.delete(incident.id);
    if (goesOn(incident)) {
      const workloads = new Set(anomalies.filter(goesOn).map(({ subject }) => subject.name));
      this.incidents.set(incident.id, { heardAt: Date.parse(at), workloads: [...workloads] });
    }
  }

  watched(now: Date): string[] {
    for (const [workload, askedAt] of this.askedAt) if (now.getTime() - askedAt > ASKED_FOR_MS) this.askedAt.delete(workload);
    for (const [id, { heardAt }] of this.incidents) if (now.getTime() - heardAt > HEARD_WITHIN_MS) this.incidents.delete(id);
    const held = [...new Set([...this.incidents.values()].reverse().flatMap(({ workloads }) => workloads))];
    return [...new Set([...this.askedAt.keys(), ...held.slice(0, WATCHED_MAX)])];
  }
}

const goesOn = ({ state }: { state: IncidentEvent['incident']['state'] }): boolean => state === 'open' || state === 'acknowledged';
