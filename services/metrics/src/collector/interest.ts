/** What somebody looks at right now: destination workloads whose latency is read in every window until nobody asks any more. */
import { Injectable } from '@nestjs/common';

const KEPT_MS = 300_000;
const WATCHED_MAX = 200;

@Injectable()
export class Interest {
  private readonly askedAt = new Map<string, number>();

  mark(workload: string, now: Date): void {
    this.askedAt.delete(workload);
    this.askedAt.set(workload, now.getTime());
    const [oldest] = this.askedAt.keys();
    if (this.askedAt.size > WATCHED_MAX && oldest !== undefined) this.askedAt.delete(oldest);
  }

  watched(now: Date): string[] {
    for (const [workload, askedAt] of this.askedAt) if (now.getTime() - askedAt > KEPT_MS) this.askedAt.delete(workload);
    return [...this.askedAt.keys()];
  }
}
