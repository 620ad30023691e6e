/** Incidents, their anomalies, and what is to be told of them: written together or not at all. */
import { Injectable } from '@nestjs/common';
import type { Anomaly, AuditEntry, IncidentDetail, IncidentEvent } from '@observatory/contracts';
import type { IncidentState } from '@observatory/detect';
import { Database, type SqlSession } from '@observatory/platform';

const LIVE_MAX = 2000;
const KEPT_DAYS = 90;

/** What the outbox holds: events of incidents, entries of the audit trail. */
export type Told = IncidentEvent | AuditEntry;

/** As a document holds it: the detail without its members, which have rows of their own. */
export type StoredDetail = Omit<IncidentDetail, 'members'>;
export interface StoredIncident {
  readonly state: IncidentState;
  readonly detail: IncidentDetail;
}

@Injectable()
export class IncidentRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(run: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.database.transaction(run);
  }

  /** How much people have decided; the row is held until the transaction ends, so that a window and a decision do not meet. */
  async lockRevision(session: SqlSession): Promise<string> {
    const [row] = await session.query<{ decided: string }>('SELECT decided FROM anomaly.revision FOR UPDATE');
    return row?.decided ?? '0';
  }

  /** False where the window was worked off already, by whomever. */
  async advance(session: SqlSession, cluster: string, at: Date): Promise<boolean> {
    const rows = await session.query<{ cluster: string }>(
      `INSERT INTO anomaly.progress AS p (cluster, at) VALUES ($1, $2)
       ON CONFLICT (cluster) DO UPDATE SET at = EXCLUDED.at WHERE p.at < EXCLUDED.at RETURNING cluster`,
      [cluster, at],
    );
    return rows.length > 0;
  }

  async progress(cluster: string): Promise<Date | undefined> {
    const [row] = await this.database.query<{ at: Date }>('SELECT at FROM anomaly.progress WHERE cluster = $1', [cluster]);
    return row?.at;
  }

  /** Incidents that go on, and those that ended since. */
  async live(session: SqlSession, cluster: string, since: Date): Promise<StoredIncident[]> {
    const rows = await session.query<{ id: string; cluster: string; document: StoredDetail }>(
      `SELECT id, cluster, document FROM anomaly.incidents WHERE cluster = $1 AND (state IN ('open', 'acknowledged', 'suppressed') OR updated_at >= $2)
       ORDER BY updated_at DESC LIMIT ${LIVE_MAX}`,
      [cluster, since],
    );
    return this.withMembers(session, rows);
  }

  async one(session: SqlSession, id: string): Promise<StoredIncident | undefined> {
    const rows = await session.query<{ id: string; cluster: string; document: StoredDetail }>(
      'SELECT id, cluster, document FROM anomaly.incidents WHERE id = $1',
      [id],
    );
    return (await this.withMembers(session, rows))[0];
  }

  /** The incident that an anomaly is in. */
  async incidentOfAnomaly(session: SqlSession, anomalyId: string): Promise<string | undefined> {
    const [row] = await session.query<{ incident_id: string }>('SELECT incident_id FROM anomaly.anomalies WHERE id = $1', [anomalyId]);
    return row?.incident_id;
  }

  async write(session: SqlSession, cluster: string, { members, ...detail }: IncidentDetail): Promise<void> {
    const { id, state, severity, types, namespaces, startedAt, updatedAt, closedAt, version } = detail;
    await session.query(
      `INSERT INTO anomaly.incidents (id, cluster, state, severity, types, namespaces, started_at, updated_at, closed_at, version, document)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (id) DO UPDATE SET state = $3, severity = $4, types = $5, namespaces = $6, started_at = $7, updated_at = $8, closed_at = $9, version = $10, document = $11`,
      [id, cluster, state, severity, types, namespaces, startedAt, updatedAt, closedAt ?? null, version, JSON.stringify(detail)],
    );
    await session.query(
      `INSERT INTO anomaly.anomalies (id, incident_id, cluster, namespace, subject_id, type, state, severity, started_at, updated_at, closed_at, document)
       SELECT d->>'id', $2, $3, d->'subject'->>'namespace', d->'subject'->>'id', d->>'type', d->>'state', d->>'severity',
         (d->>'startedAt')::timestamptz, (d->>'updatedAt')::timestamptz, (d->>'closedAt')::timestamptz, d
       FROM jsonb_array_elements($1::jsonb) AS d
       ON CONFLICT (id) DO UPDATE SET incident_id = EXCLUDED.incident_id, state = EXCLUDED.state, severity = EXCLUDED.severity, updated_at = EXCLUDED.updated_at,
         closed_at = EXCLUDED.closed_at, document = EXCLUDED.document WHERE anomalies.document IS DISTINCT FROM EXCLUDED.document`,
      [JSON.stringify(members), id, cluster],
    );
  }

  /** Once for an id, however often. */
  async tell(session: SqlSession, id: string, event: string, payload: Told): Promise<void> {
    await session.query('INSERT INTO anomaly.outbox (id, event, payload) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING', [
      id,
      event,
      JSON.stringify(payload),
    ]);
  }

  async untold(limit: number): Promise<{ seq: string; id: string; event: string; payload: Told }[]> {
    return this.database.query('SELECT seq, id, event, payload FROM anomaly.outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1', [
      limit,
    ]);
  }

  async told(seq: string): Promise<void> {
    await this.database.query('UPDATE anomaly.outbox SET published_at = now() WHERE seq = $1', [seq]);
  }

  /** What ended long ago, and events that were told. */
  async prune(): Promise<void> {
    await this.database.query(`DELETE FROM anomaly.incidents WHERE closed_at < now() - interval '${KEPT_DAYS} days'`);
    await this.database.query(`DELETE FROM anomaly.outbox WHERE published_at < now() - interval '1 day'`);
  }

  private async withMembers(
    session: SqlSession,
    rows: readonly { id: string; cluster: string; document: StoredDetail }[],
  ): Promise<StoredIncident[]> {
    if (rows.length === 0) return [];
    const members = await session.query<{ document: Anomaly }>(
      'SELECT document FROM anomaly.anomalies WHERE incident_id = ANY($1) ORDER BY started_at, id',
      [rows.map(({ id }) => id)],
    );
    const byIncident = new Map<string, Anomaly[]>();
    for (const { document } of members) byIncident.set(document.incidentId, [...(byIncident.get(document.incidentId) ?? []), document]);
    return rows.map(({ id, cluster, document }) => stored(cluster, { ...document, members: byIncident.get(id) ?? [] }));
  }
}

function stored(cluster: string, detail: IncidentDetail): StoredIncident {
  const { id, state, severity, startedAt, openedAt, updatedAt, closedAt, reopened, version, acknowledgedBy, suppressedUntil, notes } =
    detail;
  return {
    detail,
    state: {
      id,
      cluster,
      state,
      severity,
      startedAt,
      openedAt,
      updatedAt,
      reopened,
      version,
      notes: [...notes],
      members: Object.fromEntries(detail.members.map((member) => [member.id, member])),
      ...(closedAt === undefined ? {} : { closedAt }),
      ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
      ...(suppressedUntil === undefined ? {} : { suppressedUntil }),
    },
  };
}
