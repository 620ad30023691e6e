/**
 * The inventory at a glance: what needs somebody, who ends next, how much of the mesh is seen.
 * Invariant: "all is well" is only said of what is seen, with how much that is.
 */
import type { CertificateStatus, CertificateSummary } from '@observatory/contracts';
import { compactNumber, counted } from '../../../lib/format.js';
import { needsSomebody, STATUS_WORDS, STATUSES } from '../../../lib/certificate-states.js';
import { listed } from './words.js';

export interface Share {
  status: CertificateStatus;
  count: number;
  share: number;
}

export function statusShares({ byStatus, total }: Pick<CertificateSummary, 'byStatus' | 'total'>): Share[] {
  return STATUSES.map((status) => ({ status, count: byStatus[status], share: total === 0 ? 0 : byStatus[status] / total }));
}

/** `12 certificates, 3 need somebody: 1 expired and 2 past their renewal.` */
export function summarySentence({ total, byStatus, coverage }: Pick<CertificateSummary, 'total' | 'byStatus' | 'coverage'>): string {
  if (total === 0)
    return coverage.workloads === 0
      ? 'No certificate was seen, and no workload of a mesh is known in this scope.'
      : `No certificate was seen of ${counted(coverage.workloads, 'workload')}: that says nothing about whether they are well.`;
  const bad = STATUSES.filter((status) => needsSomebody(status) && byStatus[status] > 0);
  const sum = bad.reduce((count, status) => count + byStatus[status], 0);
  const words = bad.map((status) => `${byStatus[status]} ${STATUS_WORDS[status].counted}`);
  const all = counted(total, 'certificate');
  const state =
    sum === 0
      ? `${all}, none of which needs anybody.`
      : `${all}, of which ${sum === 1 ? '1 needs' : `${sum} need`} somebody: ${listed(words)}.`;
  return `${state} ${seenWords(coverage)}`;
}

export function seenWords({ workloads, observed }: CertificateSummary['coverage']): string {
  if (workloads === 0) return 'No workload of a mesh is known in this scope.';
  const [of, are] = workloads === 1 ? ['workload', 'is'] : ['workloads', 'are'];
  if (observed >= workloads)
    return workloads === 1 ? 'The one workload of the mesh is seen.' : `All ${compactNumber(workloads)} workloads of the mesh are seen.`;
  return `${compactNumber(observed)} of ${compactNumber(workloads)} ${of} of the mesh ${are} seen; of the rest nothing is known.`;
}

export interface DaysBar {
  words: string;
  count: number;
  /** Of the highest bar. */
  height: number;
  /** Durations of the list that shows the same certificates; absent: no bound. */
  endsAfter: string | undefined;
  endsWithin: string | undefined;
}

/** Buckets by days left; those of a day hold the leafs of meshes, which renew by themselves. */
export function daysBars(buckets: CertificateSummary['byDaysLeft']): DaysBar[] {
  const highest = Math.max(1, ...buckets.map(({ certificates }) => certificates));
  return buckets.map(({ upToDays, certificates }, index) => {
    const after = index === 0 ? null : (buckets[index - 1]?.upToDays ?? null);
    return {
      words: upToDays === null ? `over ${after ?? 0} d` : after === null ? `up to ${upToDays} d` : `${after} to ${upToDays} d`,
      count: certificates,
      height: certificates / highest,
      endsAfter: after === null ? '1s' : `${after}d`,
      endsWithin: upToDays === null ? undefined : `${upToDays}d`,
    };
  });
}
