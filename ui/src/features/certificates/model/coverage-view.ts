/**
 * Of how much are the certificates seen, and why not of the rest? "n of m" with reasons, by source and by namespace.
 * Invariant: a source that does not say how many there should be never reads as complete.
 */
import type { CertificateCoverage, CertificateSource, SourceCoverage, UnobservedReason } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';
import type { UrlValues } from '../../../lib/url-values.js';
import { UNOBSERVED_WORDS } from './words.js';

export function coverageSentence({ workloads, observed, unobserved }: CertificateCoverage): string {
  if (workloads === 0) return 'No workload of a mesh is known in this scope, so there is nothing that could be seen.';
  if (observed >= workloads) return `The certificates of all ${counted(workloads, 'workload')} of the mesh are seen.`;
  const why = reasonCounts(unobserved)
    .slice(0, 3)
    .map(({ reason, workloads: count }) => `${UNOBSERVED_WORDS[reason].toLowerCase()} (${count})`);
  const rest = why.length === 0 ? 'why of the rest not is not known' : `of the rest not: ${why.join(', ')}`;
  return `The certificates of ${observed} of ${counted(workloads, 'workload')} of the mesh are seen; ${rest}.`;
}

type Unobserved = CertificateCoverage['unobserved'][number];

/** How many workloads give each reason, on any source; the most frequent first. */
export function reasonCounts(unobserved: readonly Unobserved[]): { reason: UnobservedReason; workloads: number }[] {
  const counts = new Map<UnobservedReason, number>();
  for (const { reasons } of unobserved)
    for (const reason of new Set(reasons.map((each) => each.reason))) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Array.from(counts, ([reason, workloads]) => ({ reason, workloads })).toSorted((a, b) => b.workloads - a.workloads);
}

export interface CoverageFilter {
  reason: UnobservedReason | undefined;
  text: string;
  /** `cluster/namespace`. */
  place: string | undefined;
}

export function parseCoverageFilter(values: UrlValues): CoverageFilter {
  const reasons = Object.keys(UNOBSERVED_WORDS) as UnobservedReason[];
  return { reason: reasons.find((reason) => reason === values['reason']), text: values['q'] ?? '', place: values['in'] || undefined };
}

export const placeText = ({ cluster, namespace }: { cluster: string; namespace: string }) => `${cluster}/${namespace}`;

export function unobservedRows(unobserved: readonly Unobserved[], { reason, text, place }: CoverageFilter): Unobserved[] {
  const wanted = text.trim().toLowerCase();
  return unobserved.filter(
    (row) =>
      (reason === undefined || row.reasons.some((each) => each.reason === reason)) &&
      (place === undefined || placeText(row) === place) &&
      (wanted === '' || `${row.namespace}/${row.name}`.toLowerCase().includes(wanted)),
  );
}

export interface SourceState {
  words: string;
  tone: 'quiet' | 'amber' | 'red';
}

/** What a source is doing; off is a choice of the operator, down is not. */
export function sourceState({ state, observed, expected }: Pick<SourceCoverage, 'state' | 'observed' | 'expected'>): SourceState {
  if (state === 'off') return { words: 'off', tone: 'quiet' };
  if (state === 'down') return { words: 'does not answer', tone: 'red' };
  if (expected !== null && observed < expected) return { words: 'sees a part', tone: 'amber' };
  return { words: expected === null ? 'reads' : 'sees all', tone: 'quiet' };
}

/** What a source counts. */
export function countedThing(source: CertificateSource): string {
  if (source === 'configMap') return 'bundles';
  return source === 'certManager' ? 'objects' : 'pods';
}
