/** What people decided, in memory, as the pass over a window needs it. Read again every few seconds, since another replica may have been told. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Allowance, AnomalyType, SecurityType, Suppression } from '@observatory/contracts';
import { Database } from '@observatory/platform';
import { DecisionRepository } from './decision.repository.js';

const READ_EVERY_MS = 5000;
const RULES_MAX = 5000;

@Injectable()
export class DecisionBook implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DecisionBook.name);
  private suppressions: Suppression[] = [];
  private allowances: Allowance[] = [];
  private factors = new Map<string, number>();
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
    this.allowances = allowances;
    this.factors = new Map(feedback.map(({ subjectId, type, factor }) => [`${type} ${subjectId}`, factor]));
  }

  /** What feedback left of scores of this kind. */
  factor(subjectId: string, type: AnomalyType): number {
    return this.factors.size === 0 ? 1 : (this.factors.get(`${type} ${subjectId}`) ?? 1);
  }

  isAllowed(type: SecurityType, sourceId: string, targetId: string | undefined, atMs: number): boolean {
    return this.allowances.some(
      (rule) =>
        rule.type === type &&
        rule.source === sourceId &&
        (rule.target === undefined || rule.target === targetId) &&
        Date.parse(rule.expiresAt) > atMs,
    );
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
