/** Rows of edges and nodes in a span, and which windows of it were read. */
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import type { PresentWindows, SeriesRow } from '../domain/series.js';
import { ReadRepository } from './read.repository.js';
import { windowsTable, type Resolution, type Subject } from './tables.js';

export interface StoredSpan {
  from: Date;
  to: Date;
  resolution: Resolution;
}

export interface StoredNode {
  key: number;
  direction: 'in' | 'out';
  kind: string;
  cluster: string;
  namespace: string;
}

interface Row extends Omit<SeriesRow, 'atMs' | 'upperBoundsMs' | 'buckets'> {
  key: number;
  at: Date;
  bounds_key: number | null;
  buckets: number[] | null;
}

/** A week of 5-minute rollups of 200 namespaces is 400,000 rows. */
const ROWS_MAX = 500_000;
const COLUMNS = `key, source_key AS "sourceKey", at, requests, errors, client_errors AS "clientErrors", latency_sum_ms AS "latencySumMs",
  latency_count AS "latencyCount", sent_bytes AS "sentBytes", received_bytes AS "receivedBytes", connections, mutual_tls AS "mutualTls", plaintext,
  bounds_key, buckets`;

@Injectable()
export class SeriesRepository {
  constructor(
    private readonly database: Database,
    private readonly read: ReadRepository,
  ) {}

  async edgeKeys(pairId: string): Promise<number[]> {
    const rows = await this.database.query<{ key: number }>('SELECT key FROM metrics.edges WHERE pair_id = $1', [pairId]);
    return rows.map(({ key }) => key);
  }

  nodeKeys(nodeId: string): Promise<StoredNode[]> {
    return this.database.query<StoredNode>('SELECT key, direction, kind, cluster, namespace FROM metrics.nodes WHERE node_id = $1', [
      nodeId,
    ]);
  }

  /** What reaches the mesh and each of its namespaces. */
  totals(cluster: string | undefined, seenSince: Date): Promise<StoredNode[]> {
    return this.database.query<StoredNode>(
      `SELECT key, direction, kind, cluster, namespace FROM metrics.nodes
       WHERE kind IN ('namespace', 'mesh') AND direction = 'in' AND ($1::text IS NULL OR cluster = $1) AND last_seen >= $2 ORDER BY cluster, namespace LIMIT 2000`,
      [cluster ?? null, seenSince],
    );
  }

  /** Rows by key. */
  async rows(subject: Subject, keys: readonly number[], span: StoredSpan): Promise<Map<number, SeriesRow[]>> {
    const table = windowsTable(subject, span.resolution).name;
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM ${table} WHERE key = ANY($1) AND at > $2 AND at <= $3 LIMIT ${ROWS_MAX}`,
      [keys, span.from, span.to],
    );
    const bounds = await this.read.loadBounds(rows);
    const byKey = new Map<number, SeriesRow[]>(keys.map((key) => [key, []]));
    for (const { key, at, bounds_key, buckets, ...row } of rows) {
      const upperBoundsMs = bounds_key === null ? undefined : bounds.get(bounds_key);
      byKey.get(key)?.push({ ...row, atMs: at.getTime(), upperBoundsMs, buckets: buckets ?? undefined });
    }
    return byKey;
  }

  async present({ from, to, resolution }: StoredSpan): Promise<PresentWindows> {
    const sql =
      resolution === 'raw'
        ? `SELECT source_key, at FROM metrics.windows WHERE at > $1 AND at <= $2 AND state <> 'failed'`
        : `SELECT source_key, at FROM metrics.rollups WHERE at > $1 AND at <= $2 AND resolution = '${resolution}' AND windows_present > 0`;
    const rows = await this.database.query<{ source_key: number; at: Date }>(sql, [from, to]);
    const bySource = new Map<number, number[]>();
    for (const { source_key, at } of rows) {
      const ends = bySource.get(source_key);
      if (ends) ends.push(at.getTime());
      else bySource.set(source_key, [at.getTime()]);
    }
    return bySource;
  }
}
