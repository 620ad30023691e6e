/** Flows read back: edges summed over a span in the database, so that a week of a large mesh does not travel row by row. */
import { Injectable } from '@nestjs/common';
import { Database } from '@observatory/platform';
import type { KnownOfResolution, Piece } from '../domain/flow-pieces.js';
import type { Sums } from '../domain/flow-tally.js';
import type { Resolution } from '../domain/resolution.js';
import { KNOWN_WINDOWS, windowsTable } from './tables.js';

export interface OutcomeSums {
  key: number;
  sourceKey: number;
  outcome: number;
  requests: number;
}

const WITHIN = 'w.at > $1 AND w.at <= $2 AND w.key = ANY($3)';
/** A principal where any window had one: what was seen without identity once is counted by `plaintext`. */
const newest = (column: string): string => `(array_agg(w.${column} ORDER BY w.at DESC) FILTER (WHERE w.${column} IS NOT NULL))[1]`;

@Injectable()
export class FlowRepository {
  constructor(private readonly database: Database) {}

  async sums(keys: readonly number[], { from, to, resolution }: Piece): Promise<Sums[]> {
    return this.database.query<Sums>(
      `SELECT w.key, w.source_key AS "sourceKey", sum(w.requests::float8) AS requests, coalesce(sum(w.connections::float8), 0) AS connections,
         sum(w.mutual_tls::float8) AS "mutualTls", sum(w.plaintext::float8) AS plaintext, min(w.at) AS "firstAt", max(w.at) AS "lastAt",
         ${newest('source_principal')} AS "sourcePrincipal", ${newest('destination_principal')} AS "destinationPrincipal"
       FROM ${windowsTable('edge', resolution).name} w WHERE ${WITHIN} GROUP BY 1, 2`,
      [from, to, keys],
    );
  }

  async outcomes(keys: readonly number[], { from, to, resolution }: Piece): Promise<OutcomeSums[]> {
    return this.database.query<OutcomeSums>(
      `SELECT w.key, w.source_key AS "sourceKey", u.outcome, sum(u.rate::float8) AS requests
       FROM ${windowsTable('edge', resolution).name} w, unnest(w.outcome_keys, w.outcome_rates) AS u(outcome, rate) WHERE ${WITHIN} GROUP BY 1, 2, 3`,
      [from, to, keys],
    );
  }

  /** How much of a span each resolution knows, of the source that knows most. */
  async knownOf(resolution: Resolution, span: { from: Date; to: Date; baseSec: number }): Promise<KnownOfResolution> {
    const rows = await this.database.query<{ known: number; newest: Date }>(
      `SELECT count(*)::int AS known, max(at) AS newest FROM ${KNOWN_WINDOWS[resolution]} AND at > $1 AND at <= $2 GROUP BY source_key`,
      [span.from, span.to],
    );
    const expected = Math.max(1, Math.floor((span.to.getTime() - span.from.getTime()) / (span.baseSec * 1000)));
    const ends = rows.map((row) => row.newest.getTime());
    return {
      share: Math.min(1, Math.max(0, ...rows.map(({ known }) => known)) / expected),
      newest: ends.length === 0 ? undefined : new Date(Math.max(...ends)),
    };
  }
}
