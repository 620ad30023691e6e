/** Renewals that somebody asked for, what became of them, and what of that the audit trail has. */
import { Injectable } from '@nestjs/common';
import type { Actor, Renewal } from '@observatory/contracts';
import { Database } from '@observatory/platform';

/** What the certificate was when the renewal was asked for. */
export interface Before {
  readonly fingerprint?: string;
  readonly notAfter: number;
  readonly cluster: string;
  readonly namespace?: string;
  readonly name: string;
}
export interface StoredRenewal {
  readonly id: string;
  readonly certificateId: string;
  readonly via: Renewal['via'];
  readonly state: Renewal['state'];
  readonly requestedAt: Date;
  readonly actor: Actor;
  readonly reason?: string;
  readonly before: Before;
  readonly detail: string;
  readonly settledAt?: Date;
  readonly auditedState?: Renewal['state'];
}
interface Row {
  id: string;
  certificate_id: string;
  via: Renewal['via'];
  state: Renewal['state'];
  requested_at: Date;
  actor: Actor;
  reason: string | null;
  before: Before;
  detail: string;
  settled_at: Date | null;
  audited_state: Renewal['state'] | null;
}

const OPEN_MAX = 500;

@Injectable()
export class RenewalRepository {
  constructor(private readonly database: Database) {}

  async add(renewal: StoredRenewal): Promise<void> {
    const { id, certificateId, via, state, requestedAt, actor, reason, before, detail } = renewal;
    await this.database.query(
      `INSERT INTO certs.renewals (id, certificate_id, via, state, requested_at, actor, reason, before, detail)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, $9)`,
      [id, certificateId, via, state, requestedAt, JSON.stringify(actor), reason ?? null, JSON.stringify(before), detail],
    );
  }

  async settle(id: string, { state, detail, at }: { state: Renewal['state']; detail: string; at: Date }): Promise<void> {
    await this.database.query(`UPDATE certs.renewals SET state = $2, detail = $3, settled_at = $4 WHERE id = $1 AND state = 'requested'`, [
      id,
      state,
      detail,
      at,
    ]);
  }

  /** Those without an end, and those of which the audit trail does not know the end. */
  async open(): Promise<StoredRenewal[]> {
    const rows = await this.database.query<Row>(
      `SELECT * FROM certs.renewals WHERE state = 'requested' OR audited_state IS DISTINCT FROM state ORDER BY requested_at LIMIT ${OPEN_MAX}`,
    );
    return rows.map((row) => ({
      id: row.id,
      certificateId: row.certificate_id,
      via: row.via,
      state: row.state,
      requestedAt: row.requested_at,
      actor: row.actor,
      before: row.before,
      detail: row.detail,
      ...(row.reason === null ? {} : { reason: row.reason }),
      ...(row.settled_at === null ? {} : { settledAt: row.settled_at }),
      ...(row.audited_state === null ? {} : { auditedState: row.audited_state }),
    }));
  }

  async audited(id: string, state: Renewal['state']): Promise<void> {
    await this.database.query('UPDATE certs.renewals SET audited_state = $2 WHERE id = $1', [id, state]);
  }
}
