/**
 * What waits to be told, a queue for each channel, in the order in which it happened. A batch is taken, told and settled in one
 * transaction that holds the channel: a process that dies leaves it as it was, two replicas never tell at once.
 */
import type { Database, SqlSession } from '../database/database.js';
import { jittered } from '../timing/backoff.js';
import { alertOf, EVENT_CHANNEL } from './alert-book.js';
import type { AlertNews, Transition } from './alert.js';

export const BATCH_MAX = 100;
/** A webhook that does not take an alert for so long is told no more of it. */
const GIVE_UP_HOURS = 24;
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 10 * 60_000;
const EVENT_RETRY_MAX_MS = 15_000;

export type TellOutcome = { ok: true } | { ok: false; retry: 'later' | 'smaller'; error: string };

/** `empty`: nothing is due; `busy`: another replica has the channel. */
export type BatchOutcome = 'empty' | 'busy' | 'told' | 'failed';

type QueueRow = Parameters<typeof alertOf>[0] & { seq: string; attempts: number; transition: Transition; alone: boolean };

export class DeliveryQueue {
  constructor(
    private readonly database: Database,
    private readonly schema: string,
  ) {}

  /** Tells the oldest that wait of `channel`, at most BATCH_MAX, when the first of them is due. */
  async next(channel: string, tell: (news: AlertNews[]) => Promise<TellOutcome>): Promise<BatchOutcome> {
    return this.database.transaction(async (session) => {
      const [lock] = await session.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock(hashtext($1)) AS held', [
        `${this.schema} alert channel ${channel}`,
      ]);
      if (!lock?.held) return 'busy';
      const batch = await this.take(session, channel);
      if (batch.length === 0) return 'empty';
      const outcome = await tell(batch.map(newsOf));
      const seqs = batch.map(({ seq }) => seq);
      if (outcome.ok) await this.settle(session, seqs, { state: 'delivered' });
      else if (outcome.retry === 'smaller' && batch.length === 1)
        await this.settle(session, seqs, { state: 'given-up', error: outcome.error });
      else await this.postpone(session, batch, { channel, alone: outcome.retry === 'smaller', error: outcome.error });
      return outcome.ok ? 'told' : 'failed';
    });
  }

  /** Whose turn it is to say again what is open: true once in `everyMs` for all replicas. */
  async claimRepeat(channel: string, everyMs: number): Promise<boolean> {
    const rows = await this.database.query<{ channel: string }>(
      `INSERT INTO ${this.schema}.alert_channels AS c (channel, repeated_at) VALUES ($1, now())
       ON CONFLICT (channel) DO UPDATE SET repeated_at = now() WHERE c.repeated_at < now() - $2 * interval '1 millisecond' RETURNING channel`,
      [channel, everyMs],
    );
    return rows.length > 0;
  }

  /** Open alerts that the channel was told of. */
  async openOf(channel: string, limit: number): Promise<AlertNews[]> {
    const rows = await this.database.query<QueueRow>(
      `SELECT DISTINCT ON (a.id) a.*, d.seq, d.attempts, d.transition, d.alone
       FROM ${this.schema}.alert_deliveries d JOIN ${this.schema}.alerts a ON a.id = d.alert_id
       WHERE d.channel = $1 AND d.transition <> 'withdrawn' AND d.state = 'delivered' AND a.withdrawn_at IS NULL ORDER BY a.id, d.seq DESC LIMIT $2`,
      [channel, limit],
    );
    return rows.map(newsOf);
  }

  /** What waits for a webhook that nobody configures any more. */
  async giveUpOld(): Promise<void> {
    await this.database.query(
      `UPDATE ${this.schema}.alert_deliveries SET state = 'given-up', settled_at = now(), last_error = coalesce(last_error, 'no such webhook')
       WHERE state = 'waiting' AND channel <> $1 AND created_at < now() - interval '${GIVE_UP_HOURS} hours'`,
      [EVENT_CHANNEL],
    );
  }

  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM ${this.schema}.alert_deliveries WHERE state = 'waiting'`,
    );
    return row?.waiting ?? 0;
  }

  private async take(session: SqlSession, channel: string): Promise<QueueRow[]> {
    const rows = await session.query<QueueRow & { due: boolean }>(
      `SELECT a.*, d.seq, d.attempts, d.transition, d.alone, d.next_at <= now() AS due
       FROM ${this.schema}.alert_deliveries d JOIN ${this.schema}.alerts a ON a.id = d.alert_id
       WHERE d.channel = $1 AND d.state = 'waiting' ORDER BY d.seq LIMIT $2`,
      [channel, BATCH_MAX],
    );
    // The first holds up the rest: what is over must not be told before what began.
    if (!rows[0]?.due) return [];
    const first = rows.findIndex(({ alone }) => alone);
    return first === 0 ? rows.slice(0, 1) : rows.slice(0, first === -1 ? rows.length : first);
  }

  private async settle(session: SqlSession, seqs: string[], { state, error }: { state: string; error?: string }): Promise<void> {
    await session.query(
      `UPDATE ${this.schema}.alert_deliveries SET state = $2, attempts = attempts + 1, last_error = $3, settled_at = now() WHERE seq = ANY($1::bigint[])`,
      [seqs, state, error ?? null],
    );
  }

  private async postpone(
    session: SqlSession,
    batch: readonly QueueRow[],
    { channel, alone, error }: { channel: string; alone: boolean; error: string },
  ): Promise<void> {
    const attempts = Math.min(20, batch[0]?.attempts ?? 0);
    const most = channel === EVENT_CHANNEL ? EVENT_RETRY_MAX_MS : RETRY_MAX_MS;
    // Half of it is chance, so that receivers that come back are not met by everybody at once.
    const waitMs = alone ? 0 : jittered(Math.min(most, RETRY_MIN_MS * 2 ** attempts));
    await session.query(
      `UPDATE ${this.schema}.alert_deliveries SET attempts = attempts + 1, last_error = $2, alone = alone OR $3,
         next_at = now() + $4 * interval '1 millisecond',
         state = CASE WHEN channel <> '${EVENT_CHANNEL}' AND created_at < now() - interval '${GIVE_UP_HOURS} hours' THEN 'given-up' ELSE state END,
         settled_at = CASE WHEN channel <> '${EVENT_CHANNEL}' AND created_at < now() - interval '${GIVE_UP_HOURS} hours' THEN now() END
       WHERE seq = ANY($1::bigint[])`,
      [batch.map(({ seq }) => seq), error.slice(0, 500), alone, waitMs],
    );
  }
}

function newsOf(row: QueueRow): AlertNews {
  const alert = alertOf(row);
  // Told as it was: what began may be over by now, and that is the next news.
  const { withdrawnAt: _at, withdrawnBecause: _because, ...asRaised } = alert;
  const { transition } = row;
  // A severity is news of its own; the rest happens once to an alert.
  const id = transition === 'worsened' ? `${row.id}-${transition}-${alert.severity}` : `${row.id}-${transition}`;
  return { id, transition, alert: transition === 'withdrawn' ? alert : asRaised };
}
