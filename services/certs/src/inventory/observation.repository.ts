/** Observations in the database: the newest word of each source, so that a restart knows what was known, and replicas follow whoever looks. */
import { Injectable } from '@nestjs/common';
import { Database, type SqlSession } from '@observatory/platform';
import { keyOf } from '../domain/observation-book.js';
import type { Observation } from '../domain/observation.js';
import { parseCertificate } from '../domain/parse.js';
import type { ParsedCertificate } from '../domain/parsed.js';

const ROWS_AT_ONCE = 500;
/** A bound on what a replica reads at once. */
const READ_MAX = 20_000;
const GONE_KEPT = '1 hour';
/** Distinct certificates that are held in memory. */
const PARSED_MAX = 100_000;

type Facts = Omit<Observation, 'leaf' | 'sent' | 'notAfter' | 'observedAt'>;
interface Row {
  key: string;
  cluster: string;
  leaf: string | null;
  sent: string[];
  not_after: Date;
  facts: Facts;
  observed_at: Date;
  changed_seq: string;
  gone: boolean;
}

export interface Followed {
  readonly cluster: string;
  readonly key: string;
  /** Absent: gone. */
  readonly observation?: Observation;
}

@Injectable()
export class ObservationRepository {
  private readonly parsed = new Map<string, ParsedCertificate>();
  private readonly stored = new Set<string>();

  constructor(private readonly database: Database) {}

  async write(cluster: string, observations: readonly Observation[], remove: readonly string[]): Promise<void> {
    await this.database.transaction(async (session) => {
      for (let start = 0; start < observations.length; start += ROWS_AT_ONCE) {
        const part = observations.slice(start, start + ROWS_AT_ONCE);
        await this.writeEncodings(session, part);
        await session.query(
          `INSERT INTO certs.observations (key, cluster, certificate_id, leaf, sent, not_after, facts, observed_at, changed_seq)
           SELECT key, $1, id, leaf, sent, not_after, facts, observed_at, nextval('certs.observation_changes')
           FROM jsonb_to_recordset($2::jsonb) AS new (key text, id text, leaf text, sent text[], not_after timestamptz, facts jsonb, observed_at timestamptz)
           ON CONFLICT (key) DO UPDATE SET leaf = EXCLUDED.leaf, sent = EXCLUDED.sent, not_after = EXCLUDED.not_after, facts = EXCLUDED.facts,
             observed_at = EXCLUDED.observed_at, changed_seq = EXCLUDED.changed_seq, gone = false`,
          [cluster, JSON.stringify(part.map(toRow))],
        );
      }
      await session.query(
        `UPDATE certs.observations SET gone = true, changed_seq = nextval('certs.observation_changes') WHERE key = ANY($1::text[]) AND NOT gone`,
        [remove],
      );
    });
    for (const observation of observations) for (const { fingerprint } of certificatesOf(observation)) this.stored.add(fingerprint);
  }

  /** What changed after `seq`, and up to where. */
  async since(seq: string): Promise<{ changes: Followed[]; seq: string }> {
    const rows = await this.database.query<Row>(
      `SELECT key, cluster, leaf, sent, not_after, facts, observed_at, changed_seq, gone FROM certs.observations
       WHERE changed_seq > $1 AND (NOT gone OR $1 > 0) ORDER BY changed_seq LIMIT $2`,
      [seq, READ_MAX],
    );
    await this.readEncodings(rows);
    const changes = rows.map((row): Followed => ({ cluster: row.cluster, key: row.key, ...this.restored(row) }));
    return { changes, seq: rows.at(-1)?.changed_seq ?? seq };
  }

  async prune(): Promise<void> {
    await this.database.query(`DELETE FROM certs.observations WHERE gone AND observed_at < now() - interval '${GONE_KEPT}'`);
    await this.database.query(
      `DELETE FROM certs.encodings e WHERE NOT EXISTS (SELECT 1 FROM certs.observations o WHERE o.leaf = e.fingerprint OR e.fingerprint = ANY(o.sent))`,
    );
    this.stored.clear();
  }

  private restored(row: Row): { observation?: Observation } {
    if (row.gone) return {};
    const leaf = row.leaf === null ? undefined : this.parsed.get(row.leaf);
    const sent = row.sent.map((fingerprint) => this.parsed.get(fingerprint)).filter((one) => one !== undefined);
    const times = { notAfter: row.not_after.getTime(), observedAt: row.observed_at.getTime() };
    return { observation: { ...row.facts, ...times, ...(leaf === undefined ? {} : { leaf, sent }) } };
  }

  private async writeEncodings(session: SqlSession, observations: readonly Observation[]): Promise<void> {
    const fresh = new Map(observations.flatMap(certificatesOf).map((one) => [one.fingerprint, one.der.toString('base64')]));
    for (const known of this.stored) fresh.delete(known);
    if (fresh.size === 0) return;
    const rows = Array.from(fresh, ([fingerprint, der]) => ({ fingerprint, der }));
    await session.query(
      `INSERT INTO certs.encodings (fingerprint, der) SELECT fingerprint, decode(der, 'base64')
       FROM jsonb_to_recordset($1::jsonb) AS new (fingerprint text, der text) ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }

  private async readEncodings(rows: readonly Row[]): Promise<void> {
    if (this.parsed.size > PARSED_MAX) this.parsed.clear();
    const missing = new Set(
      rows.flatMap(({ leaf, sent }) => [...(leaf === null ? [] : [leaf]), ...sent]).filter((one) => !this.parsed.has(one)),
    );
    if (missing.size === 0) return;
    const found = await this.database.query<{ fingerprint: string; der: Buffer }>(
      'SELECT fingerprint, der FROM certs.encodings WHERE fingerprint = ANY($1::text[])',
      [[...missing]],
    );
    for (const { fingerprint, der } of found) {
      const certificate = parseCertificate(der);
      if (certificate) this.parsed.set(fingerprint, certificate);
    }
  }
}

const certificatesOf = ({ leaf, sent = [] }: Observation): ParsedCertificate[] => (leaf === undefined ? [] : [leaf, ...sent]);

function toRow(observation: Observation) {
  const { leaf, sent = [], notAfter, observedAt, ...facts } = observation;
  return {
    key: keyOf(observation),
    id: observation.id,
    leaf: leaf?.fingerprint ?? null,
    sent: leaf === undefined ? [] : sent.map(({ fingerprint }) => fingerprint),
    not_after: new Date(notAfter).toISOString(),
    facts: facts satisfies Facts,
    observed_at: new Date(observedAt).toISOString(),
  };
}
