/**
 * Windows as they are stored: the record of which were read, and their edges and nodes. The only writer of raw windows.
 * Invariants: a window and its rows are written in one transaction; a second writer of a settled window changes nothing;
 * only windows of which something is known have rows.
 */
import { Injectable } from '@nestjs/common';
import type { EdgeSample, WindowClosed } from '@observatory/contracts';
import { Database, type SqlSession } from '@observatory/platform';
import type { NodeTotals } from '../domain/node-totals.js';
import { boundsEntry, Dictionaries, edgeEntry, nodeEntry, outcomeEntry, outcomeId, principalEntry } from './dictionaries.js';
import { reporterBits, trafficArrays, TRAFFIC_COLUMNS, TRAFFIC_TYPES, type TrafficRow } from './edge-rows.js';
import { PartitionKeeper } from './partition-keeper.js';
import { lists, numbers } from './pg-array.js';
import { type Resolution } from '../domain/resolution.js';
import { windowsTable } from './tables.js';

/**
 * `read` and `backfilled` windows are known; `partial`: rates reached into a time without samples and were too low, so that series and
 * rollups have a gap there, while shares and who called whom are right; `empty`: Prometheus had no sample then; `failed`: it was not
 * read, and will be.
 */
export type WindowState = 'read' | 'backfilled' | 'empty' | 'partial' | 'failed';
const WITH_ROWS: readonly WindowState[] = ['read', 'backfilled', 'partial'];
/** Of a window that Prometheus answered. */
export const stateOf = (coverage: WindowClosed['coverage'], known: 'read' | 'backfilled'): WindowState =>
  coverage === 'none' ? 'empty' : (coverage ?? known);
export const coverageOfState = (state: WindowState): WindowClosed['coverage'] =>
  state === 'empty' ? 'none' : state === 'partial' ? 'partial' : undefined;

interface WindowRows {
  sourceKey: number;
  at: Date;
  edges: EdgeSample[];
  nodes: NodeTotals[];
}
export interface StoredWindow extends WindowRows {
  windowSec: number;
  state: WindowState;
  /** False: samples of it may yet come, or its rates be taken over a longer span; it is read once more. */
  settled: boolean;
}

/** Edges of one statement: bounds the texts that are in memory at once to some 2 MB. */
const BATCH = 4000;
const EDGE_COLUMNS = ['outcome_keys', 'outcome_rates', 'source_principal', 'destination_principal', 'reporters'];
const EDGE_TYPES = ['text:int[]', 'text:real[]', 'int', 'int', 'smallint'];

@Injectable()
export class WindowRepository {
  private readonly dictionaries = new Dictionaries();

  constructor(
    private readonly database: Database,
    private readonly partitions: PartitionKeeper,
  ) {}

  /** False when the window was stored before. One that had failed or was not settled is written over, and not told of again. */
  async store(window: StoredWindow, published: boolean): Promise<boolean> {
    const hasRows = WITH_ROWS.includes(window.state);
    return this.write(async (session) => {
      // `xmax` of a row that was there before is the transaction that writes it anew.
      const rows = await session.query<{ replaced: boolean }>(
        `INSERT INTO metrics.windows AS known (source_key, at, window_sec, state, published, edges, settled) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (source_key, at) DO UPDATE SET state = EXCLUDED.state, window_sec = EXCLUDED.window_sec, edges = EXCLUDED.edges,
           published = known.published OR EXCLUDED.published, settled = EXCLUDED.settled
         WHERE known.state = 'failed' OR (EXCLUDED.settled AND NOT known.settled) RETURNING xmax::text <> '0' AS replaced`,
        [window.sourceKey, window.at, window.windowSec, window.state, published, hasRows ? window.edges.length : 0, window.settled],
      );
      const [written] = rows;
      if (!written) return false;
      if (written.replaced) await this.deleteRows(session, window);
      if (hasRows) await this.insertRows(session, 'raw', window);
      return true;
    });
  }

  /** A rollup that was read from Prometheus directly. False when there is one already. */
  async storeRollup(resolution: '5m' | '1h', window: WindowRows, windowsPresent: number): Promise<boolean> {
    return this.write(async (session) => {
      const rows = await session.query(
        `INSERT INTO metrics.rollups (source_key, resolution, at, windows_present) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING at`,
        [window.sourceKey, resolution, window.at, windowsPresent],
      );
      if (rows.length === 0) return false;
      if (windowsPresent > 0) await this.insertRows(session, resolution, window);
      return true;
    });
  }

  /** Known to have failed: a hole that backfill will look at. */
  async storeFailure(sourceKey: number, at: Date, windowSec: number): Promise<void> {
    await this.database.query(
      `INSERT INTO metrics.windows (source_key, at, window_sec, state, published, edges) VALUES ($1, $2, $3, 'failed', false, 0) ON CONFLICT DO NOTHING`,
      [sourceKey, at, windowSec],
    );
  }

  async markPublished(sourceKey: number, at: Date): Promise<void> {
    await this.database.query('UPDATE metrics.windows SET published = true WHERE source_key = $1 AND at = $2', [sourceKey, at]);
  }

