/** Incidents and anomalies read for people, page by page. */
import { Injectable } from '@nestjs/common';
import type { Anomaly, AnomalyListRequest, IncidentDetail, IncidentListRequest, IncidentSummary } from '@observatory/contracts';
import { Database, DomainError } from '@observatory/platform';
import { IncidentRepository } from './incident.repository.js';

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

const DETAILS = ['causes', 'blast', 'changes', 'changesUnknown', 'callers', 'callees', 'edges', 'notes'] as const;
const SUMMARY = `document - ARRAY['${DETAILS.join("','")}']`;

@Injectable()
export class IncidentReader {
  constructor(
    private readonly database: Database,
    private readonly repository: IncidentRepository,
  ) {}

  /** Those that go on first, then the newest. */
  async incidents(request: IncidentListRequest): Promise<Page<IncidentSummary>> {
    const { state, severity, type, cluster, namespace, from, to, limit } = request;
    const after = cursorOf(request.cursor);
    const rows = await this.database.query<{ document: IncidentSummary; live: boolean; started_at: Date; id: string }>(
      `SELECT ${SUMMARY} AS document, live, started_at, id FROM (SELECT *, state IN ('open', 'acknowledged') AS live FROM anomaly.incidents) i
       WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR severity = $2) AND ($3::text IS NULL OR $3 = ANY(types))
         AND ($4::text IS NULL OR cluster = $4) AND ($5::text IS NULL OR $5 = ANY(namespaces))
         AND ($6::timestamptz IS NULL OR coalesce(closed_at, 'infinity') >= $6) AND ($7::timestamptz IS NULL OR started_at <= $7)
         AND ($8::boolean IS NULL OR (live, date_trunc('milliseconds', started_at), id) < ($8, $9::timestamptz, $10))
       ORDER BY live DESC, date_trunc('milliseconds', started_at) DESC, id DESC LIMIT $11`,
      [state, severity, type, cluster, namespace, from, to, after?.live, after?.at, after?.id, limit].map((value) => value ?? null),
    );
    return page(rows, limit, ({ live, started_at: at, id }) => ({ live, at: at.toISOString(), id }));
  }

  async incident(id: string): Promise<IncidentDetail | undefined> {
    return (await this.repository.one(this.database, id))?.detail;
  }

  async anomalies(request: AnomalyListRequest): Promise<Page<Anomaly>> {
    const { state, severity, type, cluster, namespace, from, to, incidentId, subject, limit } = request;
    const after = cursorOf(request.cursor);
    const rows = await this.database.query<{ document: Anomaly; started_at: Date; id: string }>(
      `SELECT document, started_at, id FROM anomaly.anomalies
       WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR severity = $2) AND ($3::text IS NULL OR type = $3)
         AND ($4::text IS NULL OR cluster = $4) AND ($5::text IS NULL OR namespace = $5)
         AND ($6::timestamptz IS NULL OR coalesce(closed_at, 'infinity') >= $6) AND ($7::timestamptz IS NULL OR started_at <= $7)
         AND ($8::text IS NULL OR incident_id = $8) AND ($9::text IS NULL OR subject_id = $9)
         AND ($10::timestamptz IS NULL OR (date_trunc('milliseconds', started_at), id) < ($10, $11))
       ORDER BY date_trunc('milliseconds', started_at) DESC, id DESC LIMIT $12`,
      [state, severity, type, cluster, namespace, from, to, incidentId, subject, after?.at, after?.id, limit].map((value) => value ?? null),
    );
    return page(rows, limit, ({ started_at: at, id }) => ({ live: false, at: at.toISOString(), id }));
  }

  async anomaly(id: string): Promise<Anomaly | undefined> {
    const [row] = await this.database.query<{ document: Anomaly }>('SELECT document FROM anomaly.anomalies WHERE id = $1', [id]);
    return row?.document;
  }

  /** Those that went on at some time of the span. */
  async touching(span: { from: Date; to: Date; cluster: string | undefined; limit: number }): Promise<IncidentSummary[]> {
    const rows = await this.database.query<{ document: IncidentSummary }>(
      `SELECT ${SUMMARY} AS document FROM anomaly.incidents
       WHERE started_at <= $2 AND coalesce(closed_at, 'infinity') >= $1 AND ($3::text IS NULL OR cluster = $3) ORDER BY started_at DESC LIMIT $4`,
      [span.from, span.to, span.cluster ?? null, span.limit],
    );
    return rows.map(({ document }) => document);
  }

  /** By subject, the incident that it is part of now. */
  async liveBySubject(): Promise<Map<string, string>> {
    const rows = await this.database.query<{ subject_id: string; incident_id: string }>(
      `SELECT subject_id, incident_id FROM anomaly.anomalies WHERE closed_at IS NULL AND state <> 'resolved' ORDER BY started_at DESC LIMIT 20000`,
    );
    return new Map(rows.map(({ subject_id: subject, incident_id: incident }) => [subject, incident]));
  }
}

interface Cursor {
  readonly live: boolean;
  readonly at: string;
  readonly id: string;
}

function page<R extends { document: T }, T>(rows: readonly R[], limit: number, cursor: (row: R) => Cursor): Page<T> {
  const last = rows.at(-1);
  const nextCursor = rows.length === limit && last ? Buffer.from(JSON.stringify(cursor(last))).toString('base64url') : undefined;
  return { items: rows.map(({ document }) => document), ...(nextCursor === undefined ? {} : { nextCursor }) };
}

function cursorOf(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const { live, at, id } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    if (typeof live === 'boolean' && !Number.isNaN(Date.parse(at)) && typeof id === 'string') return { live, at, id };
  } catch {
    // Not one that we gave.
  }
  throw new DomainError('request/invalid', { message: 'cursor: not one that we gave' });
}
