/** What people decided, in the database: suppressions, allowances, feedback. */
import { Injectable } from '@nestjs/common';
import type { Allowance, AnomalyType, Suppression } from '@observatory/contracts';
import { Database, type SqlSession } from '@observatory/platform';

const RULES_MAX = 5000;
const FEEDBACK_MAX = 50_000;
const TABLES = { suppression: 'anomaly.suppressions', allowance: 'anomaly.allowances' } as const;
export type RuleKind = keyof typeof TABLES;

export interface Feedback {
  readonly subjectId: string;
  readonly type: AnomalyType;
  readonly factor: number;
}

@Injectable()
export class DecisionRepository {
  constructor(private readonly database: Database) {}

  /** Changed by every decision: who holds incidents in memory reads them again. */
  async decided(session: SqlSession): Promise<void> {
    await session.query('UPDATE anomaly.revision SET decided = decided + 1');
  }

  async addSuppression(rule: Suppression, session: SqlSession = this.database): Promise<void> {
    await session.query(
      `INSERT INTO anomaly.suppressions (id, subject_id, type, expires_at, created_at, document) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [rule.id, rule.subject, rule.type ?? null, rule.expiresAt, rule.createdAt, JSON.stringify(rule)],
    );
  }

  async addAllowance(rule: Allowance, session: SqlSession = this.database): Promise<void> {
    await session.query(
      `INSERT INTO anomaly.allowances (id, type, source_id, target_id, expires_at, created_at, document) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [rule.id, rule.type, rule.source, rule.target ?? null, rule.expiresAt, rule.createdAt, JSON.stringify(rule)],
    );
  }

  async suppressions(options: { expired: boolean; limit: number }): Promise<Suppression[]> {
    return this.rules<Suppression>('suppression', options);
  }

  async allowances(options: { expired: boolean; limit: number }): Promise<Allowance[]> {
    return this.rules<Allowance>('allowance', options);
  }

  /** Ends now what would have ended later. False where there is no such rule, or it has ended. */
  async end(kind: RuleKind, id: string, now: Date, session: SqlSession = this.database): Promise<boolean> {
    const rows = await session.query<{ id: string }>(
      `WITH ended AS (UPDATE ${TABLES[kind]} SET expires_at = $2, document = jsonb_set(document, '{expiresAt}', to_jsonb($3::text))
       WHERE id = $1 AND expires_at > $2 RETURNING id) SELECT id FROM ended`,
      [id, now, now.toISOString()],
    );
    return rows.length > 0;
  }

  async feedback(): Promise<Feedback[]> {
    return this.database.query<Feedback>(
      `SELECT subject_id AS "subjectId", type, factor FROM anomaly.feedback WHERE factor < 1 ORDER BY updated_at DESC LIMIT ${FEEDBACK_MAX}`,
    );
  }

  async setFactor({ subjectId, type, factor }: Feedback, now: Date, session: SqlSession = this.database): Promise<void> {
    await session.query(
      `INSERT INTO anomaly.feedback (subject_id, type, factor, updated_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (subject_id, type) DO UPDATE SET factor = EXCLUDED.factor, updated_at = EXCLUDED.updated_at`,
      [subjectId, type, factor, now],
    );
  }

  private async rules<T>(kind: RuleKind, { expired, limit }: { expired: boolean; limit: number }): Promise<T[]> {
    const rows = await this.database.query<{ document: T }>(
      `SELECT document FROM ${TABLES[kind]} WHERE $1 OR expires_at > now() ORDER BY created_at DESC LIMIT $2`,
      [expired, Math.min(limit, RULES_MAX)],
    );
    return rows.map(({ document }) => document);
  }
}
