/** Recomputes the trail's hashes: what is new whenever somebody looks, everything again after a while. */
import { Injectable } from '@nestjs/common';
import type { AuditPage } from '@observatory/contracts';
import { AuditRepository } from './audit.repository.js';
import { CHAIN_START, verifyOn, type ChainPlace } from './domain/chain.js';

const PAGE = 1000;
/** An entry that was checked before might have been changed since. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** Longer trails are checked over several looks. */
const PAGES_MAX = 100;

@Injectable()
export class ChainCheck {
  private place: ChainPlace = CHAIN_START;
  private startedAt = 0;
  private running: Promise<AuditPage['chain']> | undefined;

  constructor(private readonly repository: AuditRepository) {}

  async state(): Promise<AuditPage['chain']> {
    this.running ??= this.check().finally(() => (this.running = undefined));
    return this.running;
  }

  private async check(): Promise<AuditPage['chain']> {
    if (Date.now() - this.startedAt > AGAIN_AFTER_MS) {
      this.place = CHAIN_START;
      this.startedAt = Date.now();
    }
    const checkedAt = new Date().toISOString();
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const records = await this.repository.after(this.place.seq, PAGE);
      const { place, brokenAt } = verifyOn(this.place, records);
      this.place = place;
      if (brokenAt !== undefined) return { state: 'broken', entries: place.seq, checkedAt, firstBroken: brokenAt };
      if (records.length < PAGE) return { state: 'intact', entries: place.seq, checkedAt };
    }
    return { state: 'unchecked', entries: this.place.seq, checkedAt };
  }
}
