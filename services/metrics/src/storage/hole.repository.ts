/** What is missing: windows that were never read, failed or are to be read again, and stretches of older history without a rollup. Newest first. */
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import { ROLLUP_SEC } from '../domain/resolution.js';

export interface HoleSpan {
  /** Excluded. */
  from: Date;
  /** Included. */
  to: Date;
  limit: number;
}

@Injectable()
export class HoleRepository {
  constructor(private readonly database: Database) {}

  /**
   * Ends of windows in the span, aligned to the clock, that are not stored, and of those up to `samplesUpTo`, the newest sample,
   * that were stored before they were settled: Prometheus has by now what it gets of them.
   */
  windows(sourceKey: number, windowSec: number, { samplesUpTo, ...span }: HoleSpan & { samplesUpTo: Date }): Promise<Date[]> {
    const stored = `metrics.windows w WHERE w.source_key = $1 AND w.at = g.at AND w.state <> 'failed' AND (w.settled OR w.at > $6)`;
    return this.missing(stored, { sourceKey, stepSec: windowSec, ...span }, [samplesUpTo]);
  }

  /** Ends of 5-minute stretches in the span that have no rollup. */
  rollups(sourceKey: number, span: HoleSpan): Promise<Date[]> {
    return this.missing(`metrics.rollups r WHERE r.source_key = $1 AND r.resolution = '5m' AND r.at = g.at`, {
      sourceKey,
      stepSec: ROLLUP_SEC['5m'],
      ...span,
    });
  }

  private async missing(
    stored: string,
    { sourceKey, stepSec, from, to, limit }: HoleSpan & { sourceKey: number; stepSec: number },
    more: readonly Date[] = [],
  ): Promise<Date[]> {
    const rows = await this.database.query<{ at: Date }>(
      `SELECT g.at FROM (
         SELECT to_timestamp(n * $4::int) AS at FROM generate_series(floor(extract(epoch FROM $2::timestamptz) / $4)::bigint + 1, floor(extract(epoch FROM $3::timestamptz) / $4)::bigint) AS n
       ) g WHERE NOT EXISTS (SELECT FROM ${stored}) ORDER BY g.at DESC LIMIT $5`,
      [sourceKey, from, to, stepSec, limit, ...more],
    );
    return rows.map(({ at }) => at);
  }
}
