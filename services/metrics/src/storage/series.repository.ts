/** Series read back: what a few keys did over a span, summed by steps; and how much of a span is stored at all. */
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import type { HistogramRow, SeriesRow } from '../domain/series.js';
import type { EdgeReference, EndReference } from '../domain/edge-reference.js';
import type { Steps } from '../domain/steps.js';
import { Lookups } from './lookups.js';
import { type Resolution } from '../domain/resolution.js';
import { KNOWN_WINDOWS, WHOLE_WINDOWS, windowsTable, type Subject } from './tables.js';

export type KeyedSeriesRow = SeriesRow & { key: number };
export type KeyedHistogramRow = HistogramRow & { key: number };

/** $1 = start, $2 = end, $3 = seconds of a step. */
const STEP = 'ceil(extract(epoch FROM at - $1::timestamptz) / $3)::int - 1';
/** Rates that are too low are no points of a series. */
const WHOLE: Record<Resolution, string> = { ...KNOWN_WINDOWS, raw: WHOLE_WINDOWS };
const wholeRows = (subject: Subject, resolution: Resolution): string => {
  const { name } = windowsTable(subject, resolution);
  if (resolution !== 'raw') return name;
  const partial = `SELECT FROM metrics.windows p WHERE p.source_key = r.source_key AND p.at = r.at AND p.state = 'partial'`;
  return `(SELECT * FROM ${name} r WHERE NOT EXISTS (${partial}))`;
};

export interface NodeKey {
  key: number;
  direction: 'in' | 'out';
  cluster: string;
  namespace: string;
}

@Injectable()
export class SeriesRepository {
  constructor(
    private readonly database: Database,
    private readonly lookups: Lookups,
  ) {}

  async rows(subject: Subject, keys: readonly number[], { from, to, stepSec, resolution }: Steps): Promise<KeyedSeriesRow[]> {
    return this.database.query<KeyedSeriesRow>(
      `SELECT key, source_key AS "sourceKey", ${STEP} AS step, sum(requests::float8) AS requests, sum(errors::float8) AS errors,
         sum(client_errors::float8) AS "clientErrors", sum(latency_sum_ms::float8) AS "latencySumMs", sum(latency_count::float8) AS "latencyCount",
         sum(sent_bytes::float8) AS "sentBytes", sum(received_bytes::float8) AS "receivedBytes", sum(connections::float8) AS connections,
         sum(mutual_tls::float8) AS "mutualTls", sum(plaintext::float8) AS plaintext
       FROM ${wholeRows(subject, resolution)} w WHERE key = ANY($4) AND at > $1 AND at <= $2 GROUP BY 1, 2, 3`,
      [from, to, stepSec, keys],
    );
  }

  async histograms(subject: Subject, keys: readonly number[], { from, to, stepSec, resolution }: Steps): Promise<KeyedHistogramRow[]> {
    const rows = await this.database.query<{ key: number; step: number; bounds_key: number; perSecond: number[] }>(
      `SELECT key, step, bounds_key, array_agg(rate ORDER BY place) AS "perSecond" FROM (
         SELECT key, ${STEP} AS step, bounds_key, place, sum(b::float8) AS rate
         FROM ${wholeRows(subject, resolution)} w, unnest(buckets) WITH ORDINALITY AS u(b, place)
         WHERE key = ANY($4) AND at > $1 AND at <= $2 AND bounds_key IS NOT NULL GROUP BY 1, 2, 3, 4
       ) p GROUP BY 1, 2, 3`,
      [from, to, stepSec, keys],
    );
    const bounds = await this.lookups.bounds(rows.map(({ bounds_key }) => bounds_key));
    return rows.map(({ key, step, bounds_key, perSecond }) => ({ key, step, upperBoundsMs: bounds.get(bounds_key) ?? [], perSecond }));
  }

  /** Whole windows by source and step. */
  async coverage({ from, to, stepSec, resolution, count }: Steps): Promise<Map<number, number[]>> {
    const rows = await this.database.query<{ sourceKey: number; step: number; known: number }>(
      `SELECT source_key AS "sourceKey", ${STEP} AS step, count(*)::int AS known FROM ${WHOLE[resolution]} AND at > $1 AND at <= $2 GROUP BY 1, 2`,
      [from, to, stepSec],
    );
    const coverage = new Map<number, number[]>();
    for (const { sourceKey, step, known } of rows) {
      let steps = coverage.get(sourceKey);
      if (!steps) coverage.set(sourceKey, (steps = Array.from({ length: count }, () => 0)));
      steps[step] = known;
    }
    return coverage;
  }

