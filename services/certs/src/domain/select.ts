/** Which rows does a question mean, in which order, and which page of them? Invariant: a cursor goes on where the page before ended, whatever came or went meanwhile. */
import type { CertificateFilter, CertificateListRequest, CertificateStatus } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import type { TrackedRow } from './row.js';

/** Worst first. */
export const STATUS_ORDER: readonly CertificateStatus[] = [
  'expired',
  'untrusted',
  'critical',
  'rotationStuck',
  'notYetValid',
  'expiring',
  'renewalDue',
  'valid',
];
/** States that ask for somebody. A renewal that is due is none: it is about to happen by itself. */
export const isUnhealthy = (status: CertificateStatus): boolean => status !== 'valid' && status !== 'renewalDue';
export const worseOf = (a: CertificateStatus, b: CertificateStatus): CertificateStatus =>
  STATUS_ORDER.indexOf(a) <= STATUS_ORDER.indexOf(b) ? a : b;

export function selectRows(rows: readonly TrackedRow[], filter: CertificateFilter, now: number): TrackedRow[] {
  const text = filter.text?.toLowerCase();
  return rows.filter(
    (row) =>
      (filter.cluster === undefined || row.cluster === filter.cluster) &&
      inNamespaces(filter, row.namespace) &&
      (filter.kinds === undefined || filter.kinds.includes(row.kind)) &&
      (filter.statuses === undefined || filter.statuses.includes(row.status)) &&
      (filter.sources === undefined || filter.sources.some((source) => row.sources.includes(source))) &&
      (filter.problems === undefined || row.problems.some(({ code }) => filter.problems?.includes(code))) &&
      (filter.workloadId === undefined || row.workload?.id === filter.workloadId) &&
      (filter.endsWithinSec === undefined || row.notAfter <= now + filter.endsWithinSec * 1000) &&
      (filter.endsAfterSec === undefined || row.notAfter > now + filter.endsAfterSec * 1000) &&
      (text === undefined || words(row).some((word) => word?.toLowerCase().includes(text))),
  );
}

/** Whether something of this namespace is asked for; what has none is, where no namespace is named. */
export function inNamespaces(
  { namespace, namespaces }: Pick<CertificateFilter, 'namespace' | 'namespaces'>,
  of: string | undefined,
): boolean {
  if (namespace !== undefined && of !== namespace) return false;
  return namespaces === undefined || namespaces.length === 0 || (of !== undefined && namespaces.includes(of));
}

function words({ name, workload, identity, leaf, namespace }: TrackedRow): (string | undefined)[] {
  return [name, namespace, workload?.name, identity?.name, leaf?.subject, leaf?.serial, leaf?.fingerprint, ...(leaf?.dnsNames ?? [])];
}

type SortKey = number | string;
const SORT_KEYS: Readonly<Record<CertificateListRequest['sort'], (row: TrackedRow) => SortKey>> = {
  remaining: ({ notAfter }) => notAfter,
  status: ({ status }) => STATUS_ORDER.indexOf(status),
  name: ({ namespace = '', name }) => `${namespace}/${name}`,
  observed: ({ observedAt }) => observedAt,
  lifetime: ({ notBefore, notAfter }) => (notBefore === undefined ? Infinity : notAfter - notBefore),
};

export function pageOf(
  rows: readonly TrackedRow[],
  { sort, descending, limit, cursor }: Pick<CertificateListRequest, 'sort' | 'descending' | 'limit' | 'cursor'>,
): { page: TrackedRow[]; nextCursor?: string } {
  const keyOf = SORT_KEYS[sort];
  const sign = descending ? -1 : 1;
  const compare = (a: readonly [SortKey, string], b: readonly [SortKey, string]): number => {
    if (a[0] !== b[0]) return (a[0] < b[0] ? -1 : 1) * sign;
    return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
  };
  const keyed = rows.map((row) => ({ row, key: [keyOf(row), row.id] as const })).sort((a, b) => compare(a.key, b.key));
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const start = after === undefined ? 0 : keyed.findIndex(({ key }) => compare(key, after) > 0);
  if (start === -1) return { page: [] };
  const page = keyed.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + limit < keyed.length;
  return { page: page.map(({ row }) => row), ...(more ? { nextCursor: writeCursor(last.key) } : {}) };
}

const writeCursor = (key: readonly [SortKey, string]): string =>
  Buffer.from(JSON.stringify([key[0] === Infinity ? 'Infinity' : key[0], key[1]])).toString('base64url');

/** Throws `request/invalid` for what is no cursor of ours. */
function readCursor(cursor: string): readonly [SortKey, string] {
  try {
    const [key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [unknown, unknown];
    if ((typeof key === 'string' || typeof key === 'number') && typeof id === 'string') return [key === 'Infinity' ? Infinity : key, id];
  } catch {
    // Said below.
  }
  throw new DomainError('request/invalid', { message: 'cursor: is not one of ours' });
}
