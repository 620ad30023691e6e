/** Which alerts are open, and what of them is still to be told: the only place with SQL of alerts but the queue of deliveries. */
import { DomainError } from '../errors/domain-error.js';
import type { Database, SqlSession } from '../database/database.js';
import { ALERT_SEVERITIES, type Alert, type AlertDelivery, type AlertSeverity, type StoredAlert, type Transition } from './alert.js';

/** A bound on what one scope may have open: beyond it something is wrong with the mesh as a whole, and one alert says so better. */
export const OPEN_MAX = 20_000;
const ROWS_AT_ONCE = 1000;
const KEPT_DAYS = 90;
/** The event on NATS is a channel like the webhooks; theirs are never empty. */
export const EVENT_CHANNEL = '';

/** Who is told, from which severity on. */
export interface AlertChannel {
  readonly name: string;
  readonly minSeverity: AlertSeverity;
}
export interface SyncOutcome {
  readonly raised: StoredAlert[];
  readonly withdrawn: StoredAlert[];
}
export interface AlertQuery {
  readonly state: 'open' | 'withdrawn' | 'all';
  readonly labels?: Readonly<Record<string, string>>;
  /** A label that has one of these values. */
  readonly oneOf?: { readonly label: string; readonly values: readonly string[] };
  readonly limit: number;
  /** `raisedAt` and `id` of the last alert of the page before. */
  readonly after?: { readonly raisedAt: string; readonly id: string };
}

interface Row {
  id: string;
  scope: string;
  key: string;
  rule: string;
  severity: AlertSeverity;
  title: string;
  detail: string;
  labels: Record<string, string>;
  path: string | null;
  data: unknown;
  raised_at: Date;
  withdrawn_at: Date | null;
  withdrawn_because: string | null;
}

