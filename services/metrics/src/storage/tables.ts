/** Names and columns of the windows tables: edges and nodes, each at three resolutions, in the same shape. */
import { RESOLUTIONS, type Resolution } from '../domain/resolution.js';

export type Subject = 'edge' | 'node';

export interface WindowsTable {
  readonly subject: Subject;
  readonly resolution: Resolution;
  /** With the schema. */
  readonly name: string;
  readonly retentionDays: number;
  /** Days that one partition holds, where PostgreSQL itself partitions. */
  readonly partitionDays: number;
}

export const RAW_RETENTION_DAYS = 7;
export const ROLLUP_RETENTION_DAYS = 90;

const PARTITION_DAYS: Record<Resolution, number> = { raw: 1, '5m': 7, '1h': 30 };

export function windowsTable(subject: Subject, resolution: Resolution): WindowsTable {
  return {
    subject,
    resolution,
    name: `metrics.${subject}_windows${resolution === 'raw' ? '' : `_${resolution}`}`,
    retentionDays: resolution === 'raw' ? RAW_RETENTION_DAYS : ROLLUP_RETENTION_DAYS,
    partitionDays: PARTITION_DAYS[resolution],
  };
}

/** Windows whose rates are whole. */
export const WHOLE_WINDOWS = `metrics.windows WHERE state IN ('read', 'backfilled')`;
/** Windows of which something is known. */
export const KNOWN_WINDOWS: Record<Resolution, string> = {
  raw: `metrics.windows WHERE state IN ('read', 'backfilled', 'partial')`,
  '5m': `metrics.rollups WHERE resolution = '5m' AND windows_present > 0`,
  '1h': `metrics.rollups WHERE resolution = '1h' AND windows_present > 0`,
};

export const WINDOWS_TABLES: readonly WindowsTable[] = (['edge', 'node'] as const).flatMap((subject) =>
  RESOLUTIONS.map((resolution) => windowsTable(subject, resolution)),
);

/** Rates per second that rows of both subjects have, and that a rollup averages. */
export const RATE_COLUMNS = [
  'requests',
  'errors',
  'client_errors',
  'latency_sum_ms',
  'latency_count',
  'sent_bytes',
  'received_bytes',
  'connections',
  'mutual_tls',
  'plaintext',
] as const;
