/**
 * Makes room ahead and lets go of what is older than its retention: day by day partitions where PostgreSQL partitions,
 * chunks where TimescaleDB does. Dropping a partition costs nothing; deleting 57 million rows a day would.
 */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Database, type SqlSession } from '@observatory/platform';
import { RAW_RETENTION_DAYS, ROLLUP_RETENTION_DAYS, WINDOWS_TABLES, type WindowsTable } from './tables.js';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
const AHEAD_DAYS = 2;

@Injectable()
export class PartitionKeeper implements OnApplicationShutdown {
  private readonly logger = new Logger(PartitionKeeper.name);
  private readonly timer: NodeJS.Timeout;
  /** Settles once there is room for windows, or there was none to be made. */
  ready: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {
    database.onUp(() => this.begin());
    this.timer = setInterval(() => this.begin(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private begin(): void {
    if (!this.database.isUp) return;
    this.ready = this.keep(new Date()).catch((thrown: Error) => this.logger.warn(`partitions: ${thrown.message}`));
  }

  /** `now` decides what is old. Replicas wait for each other. */
  async keep(now: Date): Promise<void> {
    await this.database.transaction(async (session) => {
      await session.query(`SELECT pg_advisory_xact_lock(hashtext('observatory partitions metrics'))`);
      const [parent] = await session.query<{ plain: boolean }>(
        `SELECT relkind = 'r' AS plain FROM pg_class WHERE oid = 'metrics.edge_windows'::regclass`,
      );
      for (const table of WINDOWS_TABLES) {
        if (parent?.plain)
          await session.query(`SELECT drop_chunks('${table.name}', $1::timestamptz)`, [daysBefore(now, table.retentionDays)]);
        else await keepPartitions(session, table, now);
      }
    });
    await this.forget(now);
  }

  private async forget(now: Date): Promise<void> {
    await this.database.query('DELETE FROM metrics.windows WHERE at < $1', [daysBefore(now, RAW_RETENTION_DAYS)]);
    for (const old of ['rollups WHERE at', 'edges WHERE last_seen', 'nodes WHERE last_seen']) {
      await this.database.query(`DELETE FROM metrics.${old} < $1`, [daysBefore(now, ROLLUP_RETENTION_DAYS)]);
    }
  }
}

async function keepPartitions(session: SqlSession, table: WindowsTable, now: Date): Promise<void> {
  const wanted = partitionsOf(table, now);
  const existing = await session.query<{ name: string }>(
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass',
    [table.name],
  );
  const names = new Set(existing.map(({ name }) => name));
  for (const { name, from, to } of wanted) {
    if (names.has(name)) continue;
    await session.query(
      `CREATE TABLE ${name} PARTITION OF ${table.name} FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
    );
  }
  const oldest = wanted[0]!.name;
  for (const name of names) if (name < oldest) await session.query(`DROP TABLE ${name}`);
}

const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);

/** Oldest first; aligned to the epoch, so that every replica and every start means the same ones. */
export function partitionsOf({ name, retentionDays, partitionDays }: WindowsTable, now: Date): { name: string; from: Date; to: Date }[] {
  const lengthMs = partitionDays * DAY_MS;
  const first = Math.floor((now.getTime() - retentionDays * DAY_MS) / lengthMs);
  const last = Math.floor((now.getTime() + AHEAD_DAYS * DAY_MS) / lengthMs);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const from = new Date((first + index) * lengthMs);
    return { name: `${name}_p${from.toISOString().slice(0, 10).replaceAll('-', '')}`, from, to: new Date(from.getTime() + lengthMs) };
  });
}
