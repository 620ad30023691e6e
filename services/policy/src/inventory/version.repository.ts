/** Versions of policies in the database: written once each, never changed. */
import { Injectable } from '@nestjs/common';
import type { PolicyKind, PolicyRef, PolicyVersion } from '@observatory/contracts';
import { Database, type SqlSession } from '@observatory/platform';
import { diffOf } from '../domain/version-diff.js';

export interface PolicyKey extends PolicyRef {
  cluster: string;
}
/** What the watch saw; `yaml` '' where the policy is gone. */
export interface Seen extends PolicyKey {
  yaml: string;
  uid?: string | undefined;
  generation?: number | undefined;
  changedBy?: string | undefined;
  changedAt?: string | undefined;
  seenAt: Date;
  /** It was there before anybody watched. */
  found: boolean;
}
export interface LatestVersion extends PolicyKey {
  version: number;
  change: PolicyVersion['change'];
  yaml: string;
  seenAt: string;
  changedBy?: string;
}
interface Row {
  cluster: string;
  kind: PolicyKind;
  namespace: string;
  name: string;
  version: number;
  change: PolicyVersion['change'];
  uid: string | null;
  generation: string | null;
  yaml: string;
  diff: string;
  lines_added: number;
  lines_removed: number;
  changed_by: string | null;
  changed_at: Date | null;
  seen_at: Date;
}
export type StoredVersion = PolicyVersion & PolicyKey & { yaml: string };

const COLUMNS = `p.cluster, p.kind, p.namespace, p.name, v.version, v.change, v.uid, v.generation, v.yaml, v.diff, v.lines_added, v.lines_removed,
  v.changed_by, v.changed_at, v.seen_at`;
const JOINED = 'policy.versions v JOIN policy.policies p ON p.key = v.policy_key';
const THIS = 'p.cluster = $1 AND p.kind = $2 AND p.namespace = $3 AND p.name = $4';
/** A bound on what a list of policies reads. */
const LATEST_MAX = 50_000;
const UNPUBLISHED_MAX = 200;

@Injectable()
export class VersionRepository {
  constructor(private readonly database: Database) {}

  /** Writes a version unless what was seen is the newest already, or older than it. Returns whether it wrote. */
  async record(seen: Seen): Promise<boolean> {
    return this.database.transaction(async (session) => {
      const key = await this.keyOf(session, seen);
      // One writer a policy at a time: replicas may see the same change.
      await session.query('SELECT key FROM policy.policies WHERE key = $1 FOR UPDATE', [key]);
      const [newest] = await session.query<Row>(`SELECT ${COLUMNS} FROM ${JOINED} WHERE p.key = $1 ORDER BY v.version DESC LIMIT 1`, [key]);
      const deleted = seen.yaml === '';
      if (deleted ? !newest || newest.change === 'deleted' : newest && !isNewer(seen, newest)) return false;
      const version = (newest?.version ?? 0) + 1;
      const before = newest && newest.change !== 'deleted' ? newest.yaml : '';
      const names = { before: newest ? `version ${newest.version}` : '/dev/null', after: deleted ? '/dev/null' : `version ${version}` };
      const { diff, linesAdded, linesRemoved } = diffOf(before, seen.yaml, names);
      const change = deleted ? 'deleted' : newest && newest.change !== 'deleted' ? 'changed' : seen.found && !newest ? 'found' : 'created';
      await session.query(
        `INSERT INTO policy.versions (policy_key, version, change, uid, generation, yaml, diff, lines_added, lines_removed, changed_by, changed_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          key,
          version,
          change,
          seen.uid ?? newest?.uid ?? null,
          seen.generation ?? null,
          // A deletion keeps the last text, so that it can be read and brought back.
          deleted ? newest?.yaml : seen.yaml,
          diff,
          linesAdded,
          linesRemoved,
          seen.changedBy ?? null,
          seen.changedAt ?? null,
          seen.seenAt,
        ],
      );
      return true;
    });
  }

  private async keyOf(session: SqlSession, { cluster, kind, namespace, name }: PolicyKey): Promise<number> {
    const [row] = await session.query<{ key: number }>(
      `INSERT INTO policy.policies (cluster, kind, namespace, name) VALUES ($1, $2, $3, $4)
       ON CONFLICT (cluster, kind, namespace, name) DO UPDATE SET name = EXCLUDED.name RETURNING key`,
      [cluster, kind, namespace, name],
    );
    if (!row) throw new Error('the database returned no key');
    return row.key;
  }

  /** Versions are only ever added: their number tells whether there is anything new. */
  async count(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>('SELECT count(*)::int AS count FROM policy.versions');
    return row?.count ?? 0;
  }

  async latest(cluster?: string): Promise<LatestVersion[]> {
    const rows = await this.database.query<Row>(
      `SELECT DISTINCT ON (p.key) ${COLUMNS} FROM ${JOINED} WHERE $1::text IS NULL OR p.cluster = $1 ORDER BY p.key, v.version DESC LIMIT ${LATEST_MAX}`,
      [cluster ?? null],
    );
    return rows.map((row) => ({
      cluster: row.cluster,
      kind: row.kind,
      namespace: row.namespace,
      name: row.name,
      version: row.version,
      change: row.change,
      yaml: row.yaml,
      seenAt: row.seen_at.toISOString(),
      ...(row.changed_by === null ? {} : { changedBy: row.changed_by }),
    }));
  }

  /** Newest first. */
  async list({ cluster, kind, namespace, name }: PolicyKey, page: { before: number; limit: number }): Promise<StoredVersion[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM ${JOINED} WHERE ${THIS} AND v.version < $5 ORDER BY v.version DESC LIMIT $6`,
      [cluster, kind, namespace, name, page.before, page.limit],
    );
    return rows.map(storedVersion);
  }

  async get({ cluster, kind, namespace, name }: PolicyKey, version: number): Promise<StoredVersion | undefined> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM ${JOINED} WHERE ${THIS} AND v.version = $5`, [
      cluster,
      kind,
      namespace,
      name,
      version,
    ]);
    return row && storedVersion(row);
  }

  async unpublished(): Promise<StoredVersion[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM ${JOINED} WHERE NOT v.published ORDER BY v.seen_at, p.key, v.version LIMIT ${UNPUBLISHED_MAX}`,
    );
    return rows.map(storedVersion);
  }

  async markPublished({ cluster, kind, namespace, name }: PolicyKey, version: number): Promise<void> {
    await this.database.query(
      `UPDATE policy.versions v SET published = true FROM policy.policies p WHERE p.key = v.policy_key AND ${THIS} AND v.version = $5`,
      [cluster, kind, namespace, name, version],
    );
  }
}

/** The same object at an older generation is what a replica that lags still sees. */
function isNewer(seen: Seen, newest: Row): boolean {
  if (newest.change === 'deleted') return seen.uid === undefined || seen.uid !== newest.uid;
  if (newest.yaml === seen.yaml) return false;
  return (
    seen.uid !== newest.uid || seen.generation === undefined || newest.generation === null || seen.generation >= Number(newest.generation)
  );
}

function storedVersion(row: Row): StoredVersion {
  return {
    cluster: row.cluster,
    kind: row.kind,
    namespace: row.namespace,
    name: row.name,
    version: row.version,
    change: row.change,
    seenAt: row.seen_at.toISOString(),
    ...(row.changed_by === null ? {} : { changedBy: row.changed_by }),
    ...(row.changed_at === null ? {} : { changedAt: row.changed_at.toISOString() }),
    linesAdded: row.lines_added,
    linesRemoved: row.lines_removed,
    diff: row.diff,
    yaml: row.yaml,
  };
}
