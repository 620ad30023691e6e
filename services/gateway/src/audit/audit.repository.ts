/** The audit trail in PostgreSQL: appended one at a time over all replicas, read newest first. */
import { Injectable, Optional } from '@nestjs/common';
import type { AuditEntry, AuditRecord } from '@observatory/contracts';
import { Database, DomainError } from '@observatory/platform';
import { CHAIN_START, hashOfEntry } from './domain/chain.js';

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Entries before this one. */
  before?: number | undefined;
  limit: number;
}

interface Row {
  seq: string;
  id: string;
  at: Date;
  actor_name: string;
  actor_kind: AuditEntry['actor']['kind'];
  action: string;
  target: AuditEntry['target'];
  outcome: AuditEntry['outcome'];
  detail: string | null;
  previous_hash: string;
  hash: string;
}

@Injectable()
export class AuditRepository {
  constructor(@Optional() private readonly database?: Database) {}

  /** False where the gateway was given no database. */
  get isConfigured(): boolean {
    return this.database !== undefined;
  }

  /** An id that is there already is passed over. */
  async append(entry: AuditEntry): Promise<void> {
    await this.kept().transaction(async (session) => {
      await session.query("SELECT pg_advisory_xact_lock(hashtext('observatory audit trail'))");
      const [known] = await session.query('SELECT 1 FROM gateway.audit WHERE id = $1', [entry.id]);
      if (known) return;
      const [last] = await session.query<{ seq: string; hash: string }>('SELECT seq, hash FROM gateway.audit ORDER BY seq DESC LIMIT 1');
      const place = last ? { seq: Number(last.seq), hash: last.hash } : CHAIN_START;
      const { id, at, actor, action, target, outcome, detail } = entry;
      await session.query(
        `INSERT INTO gateway.audit (seq, id, at, actor_name, actor_kind, action, target, outcome, detail, previous_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          place.seq + 1,
          id,
          at,
          actor.name,
          actor.kind,
          action,
          target,
          outcome,
          detail ?? null,
          place.hash,
          hashOfEntry(place.hash, entry),
        ],
      );
    });
  }

  async newest({ actor, action, from, to, before, limit }: AuditFilter): Promise<AuditRecord[]> {
    const rows = await this.kept().query<Row>(
      `SELECT * FROM gateway.audit
       WHERE ($1::text IS NULL OR actor_name = $1) AND ($2::text IS NULL OR action = $2 OR starts_with(action, $2 || '.'))
         AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at < $4) AND ($5::bigint IS NULL OR seq < $5)
       ORDER BY seq DESC LIMIT $6`,
      [actor ?? null, action ?? null, from ?? null, to ?? null, before ?? null, limit],
    );
    return rows.map(recordOf);
  }

  /** In the order in which they were appended. */
  async after(seq: number, limit: number): Promise<AuditRecord[]> {
    const rows = await this.kept().query<Row>('SELECT * FROM gateway.audit WHERE seq > $1 ORDER BY seq LIMIT $2', [seq, limit]);
    return rows.map(recordOf);
  }

  private kept(): Database {
    if (this.database) return this.database;
    throw new DomainError('database/unavailable', { message: 'No audit trail is kept: DATABASE_URL is not set' });
  }
}

function recordOf(row: Row): AuditRecord {
  return {
    seq: Number(row.seq),
    id: row.id,
    at: row.at.toISOString(),
    actor: { name: row.actor_name, kind: row.actor_kind },
    action: row.action,
    target: row.target,
    outcome: row.outcome,
    ...(row.detail === null ? {} : { detail: row.detail }),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
