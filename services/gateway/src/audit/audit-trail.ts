/**
 * Keeps what every service records (JetStream holds it for as long as the database is away), and records what the gateway does itself.
 * Invariant: an entry that was accepted is kept once, whatever is away meanwhile; recording never fails or delays what it is about.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { EVENTS, type AuditEntry } from '@observatory/contracts';
import { EventBus } from '@observatory/platform';
import { AuditRepository } from './audit.repository.js';

/** Entries of our own that wait for NATS. */
const WAITING_MAX = 1000;
const RETRY_MS = 2000;

@Injectable()
export class AuditTrail implements OnApplicationBootstrap {
  private readonly logger = new Logger(AuditTrail.name);
  private readonly waiting: AuditEntry[] = [];
  private sending = false;

  constructor(
    private readonly bus: EventBus,
    private readonly repository: AuditRepository,
  ) {}

  onApplicationBootstrap(): void {
    // Without a database the entries stay in the stream, for a replica that has one.
    if (this.repository.isConfigured)
      this.bus.work(EVENTS.auditRecorded, { durable: 'gateway-audit', from: 'all' }, (entry) => this.repository.append(entry));
  }

  record(entry: Omit<AuditEntry, 'id' | 'at'>): void {
    if (this.waiting.length >= WAITING_MAX) {
      const lost = this.waiting.shift();
      this.logger.error(`an audit entry is lost, too many wait for NATS: ${JSON.stringify(lost)}`);
    }
    this.waiting.push({ id: randomUUID(), at: new Date().toISOString(), ...entry });
    void this.send();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let entry = this.waiting[0]; entry; entry = this.waiting[0]) {
        await this.bus.publish(EVENTS.auditRecorded, entry.id, entry);
        this.waiting.shift();
      }
    } catch {
      setTimeout(() => void this.send(), RETRY_MS).unref();
    } finally {
      this.sending = false;
    }
  }
}
