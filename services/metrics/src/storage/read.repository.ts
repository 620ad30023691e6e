/** Windows read back: the edges of a span, page by page. */
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import type { EdgeSample } from '@observatory/contracts';
import { edgeOfRow, type EdgeWindowRow, type Outcome, type RowContext } from './edge-rows.js';
import { windowsTable, type Resolution } from './tables.js';

/** Windows that end in (from, to], of these sources. */
export interface Span {
  from: Date;
  to: Date;
  resolution: Resolution;
  sourceKeys: readonly number[];
}

export interface WindowEdges {
  sourceKey: number;
  at: Date;
  edges: EdgeSample[];
}

const EDGE_SELECT = `SELECT w.*, e.edge_id, e.identity, s.principal AS source_principal, d.principal AS destination_principal
  FROM %TABLE% w JOIN metrics.edges e USING (key)
  LEFT JOIN metrics.principals s ON s.key = w.source_principal LEFT JOIN metrics.principals d ON d.key = w.destination_principal
  WHERE w.at > $1 AND w.at <= $2 AND w.source_key = ANY($3)`;

@Injectable()
export class ReadRepository {
  private outcomes = new Map<number, Outcome>();
  private bounds = new Map<number, number[]>();

  constructor(private readonly database: Database) {}

  /** Known edges in the order of their keys, a page of them: those that may have traffic in the span. */
  async edgeKeys(page: { cluster: string | undefined; seenSince: Date; after: number; limit: number }): Promise<number[]> {
    const rows = await this.database.query<{ key: number }>(
      `SELECT key FROM metrics.edges WHERE key > $1 AND last_seen >= $2 AND ($3::text IS NULL OR source_cluster = $3 OR target_cluster = $3) ORDER BY key LIMIT $4`,
      [page.after, page.seenSince, page.cluster ?? null, page.limit],
    );
    return rows.map(({ key }) => key);
  }

  /** Rows of these edges in the span. */
  async edgesOf(keys: readonly number[], span: Span): Promise<WindowEdges[]> {
    return this.readEdges(`${this.select(span)} AND w.key = ANY($4)`, [span.from, span.to, span.sourceKeys, keys]);
  }

  /** One stored window, its edges in the order of their ids: what is published again. */
  async windowAt(sourceKey: number, at: Date): Promise<EdgeSample[]> {
    const span: Span = { from: new Date(at.getTime() - 1), to: at, resolution: 'raw', sourceKeys: [sourceKey] };
    const [window] = await this.readEdges(this.select(span), [span.from, span.to, span.sourceKeys]);
    return (window?.edges ?? []).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private select(span: Span): string {
    return EDGE_SELECT.replace('%TABLE%', windowsTable('edge', span.resolution).name);
  }

  private async readEdges(sql: string, parameters: readonly unknown[]): Promise<WindowEdges[]> {
    const rows = await this.database.query<EdgeWindowRow>(sql, parameters);
    const context = await this.contextOf(rows);
    const windows = new Map<string, WindowEdges>();
    for (const row of rows) {
      const id = `${row.source_key} ${row.at.getTime()}`;
      let window = windows.get(id);
      if (!window) windows.set(id, (window = { sourceKey: row.source_key, at: row.at, edges: [] }));
      window.edges.push(edgeOfRow(row, context));
    }
    return [...windows.values()];
  }

  /** Outcomes and bounds are few and never change: read again only when an unknown key turns up. */
  private async contextOf(rows: readonly EdgeWindowRow[]): Promise<RowContext> {
    if (rows.some((row) => row.outcome_keys.some((key) => !this.outcomes.has(key)))) {
      const outcomes = await this.database.query<{
        key: number;
        code: string;
        grpc_status: string;
        flags: string;
        outcome: Outcome['outcome'];
      }>('SELECT key, code, grpc_status, flags, outcome FROM metrics.outcomes');
      this.outcomes = new Map(
        outcomes.map(({ key, code, grpc_status, flags, outcome }) => [
          key,
          { code, ...(grpc_status === '' ? {} : { grpcStatus: grpc_status }), flags, outcome },
        ]),
      );
    }
    await this.loadBounds(rows);
    return { outcomes: this.outcomes, bounds: this.bounds };
  }

  /** Upper bounds by key; loads those that are not known yet. */
  async loadBounds(rows: readonly { bounds_key: number | null }[]): Promise<ReadonlyMap<number, number[]>> {
    if (rows.some((row) => row.bounds_key !== null && !this.bounds.has(row.bounds_key))) {
      const bounds = await this.database.query<{ key: number; upper_bounds_ms: number[] }>(
        'SELECT key, upper_bounds_ms FROM metrics.latency_bounds',
      );
      this.bounds = new Map(bounds.map(({ key, upper_bounds_ms }) => [key, upper_bounds_ms]));
    }
    return this.bounds;
  }
}
