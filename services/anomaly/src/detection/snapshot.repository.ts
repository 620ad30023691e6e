/** What was learned, in the database: one row a cluster, compressed. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import type { DetectorState } from '../domain/cluster-detector.js';
import { decode, encode } from '../domain/snapshot.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);

@Injectable()
export class SnapshotRepository {
  constructor(private readonly database: Database) {}

  async save(cluster: string, at: Date, state: DetectorState): Promise<void> {
    const bytes = await compress(encode(state), { level: 1 });
    await this.database.query(
      `INSERT INTO anomaly.snapshots AS s (cluster, at, bytes) VALUES ($1, $2, $3)
       ON CONFLICT (cluster) DO UPDATE SET at = EXCLUDED.at, bytes = EXCLUDED.bytes WHERE s.at <= EXCLUDED.at`,
      [cluster, at, bytes],
    );
  }

  /** Those that we can read. */
  async all(): Promise<{ cluster: string; at: Date; state: DetectorState }[]> {
    const rows = await this.database.query<{ cluster: string; at: Date; bytes: Buffer }>(
      'SELECT cluster, at, bytes FROM anomaly.snapshots',
    );
    const read = await Promise.all(rows.map(async ({ cluster, at, bytes }) => ({ cluster, at, state: decode(await expand(bytes)) })));
    return read.flatMap(({ cluster, at, state }) => (state ? [{ cluster, at, state }] : []));
  }
}
