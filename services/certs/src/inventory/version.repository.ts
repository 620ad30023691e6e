/** The certificates that each holder had, one after the other. Written by whoever leads; a version that is there already is not written again. */
import { Injectable } from '@nestjs/common';
import type { CertificateVersion } from '@observatory/contracts';
import { Database } from '@observatory/platform';
import { isOther } from '../domain/changes.js';
import type { Row, Track, TrackedRow } from '../domain/row.js';

const ROWS_AT_ONCE = 500;
/** Of one holder: a leaf that renews every 12 h has them for a year. */
const VERSIONS_MAX = 730;
const KEPT_DAYS = 400;

interface Newest {
  certificate_id: string;
  number: number;
  fingerprint: string | null;
  not_after: Date;
  first_seen_at: Date;
}
interface Written {
  readonly number: number;
  readonly fingerprint: string | undefined;
  readonly notAfter: number;
}

@Injectable()
export class VersionRepository {
  private readonly written = new Map<string, Written & Track>();

  constructor(private readonly database: Database) {}

  /** What is remembered of a row; undefined before `load`, or when nothing is. */
  known(id: string): Track | undefined {
    return this.written.get(id);
  }

  async load(): Promise<void> {
    const rows = await this.database.query<Newest>(
      `SELECT DISTINCT ON (certificate_id) certificate_id, number, fingerprint, not_after,
         min(first_seen_at) OVER (PARTITION BY certificate_id) AS first_seen_at
       FROM certs.versions ORDER BY certificate_id, number DESC`,
    );
    this.written.clear();
    for (const { certificate_id: id, number, fingerprint, not_after: notAfter, first_seen_at: firstSeenAt } of rows) {
      const end = notAfter.getTime();
      this.written.set(id, {
        number,
        fingerprint: fingerprint ?? undefined,
        notAfter: end,
        firstSeenAt: firstSeenAt.getTime(),
        renewals: number - 1,
      });
    }
  }

  /** Writes what each row has now, where it is another certificate than the last one written. */
  async record(rows: readonly Row[]): Promise<void> {
    const changed = rows.filter((row) => this.isNews(row));
    for (let start = 0; start < changed.length; start += ROWS_AT_ONCE) await this.write(changed.slice(start, start + ROWS_AT_ONCE));
  }

  /** Newest first: what is seen now, which may not be written yet, then what came before it. */
  async history(row: TrackedRow): Promise<CertificateVersion[]> {
    interface Stored {
      fingerprint: string | null;
      serial: string | null;
      issuer: string | null;
      not_before: Date | null;
      not_after: Date;
      first_seen_at: Date;
      last_seen_at: Date;
    }
    const rows = await this.database.query<Stored>(
      `SELECT fingerprint, serial, issuer, not_before, not_after, first_seen_at, last_seen_at
       FROM certs.versions WHERE certificate_id = $1 ORDER BY number DESC LIMIT ${VERSIONS_MAX}`,
      [row.id],
    );
    const stored = rows.map(
      ({ fingerprint, serial, issuer, not_before: notBefore, not_after: notAfter, first_seen_at: first, last_seen_at: last }) => ({
        ...(fingerprint === null ? {} : { fingerprint }),
        ...(serial === null ? {} : { serial }),
        ...(issuer === null ? {} : { issuer }),
        ...(notBefore === null ? {} : { notBefore: notBefore.toISOString() }),
        notAfter: notAfter.toISOString(),
        firstSeenAt: first.toISOString(),
        lastSeenAt: last.toISOString(),
      }),
    );
    const [newest, ...before] = stored;
    if (!newest || this.isAnother({ fingerprint: newest.fingerprint, notAfter: Date.parse(newest.notAfter) }, row))
      return [presentOf(row), ...stored];
    return [{ ...newest, lastSeenAt: new Date(Math.max(row.observedAt, Date.parse(newest.lastSeenAt))).toISOString() }, ...before];
  }

  async prune(): Promise<void> {
    await this.database.query(`DELETE FROM certs.versions WHERE last_seen_at < now() - interval '${KEPT_DAYS} days'`);
  }

  private isNews(row: Row): boolean {
    const written = this.written.get(row.id);
    return !written || this.isAnother(written, row) || (written.fingerprint === undefined && row.leaf !== undefined);
  }

  private isAnother({ fingerprint, notAfter }: Pick<Written, 'fingerprint' | 'notAfter'>, row: Row): boolean {
    if (fingerprint !== undefined && row.leaf) return fingerprint !== row.leaf.fingerprint;
    return isOther({ notAfter }, { notAfter: row.notAfter });
  }

  private async write(rows: readonly Row[]): Promise<void> {
    const versions = rows.map((row) => {
      const written = this.written.get(row.id);
      // Bytes for an end that was known already: the same version, better known.
      const number = !written ? 1 : this.isAnother(written, row) ? written.number + 1 : written.number;
      return {
        row,
        number,
        stored: {
          certificate_id: row.id,
          number,
          cluster: row.cluster,
          fingerprint: row.leaf?.fingerprint ?? null,
          serial: row.leaf?.serial ?? null,
          issuer: row.leaf?.issuer ?? null,
          not_before: row.notBefore === undefined ? null : new Date(row.notBefore).toISOString(),
          not_after: new Date(row.notAfter).toISOString(),
          seen_at: new Date(row.observedAt).toISOString(),
        },
      };
    });
    await this.database.query(
      `WITH new AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS new (certificate_id text, number integer, cluster text, fingerprint text,
           serial text, issuer text, not_before timestamptz, not_after timestamptz, seen_at timestamptz)),
         ended AS (UPDATE certs.versions v SET last_seen_at = greatest(v.last_seen_at, new.seen_at) FROM new
           WHERE v.certificate_id = new.certificate_id AND v.number = new.number - 1
             AND NOT EXISTS (SELECT FROM certs.versions w WHERE w.certificate_id = new.certificate_id AND w.number = new.number))
       INSERT INTO certs.versions (certificate_id, number, cluster, fingerprint, serial, issuer, not_before, not_after, first_seen_at, last_seen_at)
       SELECT certificate_id, number, cluster, fingerprint, serial, issuer, not_before, not_after, seen_at, seen_at FROM new
       ON CONFLICT (certificate_id, number) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, serial = EXCLUDED.serial, issuer = EXCLUDED.issuer,
         not_before = EXCLUDED.not_before, not_after = EXCLUDED.not_after, last_seen_at = EXCLUDED.last_seen_at`,
      [JSON.stringify(versions.map(({ stored }) => stored))],
    );
    for (const { row, number } of versions) {
      const known = this.written.get(row.id);
      const written = { number, fingerprint: row.leaf?.fingerprint, notAfter: row.notAfter };
      this.written.set(row.id, { ...written, firstSeenAt: known?.firstSeenAt ?? row.observedAt, renewals: number - 1 });
    }
  }
}

/** The version that a row has now. Its own first sighting is known where it is the holder's first, else it was seen by now. */
export function presentOf({ leaf, notBefore, notAfter, firstSeenAt, observedAt, renewals }: TrackedRow): CertificateVersion {
  return {
    ...(leaf ? { fingerprint: leaf.fingerprint, serial: leaf.serial, issuer: leaf.issuer } : {}),
    ...(notBefore === undefined ? {} : { notBefore: new Date(notBefore).toISOString() }),
    notAfter: new Date(notAfter).toISOString(),
    firstSeenAt: new Date(renewals === 0 ? firstSeenAt : observedAt).toISOString(),
    lastSeenAt: new Date(observedAt).toISOString(),
  };
}
