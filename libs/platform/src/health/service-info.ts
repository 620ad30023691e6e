/** Who this process is, and what it has to say on the status page. Services register their sources, note and figures here. */
import { hostname } from 'node:os';
import type { ServiceName, ServiceStatus, SourceFreshness } from '@observatory/contracts';
import type { Dependencies } from './dependencies.js';

export const SUITE_VERSION = '0.1.0';

export class ServiceInfo {
  readonly instance = `${hostname()}-${process.pid}`;
  readonly startedAt = new Date();
  note: string | undefined;
  sources: () => SourceFreshness[] = () => [];
  figures: () => Record<string, number> = () => ({});

  constructor(
    readonly service: ServiceName,
    private readonly dependencies: Dependencies,
  ) {}

  status(): ServiceStatus {
    return {
      service: this.service,
      instance: this.instance,
      version: SUITE_VERSION,
      startedAt: this.startedAt.toISOString(),
      state: this.dependencies.allUp ? 'up' : 'degraded',
      dependencies: this.dependencies.list(),
      sources: this.sources(),
      ...(this.note === undefined ? {} : { note: this.note }),
      figures: { residentMemoryBytes: process.memoryUsage.rss(), ...this.figures() },
    };
  }
}
