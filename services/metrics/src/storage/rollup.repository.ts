/**
 * Rollups: 5 minutes from raw windows, hours from 5 minutes. Rates are averaged over the windows that were read (an edge that
 * is not in one had no traffic then), histograms over the windows that have one. Kept by us on every edition of PostgreSQL:
 * TimescaleDB's continuous aggregates cannot hold a rollup that was read from Prometheus without its raw windows.
 * Invariant: building a rollup again from the same windows gives the same rows.
 */
import { Injectable } from '@nestjs/common';
import { Database, type SqlSession } from '@observatory/platform';
import { ROLLUP_SEC, type Resolution } from '../domain/resolution.js';
import { RATE_COLUMNS, WHOLE_WINDOWS, windowsTable, type Subject } from './tables.js';

/** Known windows of a bucket and what each weighs. $1 source, $2 start, $3 end. */
const WEIGHTS: Record<'5m' | '1h', string> = {
  '5m': `SELECT at, 1 AS weight FROM ${WHOLE_WINDOWS} AND source_key = $1 AND at > $2 AND at <= $3`,
  '1h': `SELECT at, windows_present AS weight FROM metrics.rollups WHERE source_key = $1 AND resolution = '5m' AND at > $2 AND at <= $3 AND windows_present > 0`,
};

/** Per bucket, how many windows there are now. $1 source, $2 from, $3 to, $4 seconds of a bucket. */
const PRESENT: Record<'5m' | '1h', string> = {
  '5m': `SELECT bucket, count(*)::int AS present FROM (SELECT %BUCKET% AS bucket FROM ${WHOLE_WINDOWS}
    AND source_key = $1 AND at > $2 AND at <= $3) w GROUP BY bucket`,
  '1h': `SELECT bucket, sum(windows_present)::int AS present FROM (SELECT %BUCKET% AS bucket, windows_present FROM metrics.rollups
    WHERE source_key = $1 AND resolution = '5m' AND at > $2 AND at <= $3 AND windows_present > 0) w GROUP BY bucket`,
};
/** The end of the bucket that a window ends in; a window at the bucket's end belongs to it. */
const BUCKET = `to_timestamp(ceil(extract(epoch FROM at) / $4) * $4)`;

@Injectable()
export class RollupRepository {
  constructor(private readonly database: Database) {}

  /** Ends of closed buckets that have more windows than their rollup was made of, newest first. */
  async due(sourceKey: number, resolution: '5m' | '1h', span: { from: Date; to: Date; limit: number }): Promise<Date[]> {
    const rows = await this.database.query<{ bucket: Date }>(
      `SELECT p.bucket FROM (${PRESENT[resolution].replace('%BUCKET%', BUCKET)}) p
       LEFT JOIN metrics.rollups r ON r.source_key = $1 AND r.resolution = '${resolution}' AND r.at = p.bucket
       WHERE p.bucket <= $3 AND p.present > coalesce(r.windows_present, 0) ORDER BY p.bucket DESC LIMIT $5`,
      [sourceKey, span.from, span.to, ROLLUP_SEC[resolution], span.limit],
    );
    return rows.map(({ bucket }) => bucket);
  }

  /** Makes the rollup that ends at `at`, or makes it anew. */
  async build(sourceKey: number, resolution: '5m' | '1h', at: Date): Promise<void> {
    const from = new Date(at.getTime() - ROLLUP_SEC[resolution] * 1000);
    await this.database.transaction(async (session) => {
      const [total] = await session.query<{ weight: number | null }>(`SELECT sum(weight)::int AS weight FROM (${WEIGHTS[resolution]}) w`, [
        sourceKey,
        from,
        at,
      ]);
      const before = await session.query(`SELECT 1 FROM metrics.rollups WHERE source_key = $1 AND resolution = $2 AND at = $3`, [
        sourceKey,
        resolution,
        at,
      ]);
      await session.query(
        `INSERT INTO metrics.rollups (source_key, resolution, at, windows_present) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source_key, resolution, at) DO UPDATE SET windows_present = EXCLUDED.windows_present`,
        [sourceKey, resolution, at, total?.weight ?? 0],
      );
      for (const subject of ['edge', 'node'] as const)
        await rollUp(session, { subject, resolution, sourceKey, from, at, replace: before.length > 0 });
    });
  }
}

interface RollupJob {
  subject: Subject;
  resolution: '5m' | '1h';
  sourceKey: number;
  from: Date;
  at: Date;
  replace: boolean;
}

async function rollUp(session: SqlSession, { subject, resolution, sourceKey, from, at, replace }: RollupJob): Promise<void> {
  const finer: Resolution = resolution === '5m' ? 'raw' : '5m';
  const target = windowsTable(subject, resolution).name;
  if (replace) await session.query(`DELETE FROM ${target} WHERE source_key = $1 AND at = $2`, [sourceKey, at]);
  await session.query(rollupStatement(subject, windowsTable(subject, finer).name, target, WEIGHTS[resolution]), [sourceKey, from, at]);
}

const EDGE_ONLY = ['outcome_keys', 'outcome_rates', 'source_principal', 'destination_principal', 'reporters'];

function rollupStatement(subject: Subject, source: string, target: string, weights: string): string {
  const edge = subject === 'edge';
  const newest = (column: string) => `(array_agg(${column} ORDER BY at DESC) FILTER (WHERE ${column} IS NOT NULL))[1] AS ${column}`;
  const means = RATE_COLUMNS.map((column) => `sum(${column} * weight) / (SELECT sum(weight) FROM weights) AS ${column}`);
  const extras = edge ? [newest('source_principal'), newest('destination_principal'), 'bit_or(reporters) AS reporters'] : [];
  const columns = ['key', ...RATE_COLUMNS, 'bounds_key', 'buckets', ...(edge ? EDGE_ONLY : [])];
  return `WITH weights AS MATERIALIZED (${weights}),
    given AS MATERIALIZED (SELECT w.*, weight FROM ${source} w JOIN weights USING (at) WHERE w.source_key = $1 AND w.at > $2 AND w.at <= $3),
    means AS (SELECT key, ${[...means, newest('bounds_key'), ...extras].join(', ')} FROM given GROUP BY key),
    histograms AS (
      SELECT key, bounds_key, array_agg(rate ORDER BY place) AS buckets FROM (
        SELECT key, bounds_key, place, sum(b * weight) / max(total) AS rate FROM (
          SELECT key, bounds_key, buckets, weight, sum(weight) OVER (PARTITION BY key, bounds_key) AS total FROM given WHERE bounds_key IS NOT NULL
        ) g, unnest(buckets) WITH ORDINALITY AS u(b, place) GROUP BY key, bounds_key, place
      ) p GROUP BY key, bounds_key
    )${
      edge
        ? `,
    outcomes AS (
      SELECT key, array_agg(outcome) AS outcome_keys, array_agg(rate) AS outcome_rates FROM (
        SELECT key, outcome, sum(o * weight) / (SELECT sum(weight) FROM weights) AS rate
        FROM given, unnest(outcome_keys, outcome_rates) AS u(outcome, o) GROUP BY key, outcome
      ) p GROUP BY key
    )`
        : ''
    }
    INSERT INTO ${target} (source_key, at, ${columns.join(', ')})
    SELECT $1, $3, ${columns.map((column) => (column === 'outcome_keys' || column === 'outcome_rates' ? `coalesce(${column}, '{}')` : column)).join(', ')}
    FROM means LEFT JOIN histograms USING (key, bounds_key) ${edge ? 'LEFT JOIN outcomes USING (key)' : ''}`;
}