export class AlertBook {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    readonly schema: string,
    private readonly channels: readonly AlertChannel[],
  ) {}

  /** Called when something was written that is to be told; the dispatcher listens. */
  onNews(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Makes the open alerts of `scope` those of `wanted`: raises what is new, withdraws what is over (`becauseOf` says why),
   * brings texts up to date. With `session` it is part of that transaction, and told after `announce`.
   * Rejects with `database/unavailable`, with nothing changed.
   */
  async sync(
    scope: string,
    wanted: readonly Alert[],
    options: { now: Date; becauseOf?: (alert: StoredAlert) => string; session?: SqlSession },
  ): Promise<SyncOutcome> {
    if (wanted.length > OPEN_MAX)
      throw new DomainError('request/too-large', { message: `${wanted.length} alerts in ${scope} are too many` });
    return this.within(options.session, async (session) => {
      await session.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`${this.schema} alerts ${scope}`]);
      const open = await this.openOf(session, scope);
      const byKey = new Map(wanted.map((alert) => [alert.key, alert]));
      const over = open.filter(({ key }) => !byKey.has(key));
      const known = new Map(open.map((alert) => [alert.key, alert]));
      const raised = await this.insert(session, scope, {
        alerts: [...byKey.values()].filter(({ key }) => !known.has(key)),
        now: options.now,
      });
      for (const alert of byKey.values()) {
        const before = known.get(alert.key);
        if (before && (before.title !== alert.title || before.detail !== alert.detail)) await this.rewrite(session, before.id, alert);
      }
      const withdrawn = await this.close(session, over, { now: options.now, becauseOf: options.becauseOf ?? (() => 'it no longer holds') });
      return { raised, withdrawn };
    });
  }

  /** Undefined when it is open already. */
  async raise(scope: string, alert: Alert, options: { now: Date; session?: SqlSession }): Promise<StoredAlert | undefined> {
    return this.within(options.session, async (session) => (await this.insert(session, scope, { alerts: [alert], now: options.now }))[0]);
  }

  /**
   * Tells again of an open alert that is more severe than it was: everybody who was told, and who is told only from this severity on.
   * Undefined when none is open, or it was as severe already: so however often it is said, a severity is told once.
   */
  async worsen(alert: Alert, options: { session?: SqlSession }): Promise<StoredAlert | undefined> {
    return this.within(options.session, async (session) => {
      const milder = ALERT_SEVERITIES.slice(ALERT_SEVERITIES.indexOf(alert.severity) + 1);
      const { key, severity, title, detail, data } = alert;
      const rows = await session
        .query<Row>(
          `UPDATE ${this.schema}.alerts SET severity = $2, title = $3, detail = $4, data = $5::jsonb
           WHERE key = $1 AND withdrawn_at IS NULL AND severity = ANY($6::text[]) RETURNING *`,
          [key, severity, title, detail, data === undefined ? null : JSON.stringify(data), milder],
        )
        .then(updatedRows);
      const [worse] = rows.map(alertOf);
      if (worse) await this.enqueueAgain(session, worse);
      return worse;
    });
  }

  /** Undefined when no such alert is open. */
  async withdraw(key: string, because: string, options: { now: Date; session?: SqlSession }): Promise<StoredAlert | undefined> {
    return this.within(options.session, async (session) => {
      const rows = await session.query<Row>(`SELECT * FROM ${this.schema}.alerts WHERE key = $1 AND withdrawn_at IS NULL`, [key]);
      return (await this.close(session, rows.map(alertOf), { now: options.now, becauseOf: () => because }))[0];
    });
  }

  /** For callers that gave a session, after their commit; a second later it is told anyway. */
  announce(): void {
    for (const listener of this.listeners) listener();
  }

  /** Newest first. */
  async list({ state, labels = {}, oneOf, limit, after }: AlertQuery): Promise<{ total: number; alerts: StoredAlert[] }> {
    const of = { open: 'withdrawn_at IS NULL', withdrawn: 'withdrawn_at IS NOT NULL', all: 'true' }[state];
    const matching = `FROM ${this.schema}.alerts WHERE ${of} AND labels @> $1::jsonb AND ($2::text IS NULL OR labels->>$2 = ANY($3::text[]))`;
    const matched = [JSON.stringify(labels), oneOf?.label ?? null, oneOf?.values ?? null];
    const [count] = await this.database.query<{ total: string }>(`SELECT count(*) AS total ${matching}`, matched);
    const rows = await this.database.query<Row>(
      `SELECT * ${matching} AND ($4::timestamptz IS NULL OR (date_trunc('milliseconds', raised_at), id) < ($4, $5::uuid))
       ORDER BY date_trunc('milliseconds', raised_at) DESC, id DESC LIMIT $6`,
      [...matched, after?.raisedAt ?? null, after?.id ?? null, limit],
    );
    return { total: Number(count?.total ?? 0), alerts: rows.map(alertOf) };
  }

  /** What became of them at the webhooks. */
  async deliveries(alertIds: readonly string[]): Promise<AlertDelivery[]> {
    interface DeliveryRow {
      alert_id: string;
      channel: string;
      transition: Transition;
      state: AlertDelivery['state'];
      attempts: number;
      last_error: string | null;
      at: Date;
    }
    const rows = await this.database.query<DeliveryRow>(
      `SELECT alert_id, channel, transition, state, attempts, last_error, coalesce(settled_at, created_at) AS at
       FROM ${this.schema}.alert_deliveries WHERE alert_id = ANY($1::uuid[]) AND channel <> $2 ORDER BY seq`,
      [alertIds, EVENT_CHANNEL],
    );
    return rows.map(({ alert_id: alertId, channel: webhook, transition, state, attempts, last_error: lastError, at }) => ({
      alertId,
      webhook,
      transition,
      state,
      attempts,
      at,
      ...(lastError === null ? {} : { lastError }),
    }));
  }

  async openCount(): Promise<number> {
    const [row] = await this.database.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM ${this.schema}.alerts WHERE withdrawn_at IS NULL`,
    );
    return row?.open ?? 0;
  }

  /** Forgets what was withdrawn KEPT_DAYS ago. */
  async prune(now: Date): Promise<void> {
    const before = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
    await this.database.query(`DELETE FROM ${this.schema}.alerts WHERE withdrawn_at < $1`, [before]);
  }

  private async within<T>(given: SqlSession | undefined, run: (session: SqlSession) => Promise<T>): Promise<T> {
    if (given) return run(given);
    const outcome = await this.database.transaction(run);
    this.announce();
    return outcome;
  }

  private async openOf(session: SqlSession, scope: string): Promise<StoredAlert[]> {
    const rows = await session.query<Row>(`SELECT * FROM ${this.schema}.alerts WHERE scope = $1 AND withdrawn_at IS NULL`, [scope]);
    return rows.map(alertOf);
  }

  private async insert(session: SqlSession, scope: string, { alerts, now }: { alerts: Alert[]; now: Date }): Promise<StoredAlert[]> {
    const raised: StoredAlert[] = [];
    for (let start = 0; start < alerts.length; start += ROWS_AT_ONCE) {
      const rows = await session.query<Row>(
        `INSERT INTO ${this.schema}.alerts (scope, key, rule, severity, title, detail, labels, path, data, raised_at)
         SELECT $1, key, rule, severity, title, detail, labels, path, data, $3
         FROM jsonb_to_recordset($2::jsonb) AS new (key text, rule text, severity text, title text, detail text, labels jsonb, path text, data jsonb)
         ON CONFLICT (key) WHERE withdrawn_at IS NULL DO NOTHING RETURNING *`,
        [scope, JSON.stringify(alerts.slice(start, start + ROWS_AT_ONCE)), now],
      );
      raised.push(...rows.map(alertOf));
    }
    await this.enqueue(
      session,
      raised.flatMap((alert) => this.channelsFor(alert).map((channel) => ({ alert_id: alert.id, channel, transition: 'raised' }))),
    );
    return raised;
  }

  private async close(
    session: SqlSession,
    alerts: readonly StoredAlert[],
    { now, becauseOf }: { now: Date; becauseOf: (alert: StoredAlert) => string },
  ): Promise<StoredAlert[]> {
    if (alerts.length === 0) return [];
    const rows = await session
      .query<Row>(
        `UPDATE ${this.schema}.alerts AS a SET withdrawn_at = greatest($2, a.raised_at), withdrawn_because = b.because
       FROM jsonb_to_recordset($1::jsonb) AS b (id uuid, because text) WHERE a.id = b.id AND a.withdrawn_at IS NULL RETURNING a.*`,
        [JSON.stringify(alerts.map((alert) => ({ id: alert.id, because: becauseOf(alert) }))), now],
      )
      .then(updatedRows);
    // Whoever was told that it began is told that it is over, whatever the settings say now.
    await session.query(
      `INSERT INTO ${this.schema}.alert_deliveries (alert_id, channel, transition)
       SELECT alert_id, channel, 'withdrawn' FROM ${this.schema}.alert_deliveries
       WHERE alert_id = ANY($1::uuid[]) AND transition <> 'withdrawn' ORDER BY seq ON CONFLICT DO NOTHING`,
      [rows.map(({ id }) => id)],
    );
    return rows.map(alertOf);
  }

  private async rewrite(session: SqlSession, id: string, { title, detail, data }: Alert): Promise<void> {
    const facts = data === undefined ? null : JSON.stringify(data);
    await session.query(`UPDATE ${this.schema}.alerts SET title = $2, detail = $3, data = $4::jsonb WHERE id = $1`, [
      id,
      title,
      detail,
      facts,
    ]);
  }

  private async enqueue(
    session: SqlSession,
    deliveries: readonly { alert_id: string; channel: string; transition: string }[],
  ): Promise<void> {
    for (let start = 0; start < deliveries.length; start += ROWS_AT_ONCE)
      await session.query(
        `INSERT INTO ${this.schema}.alert_deliveries (alert_id, channel, transition)
         SELECT alert_id, channel, transition FROM jsonb_to_recordset($1::jsonb) AS new (alert_id uuid, channel text, transition text)
         ON CONFLICT DO NOTHING`,
        [JSON.stringify(deliveries.slice(start, start + ROWS_AT_ONCE))],
      );
  }

  /** One that waits is told as it is by then; one that was told before, of a milder severity, goes again. */
  private async enqueueAgain(session: SqlSession, alert: StoredAlert): Promise<void> {
    await session.query(
      `INSERT INTO ${this.schema}.alert_deliveries AS d (alert_id, channel, transition) SELECT $1, channel, 'worsened' FROM unnest($2::text[]) AS channel
       ON CONFLICT (alert_id, channel, transition) DO UPDATE SET state = 'waiting', attempts = 0, next_at = now(), settled_at = NULL, last_error = NULL
       WHERE d.state <> 'waiting'`,
      [alert.id, this.channelsFor(alert)],
    );
  }

  private channelsFor({ severity }: Alert): string[] {
    const rank = (of: AlertSeverity) => ALERT_SEVERITIES.indexOf(of);
    return [EVENT_CHANNEL, ...this.channels.filter(({ minSeverity }) => rank(severity) <= rank(minSeverity)).map(({ name }) => name)];
  }
}

/** The driver answers an UPDATE with `[rows, count]`. */
function updatedRows(answer: Row[]): Row[] {
  const [first] = answer as unknown as [unknown, ...unknown[]];
  return Array.isArray(first) ? (first as Row[]) : answer;
}

export function alertOf(row: Row): StoredAlert {
  const { raised_at: raisedAt, withdrawn_at: withdrawnAt, withdrawn_because: because, path, ...rest } = row;
  const { id, scope, key, rule, severity, title, detail, labels, data } = rest;
  return {
    id,
    scope,
    key,
    rule,
    severity,
    title,
    detail,
    labels,
    raisedAt,
    ...(data === null ? {} : { data }),
    ...(path === null ? {} : { path }),
    ...(withdrawnAt === null ? {} : { withdrawnAt }),
    ...(because === null ? {} : { withdrawnBecause: because }),
  };
}
