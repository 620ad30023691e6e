/** How is the whole doing: counts by state, kind, source and days left, by namespace, what ends when, and the worst of each workload. */
import type {
  CertificateHealth,
  CertificateKind,
  CertificateProblemCode,
  CertificateSource,
  CertificateSummary,
  CertificateTimeline,
} from '@observatory/contracts';
import type { TrackedRow } from './row.js';
import { isUnhealthy, STATUS_ORDER, worseOf } from './select.js';

const DAY_MS = 86_400_000;
const DAYS_LEFT = [1, 7, 30, 60, 90] as const;
const KINDS: readonly CertificateKind[] = ['workload', 'gateway', 'root', 'intermediate', 'issuer', 'certManager', 'webhook'];
const SOURCES: readonly CertificateSource[] = ['wire', 'metric', 'configMap', 'certManager', 'ztunnel', 'envoy'];

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

type Counts = Pick<
  CertificateSummary,
  'total' | 'byStatus' | 'byKind' | 'bySource' | 'byDaysLeft' | 'byProblem' | 'namespaces' | 'nextExpiry'
>;

export function summarise(rows: readonly TrackedRow[], now: number): Counts {
  const byStatus = zeros(STATUS_ORDER);
  const byKind = zeros(KINDS);
  const bySource = zeros(SOURCES);
  const byProblem = new Map<CertificateProblemCode, number>();
  const byDaysLeft = [
    ...DAYS_LEFT.map((upToDays) => ({ upToDays: upToDays as number | null, certificates: 0 })),
    { upToDays: null, certificates: 0 },
  ];
  const namespaces = new Map<string, CertificateSummary['namespaces'][number]>();
  for (const row of rows) {
    byStatus[row.status] += 1;
    byKind[row.kind] += 1;
    for (const source of row.sources) bySource[source] += 1;
    // Most have none, and a summary of 10,000 is asked for often.
    if (row.problems.length > 0)
      for (const code of new Set(row.problems.map((problem) => problem.code))) byProblem.set(code, (byProblem.get(code) ?? 0) + 1);
    const bucket = byDaysLeft.find(({ upToDays }) => upToDays === null || row.notAfter - now <= upToDays * DAY_MS);
    if (bucket && row.notAfter > now) bucket.certificates += 1;
    countNamespace(namespaces, row);
  }
  const next = rows.filter(({ kind, notAfter }) => kind !== 'workload' && notAfter > now).sort((a, b) => a.notAfter - b.notAfter)[0];
  return {
    total: rows.length,
    byStatus,
    byKind,
    bySource,
    byDaysLeft,
    byProblem: Array.from(byProblem, ([code, certificates]) => ({ code, certificates })).sort((a, b) => b.certificates - a.certificates),
    namespaces: [...namespaces.values()].sort((a, b) => b.unhealthy - a.unhealthy || a.namespace.localeCompare(b.namespace)),
    ...(next ? { nextExpiry: { id: next.id, name: next.name, kind: next.kind, notAfter: new Date(next.notAfter).toISOString() } } : {}),
  };
}

function countNamespace(
  namespaces: Map<string, CertificateSummary['namespaces'][number]>,
  { cluster, namespace, status }: TrackedRow,
): void {
  if (namespace === undefined) return;
  const key = `${cluster}/${namespace}`;
  let known = namespaces.get(key);
  if (!known) {
    known = { cluster, namespace, total: 0, unhealthy: 0, worst: 'valid' };
    namespaces.set(key, known);
  }
  known.total += 1;
  if (isUnhealthy(status)) known.unhealthy += 1;
  if (status !== 'valid') known.worst = worseOf(known.worst, status);
}

const HOUR_SEC = 3600;
/** Steps short enough to show, and few enough to read. */
const stepOf = (days: number): number => (days <= 3 ? HOUR_SEC : days <= 120 ? 24 * HOUR_SEC : 7 * 24 * HOUR_SEC);
export const TIMELINE_ITEMS_MAX = 500;

export function timeline(
  rows: readonly TrackedRow[],
  { now, days }: { now: number; days: number },
): Pick<CertificateTimeline, 'from' | 'to' | 'stepSec' | 'steps' | 'itemsOmitted' | 'expired'> & { ending: TrackedRow[] } {
  const stepSec = stepOf(days);
  const to = now + days * DAY_MS;
  const steps = new Map<number, CertificateTimeline['steps'][number]>();
  const stepAt = (at: number) => {
    const start = Math.floor(at / (stepSec * 1000)) * stepSec * 1000;
    const step = steps.get(start) ?? { at: new Date(start).toISOString(), ends: 0, renews: 0, byKind: {} };
    steps.set(start, step);
    return step;
  };
  const ending: TrackedRow[] = [];
  for (const row of rows) {
    if (row.renewalAt !== undefined && row.renewalAt > now && row.renewalAt <= to) stepAt(row.renewalAt).renews += 1;
    if (row.notAfter <= now || row.notAfter > to) continue;
    const step = stepAt(row.notAfter);
    step.ends += 1;
    step.byKind[row.kind] = (step.byKind[row.kind] ?? 0) + 1;
    ending.push(row);
  }
  ending.sort((a, b) => a.notAfter - b.notAfter);
  return {
    from: new Date(now).toISOString(),
    to: new Date(to).toISOString(),
    stepSec,
    steps: [...steps.values()].sort((a, b) => a.at.localeCompare(b.at)),
    itemsOmitted: Math.max(0, ending.length - TIMELINE_ITEMS_MAX),
    expired: rows.filter(({ notAfter }) => notAfter <= now).length,
    ending: ending.slice(0, TIMELINE_ITEMS_MAX),
  };
}

/** The worst certificate of each workload; of equals the next to end. */
export function workloadHealth(rows: readonly TrackedRow[], now: number): CertificateHealth['workloads'] {
  const workloads = new Map<string, { worst: TrackedRow; certificates: number; unhealthy: number }>();
  for (const row of rows) {
    if (!row.workload) continue;
    const known = workloads.get(row.workload.id);
    const isWorse = !known || rank(row) < rank(known.worst) || (rank(row) === rank(known.worst) && row.notAfter < known.worst.notAfter);
    workloads.set(row.workload.id, {
      worst: isWorse ? row : known.worst,
      certificates: (known?.certificates ?? 0) + 1,
      unhealthy: (known?.unhealthy ?? 0) + (isUnhealthy(row.status) ? 1 : 0),
    });
  }
  return Array.from(workloads, ([workloadId, { worst, certificates, unhealthy }]) => ({
    workloadId,
    cluster: worst.cluster,
    namespace: worst.namespace ?? '',
    name: worst.workload?.name ?? worst.name,
    status: worst.status,
    reason: worst.reason,
    certificates,
    unhealthy,
    remainingSec: Math.floor((worst.notAfter - now) / 1000),
    certificateId: worst.id,
  }));
}
const rank = ({ status }: TrackedRow): number => STATUS_ORDER.indexOf(status);
