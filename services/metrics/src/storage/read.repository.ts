/** Windows read back: the edges of a span, page by page. */
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import type { EdgeSample } from '@observatory/contracts';
import { EDGE_COLUMNS_READ, edgeOfRow, numbersOf, type EdgeWindowRow, type RowContext } from './edge-rows.js';
import { Lookups } from './lookups.js';
import { type Resolution } from '../domain/resolution.js';
import { windowsTable } from './tables.js';

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

@Injectable()
export class ReadRepository {
  constructor(
    private readonly database: Database,
    private readonly lookups: Lookups,
  ) {}

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
    const table = windowsTable('edge', span.resolution).name;
    return `SELECT ${EDGE_COLUMNS_READ} FROM ${table} w WHERE w.at > $1 AND w.at <= $2 AND w.source_key = ANY($3)`;
  }

  private async readEdges(sql: string, parameters: readonly unknown[]): Promise<WindowEdges[]> {
    const rows = await this.database.query<EdgeWindowRow>(sql, parameters);
    const context = await this.contextOf(rows);
    const windows = new Map<string, WindowEdges>();
    for (const row of rows) {
      const edge = edgeOfRow(row, context);
      if (!edge) continue;
      const id = `${row.source_key} ${row.at.getTime()}`;
      let window = windows.get(id);
      if (!window) windows.set(id, (window = { sourceKey: row.source_key, at: row.at, edges: [] }));
      window.edges.push(edge);
    }
    return [...windows.values()];
  }

  private async contextOf(rows: readonly EdgeWindowRow[]): Promise<RowContext> {
    const outcomeKeys = new Set<number>();
    for (const texts of new Set(rows.map(({ outcome_keys }) => outcome_keys))) for (const key of numbersOf(texts)) outcomeKeys.add(key);
    const [edges, outcomes, bounds, principals] = await Promise.all([
      this.lookups.edges([...new Set(rows.map(({ key }) => key))]),
      this.lookups.outcomes(outcomeKeys),
      this.lookups.bounds(rows.map(({ bounds_key }) => bounds_key)),
      this.lookups.principals(rows.flatMap(({ source_principal, destination_principal }) => [source_principal, destination_principal])),
    ]);
    return { edges, outcomes, bounds, principals };
  }
}