  /** Known windows in (from, to], by source. */
  async known(resolution: Resolution, from: Date, to: Date): Promise<Map<number, number>> {
    const rows = await this.database.query<{ sourceKey: number; known: number }>(
      `SELECT source_key AS "sourceKey", count(*)::int AS known FROM ${KNOWN_WINDOWS[resolution]} AND at > $1 AND at <= $2 GROUP BY 1`,
      [from, to],
    );
    return new Map(rows.map(({ sourceKey, known }) => [sourceKey, known]));
  }

  /** Ends of windows in (from, to] whose rates are too low, by source, as milliseconds since 1970. */
  async partial(from: Date, to: Date): Promise<Map<number, Set<number>>> {
    const rows = await this.database.query<{ sourceKey: number; at: Date }>(
      `SELECT source_key AS "sourceKey", at FROM metrics.windows WHERE state = 'partial' AND at > $1 AND at <= $2`,
      [from, to],
    );
    const bySource = new Map<number, Set<number>>();
    for (const { sourceKey, at } of rows) bySource.set(sourceKey, (bySource.get(sourceKey) ?? new Set()).add(at.getTime()));
    return bySource;
  }

  /** End of the newest known window; undefined before the first. */
  async newest(resolution: Resolution): Promise<Date | undefined> {
    const [row] = await this.database.query<{ at: Date | null }>(
      `SELECT max(newest) AS at FROM metrics.sources s, LATERAL (SELECT at AS newest FROM ${KNOWN_WINDOWS[resolution]} AND source_key = s.source_key ORDER BY at DESC LIMIT 1) w`,
    );
    return row?.at ?? undefined;
  }

  nodeKeys(nodeId: string): Promise<NodeKey[]> {
    return this.database.query<NodeKey>(
      `SELECT key, direction, cluster, namespace FROM metrics.nodes WHERE node_hash IN (md5('in' || $1)::uuid, md5('out' || $1)::uuid)`,
      [nodeId],
    );
  }

  /** Keys of the meshes, or of the namespaces, by what flows into them. */
  nodesOfKind(kind: 'mesh' | 'namespace', cluster: string | undefined, limit: number): Promise<NodeKey[]> {
    return this.database.query<NodeKey>(
      `SELECT key, direction, cluster, namespace FROM metrics.nodes
       WHERE kind = $1 AND direction = 'in' AND ($2::text IS NULL OR cluster = $2) ORDER BY last_seen DESC, namespace LIMIT $3`,
      [kind, cluster ?? null, limit],
    );
  }

  /** Keys of one sample's edge, or of all samples of an edge of the workload graph. */
  async edgeKeys(edgeId: string): Promise<{ key: number; target: string }[]> {
    return this.database.query(
      `SELECT key, identity->'target'->>'name' AS target FROM metrics.edges WHERE edge_hash = md5($1)::uuid OR pair_id = $1`,
      [edgeId],
    );
  }

  /** Keys of what lies behind an edge of the other graphs: apps, versions, services. */
  async edgeKeysBehind({ source, target, protocol }: EdgeReference): Promise<{ key: number; target: string }[]> {
    const parameters: unknown[] = [protocol];
    const condition = [endCondition('source', source, parameters), endCondition('target', target, parameters)].join(' AND ');
    return this.database.query(
      `SELECT key, identity->'target'->>'name' AS target FROM metrics.edges e WHERE identity->>'protocol' = $1 AND ${condition} LIMIT 10000`,
      parameters,
    );
  }
}

function endCondition(side: 'source' | 'target', { kind, cluster, namespace, name, version }: EndReference, parameters: unknown[]): string {
  const bind = (value: string) => `$${parameters.push(value)}`;
  const place = (of: string) => `${of}->>'cluster' = ${bind(cluster)} AND ${of}->>'namespace' = ${bind(namespace)}`;
  const end = `identity->'${side}'`;
  const itself = (of: string) => `${of}->>'kind' = ${bind(kind)} AND ${place(of)} AND ${of}->>'name' = ${bind(name)}`;
  if (kind === 'app') {
    const app = `${end}->>'kind' = 'workload' AND ${place(end)} AND coalesce(${end}->>'app', ${end}->>'name') = ${bind(name)}`;
    return version === undefined ? app : `${app} AND ${end}->>'version' = ${bind(version)}`;
  }
  if (kind !== 'service' && kind !== 'serviceEntry') return itself(end);
  const addressed = (of: string) => `${place(of)} AND ${of}->>'name' = ${bind(name)}`;
  if (side === 'target') return `((${itself(end)}) OR (${addressed(`identity->'destinationService'`)}))`;
  // A caller stands in the service graph for the workloads that the service leads to.
  return `((${itself(end)}) OR ${end} - 'version' - 'app' IN (SELECT r.identity->'target' - 'version' - 'app' FROM metrics.edges r WHERE ${addressed(`r.identity->'destinationService'`)}))`;
}