  /** Oldest first. What is older than `since` is history that nobody follows any more. */
  async unpublished(sourceKey: number, since: Date, limit: number): Promise<{ at: Date; windowSec: number; state: WindowState }[]> {
    return this.database.query(
      `SELECT at, window_sec AS "windowSec", state FROM metrics.windows
       WHERE source_key = $1 AND NOT published AND state <> 'failed' AND at > $2 ORDER BY at LIMIT $3`,
      [sourceKey, since, limit],
    );
  }

  private async write<T>(run: (session: SqlSession) => Promise<T>): Promise<T> {
    await this.partitions.ready;
    try {
      return await this.database.transaction(run);
    } catch (thrown) {
      this.dictionaries.forget();
      throw thrown;
    }
  }

  private async deleteRows(session: SqlSession, { sourceKey, at }: WindowRows): Promise<void> {
    for (const subject of ['edge', 'node'] as const)
      await session.query(`DELETE FROM ${windowsTable(subject, 'raw').name} WHERE source_key = $1 AND at = $2`, [sourceKey, at]);
  }

  private async insertRows(session: SqlSession, resolution: Resolution, { sourceKey, at, edges, nodes }: WindowRows): Promise<void> {
    if (edges.length === 0) return;
    const bounds = await this.boundsKeys(session, edges, at);
    const table = windowsTable('edge', resolution).name;
    for (let start = 0; start < edges.length; start += BATCH) {
      await this.insertEdges(session, table, { sourceKey, at, edges: edges.slice(start, start + BATCH), bounds });
    }
    const nodeKeys = await this.dictionaries.nodes.keysOf(session, nodes.map(nodeEntry), at);
    const rows = nodes.map(({ direction, id, traffic }) => ({
      key: nodeKeys.get(direction + id)!,
      traffic,
      boundsKey: traffic.upperBoundsMs && bounds.get(traffic.upperBoundsMs.join(',')),
      buckets: traffic.bucketsPerSecond,
    }));
    await session.query(insertStatement(windowsTable('node', resolution).name, [], []), [sourceKey, at, ...trafficArrays(rows)]);
  }

  private boundsKeys(session: SqlSession, edges: readonly EdgeSample[], at: Date): Promise<Map<string, number>> {
    const different = new Map<string, readonly number[]>();
    for (const { latency } of edges) if (latency) different.set(latency.upperBoundsMs.join(','), latency.upperBoundsMs);
    return this.dictionaries.bounds.keysOf(session, [...different.values()].map(boundsEntry), at);
  }

  private async insertEdges(
    session: SqlSession,
    table: string,
    { sourceKey, at, edges, bounds }: { sourceKey: number; at: Date; edges: readonly EdgeSample[]; bounds: Map<string, number> },
  ): Promise<void> {
    const { dictionaries } = this;
    const edgeKeys = await dictionaries.edges.keysOf(session, edges.map(edgeEntry), at);
    const outcomes = edges.flatMap(({ responses }) => responses.map(outcomeEntry));
    const outcomeKeys = await dictionaries.outcomes.keysOf(session, outcomes, at);
    const principals = new Set(edges.flatMap((edge) => [edge.sourcePrincipal ?? [], edge.destinationPrincipal ?? []].flat()));
    const principalKeys = await dictionaries.principals.keysOf(session, [...principals].map(principalEntry), at);
    const keyOf = (principal: string | undefined) => (principal === undefined ? undefined : principalKeys.get(principal));
    const rows: TrafficRow[] = edges.map((edge) => ({
      key: edgeKeys.get(edge.id)!,
      traffic: edge,
      boundsKey: edge.latency && bounds.get(edge.latency.upperBoundsMs.join(',')),
      buckets: edge.latency?.perSecond,
    }));
    await session.query(insertStatement(table, EDGE_COLUMNS, EDGE_TYPES), [
      sourceKey,
      at,
      ...trafficArrays(rows),
      lists(edges.map(({ responses }) => responses.map((response) => outcomeKeys.get(outcomeId(response))))),
      lists(edges.map(({ responses }) => responses.map(({ requestsPerSecond }) => requestsPerSecond))),
      numbers(edges.map(({ sourcePrincipal }) => keyOf(sourcePrincipal))),
      numbers(edges.map(({ destinationPrincipal }) => keyOf(destinationPrincipal))),
      numbers(edges.map(({ reporters }) => reporterBits(reporters))),
    ]);
  }
}

/** $1 = source, $2 = time, then one array a column; `text:real[]` = array elements that are cast. */
function insertStatement(table: string, columns: readonly string[], types: readonly string[]): string {
  const names = [...TRAFFIC_COLUMNS, ...columns];
  const all = [...TRAFFIC_TYPES.map((type, index) => (TRAFFIC_COLUMNS[index] === 'buckets' ? `${type}:real[]` : type)), ...types];
  const arrays = all.map((type, index) => `$${index + 3}::${type.split(':')[0]}[]`);
  const values = names.map((name, index) => (all[index]!.includes(':') ? `given.${name}::${all[index]!.split(':')[1]}` : `given.${name}`));
  return `INSERT INTO ${table} (source_key, at, ${names.join(', ')}) SELECT $1, $2, ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS given(${names.join(', ')})`;
}
