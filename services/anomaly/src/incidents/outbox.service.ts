/** Publishes what the transactions wrote down, in order, until NATS has it. Message ids make a repetition harmless. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EVENTS, type EventSubject } from '@observatory/contracts';
import { Database, EventBus, Lease } from '@observatory/platform';
import { IncidentRepository } from './incident.repository.js';

const LOOK_EVERY_MS = 1000;
const BATCH = 100;

@Injectable()
export class Outbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Outbox.name);
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;

  constructor(
    private readonly repository: IncidentRepository,
    private readonly bus: EventBus,
    private readonly database: Database,
    private readonly lease: Lease,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  wake(): void {
    if (this.running) this.again = true;
    else void this.run();
  }

  private async run(): Promise<void> {
    if (!this.lease.isHeld || !this.database.isUp) return;
    this.running = true;
    try {
      for (const { seq, id, event, payload } of await this.repository.untold(BATCH)) {
        await this.bus.publish(EVENTS[event as keyof typeof EVENTS] as EventSubject, id, payload);
        await this.repository.told(seq);
      }
    } catch (thrown) {
      this.logger.warn(`events wait: ${(thrown as Error).message}`);
    } finally {
      this.running = false;
      if (this.again) {
        this.again = false;
        this.wake();
      }
    }
  }
}
