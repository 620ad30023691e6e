/** What people decided, in memory, as the pass over a window needs it. Read again every few seconds, since another replica may have been told. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { AnomalyType, Suppression } from '@observatory/contracts';
import { Database } from '@observatory/platform';
import { factorKey, NOTHING_DECIDED, type DecisionsInForce } from '../domain/decisions-in-force.js';
import { DecisionRepository } from './decision.repository.js';

const READ_EVERY_MS = 5000;
const RULES_MAX = 5000;

@Injectable()
export class DecisionBook implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DecisionBook.name);
  private suppressions: Suppression[] = [];
  private present: DecisionsInForce = NOTHING_DECIDED;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: DecisionRepository,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.refresh(), READ_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async read(): Promise<void> {
    const all = { expired: false, limit: RULES_MAX };
    const [suppressions, allowances, feedback] = await Promise.all([
      this.repository.suppressions(all),
      this.repository.allowances(all),
      this.repository.feedback(),
    ]);
    this.suppressions = suppressions;
    const factors = new Map(feedback.map(({ subjectId, type, factor }) => [factorKey(subjectId, type), factor]));
    this.present = { allowances, factors };
  }

  /** As it was read last. */
  get inForce(): DecisionsInForce {
    return this.present;
  }

  suppressionOf(subjectId: string, type: AnomalyType, atMs: number): Suppression | undefined {
    return this.suppressions.find(
      (rule) => rule.subject === subjectId && (rule.type === undefined || rule.type === type) && Date.parse(rule.expiresAt) > atMs,
    );
  }

  private async refresh(): Promise<void> {
    if (!this.database.isUp) return;
    await this.read().catch((thrown: Error) => this.logger.warn(`decisions: ${thrown.message}`));
  }
}
