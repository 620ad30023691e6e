/**
 * Which policies does the list show? Filters of the URL over what the watch sees.
 * Invariant: a filter that cannot be read filters nothing, so a link never hides policies by mistake.
 */
import type { PolicyKind, PolicyKindState, PolicySummary } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';
import type { UrlValues } from '../../../lib/url-values.js';
import { asKind, KIND_NAMES } from './kinds.js';

export const SHOWS = ['all', 'problems', 'dry-run', 'deleted'] as const;
export type Show = (typeof SHOWS)[number];

export interface ListFilter {
  text: string;
  kind: PolicyKind | undefined;
  show: Show;
}

export function parseListFilter(values: UrlValues): ListFilter {
  return {
    text: values['q'] ?? '',
    kind: asKind(values['kind']),
    show: SHOWS.find((show) => show === values['show']) ?? 'all',
  };
}

const hasProblems = ({ problems }: PolicySummary) => problems.errors + problems.warnings > 0;

/** Words of the text may stand in any order, in names, kind or what the policy says. */
export function filterPolicies(
  policies: readonly PolicySummary[],
  { text, kind, show }: ListFilter,
  namespaces: readonly string[],
): PolicySummary[] {
  const wanted = text.toLowerCase().split(/\s+/u).filter(Boolean);
  return policies.filter((policy) => {
    const hay = `${policy.namespace}/${policy.name} ${policy.kind} ${policy.action ?? ''} ${policy.words}`.toLowerCase();
    return (
      (kind === undefined || policy.kind === kind) &&
      (namespaces.length === 0 || namespaces.includes(policy.namespace) || policy.scope === 'mesh') &&
      (show === 'deleted' ? policy.deletedAt !== undefined : policy.deletedAt === undefined) &&
      (show !== 'problems' || hasProblems(policy)) &&
      (show !== 'dry-run' || policy.dryRun) &&
      wanted.every((word) => hay.includes(word))
    );
  });
}

/** One sentence over the list: how many, and what is wrong. */
export function listSentence(policies: readonly PolicySummary[]): string {
  const there = policies.filter(({ deletedAt }) => deletedAt === undefined);
  if (there.length === 0) return 'No policy is applied: whoever reaches a workload may call it.';
  const errors = there.filter(({ problems }) => problems.errors > 0).length;
  const warnings = there.filter(({ problems }) => problems.errors === 0 && problems.warnings > 0).length;
  const dry = there.filter(({ dryRun }) => dryRun).length;
  const wrong = [
    errors > 0 && `${counted(errors, 'has an error', 'have errors')}`,
    warnings > 0 && `${counted(warnings, 'has a warning', 'have warnings')}`,
    dry > 0 && `${counted(dry, 'is a dry run', 'are dry runs')}`,
  ].filter(Boolean);
  return `${counted(there.length, 'policy', 'policies')}${wrong.length > 0 ? `; ${wrong.join(', ')}` : ', none with a problem that we see'}.`;
}

/** What of the policies cannot be read: a list that lacks a kind must say so. A kind that the cluster has not is nothing to say. */
export function unreadKinds(kinds: readonly PolicyKindState[]): string[] {
  const words = {
    forbidden: 'may not be listed by us: the ClusterRole of the chart names what is needed',
    down: 'cannot be read: the API server does not answer for it',
    starting: 'is being read for the first time',
  };
  return kinds.flatMap(({ cluster, kind, state, detail }) =>
    state === 'watched' || state === 'missing'
      ? []
      : [`${KIND_NAMES[kind]} of ${cluster} ${words[state]}${detail === undefined ? '' : ` (${detail})`}`],
  );
}
