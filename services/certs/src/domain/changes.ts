/**
 * What happened between two inventories of a cluster? A holder that has another certificate has renewed.
 * Invariant: applying the changes to the first gives the second's ids, ends and states; a row that stays the same is no change.
 */
import type { CertificateChange } from '@observatory/contracts';
import { sameEnd } from './observation.js';
import type { Row, Track, TrackedRow } from './row.js';

export interface Tracked {
  readonly rows: TrackedRow[];
  readonly changes: CertificateChange[];
  /** Ids of the rows that have another certificate than before, those that appeared included. */
  readonly renewed: string[];
}

/** Another certificate, as far as both are known. */
export function isOther(before: Pick<Row, 'leaf' | 'notAfter'>, after: Pick<Row, 'leaf' | 'notAfter'>): boolean {
  if (before.leaf && after.leaf) return before.leaf.fingerprint !== after.leaf.fingerprint;
  return !sameEnd(before.notAfter, after.notAfter);
}

/** `known`: what was remembered of a row that is not in `before`. */
export function track(
  before: ReadonlyMap<string, TrackedRow>,
  rows: readonly Row[],
  options: { now: number; known?: (id: string) => Track | undefined },
): Tracked {
  const changes: CertificateChange[] = [];
  const renewed: string[] = [];
  const tracked = rows.map((row): TrackedRow => {
    const previous = before.get(row.id);
    const other = previous === undefined || isOther(previous, row);
    if (other) renewed.push(row.id);
    const known = previous ?? options.known?.(row.id);
    const { firstSeenAt = options.now, renewals = 0 } = known ?? {};
    const present: TrackedRow = { ...row, firstSeenAt, renewals: renewals + (previous !== undefined && other ? 1 : 0) };
    if (previous === undefined) changes.push(changeOf('appeared', present));
    else if (other) changes.push(changeOf('renewed', present, previous));
    else if (previous.status !== row.status) changes.push(changeOf('status', present, previous));
    return present;
  });
  const present = new Set(rows.map(({ id }) => id));
  for (const [id, row] of before) if (!present.has(id)) changes.push(changeOf('gone', row));
  return { rows: tracked, changes, renewed };
}

function changeOf(change: CertificateChange['change'], row: Row, previous?: Row): CertificateChange {
  return {
    change,
    id: row.id,
    kind: row.kind,
    ...(row.namespace === undefined ? {} : { namespace: row.namespace }),
    name: row.name,
    ...(row.workload === undefined ? {} : { workloadId: row.workload.id }),
    status: row.status,
    ...(previous === undefined || previous.status === row.status ? {} : { previousStatus: previous.status }),
    notAfter: new Date(row.notAfter).toISOString(),
    reason: change === 'gone' ? 'nobody holds it any more' : row.reason,
  };
}
