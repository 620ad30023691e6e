/**
 * Which certificates does the table ask for? The URL's words as parameters of the API, and back.
 * Invariant: a word that is none of the contract's filters nothing, so a link never hides certificates by mistake.
 */
import { durationSec, type CertificateSort } from '@observatory/contracts';
import type { QueryParams } from '../../../lib/api.js';
import type { Scope } from '../../../lib/scope.js';
import type { UrlValues } from '../../../lib/url-values.js';
import { STATUS_WORDS } from '../../../lib/certificate-states.js';
import { KIND_WORDS, PROBLEM_WORDS, SOURCE_WORDS } from './words.js';

export const FACETS = ['status', 'kind', 'source', 'problem'] as const;
export type Facet = (typeof FACETS)[number];

const WORDS: Record<Facet, Record<string, string>> = {
  status: labels(STATUS_WORDS),
  kind: labels(KIND_WORDS),
  source: labels(SOURCE_WORDS),
  problem: PROBLEM_WORDS,
};
const SORTS: readonly CertificateSort[] = ['remaining', 'status', 'name', 'observed', 'lifetime'];

function labels(words: Record<string, { label: string }>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([value, { label }]) => [value, label]));
}

export const valuesOf = (facet: Facet): string[] => Object.keys(WORDS[facet]);
export const facetLabel = (facet: Facet, value: string): string => WORDS[facet][value] ?? value;

export interface ListFilter {
  facets: Record<Facet, string[]>;
  text: string;
  /** Id of a node of the topology. */
  workload: string | undefined;
  endsWithin: string | undefined;
  endsAfter: string | undefined;
  sort: CertificateSort;
  descending: boolean;
}

const duration = (text: string | undefined) => (text !== undefined && durationSec(text) !== undefined ? text : undefined);

function chosen(facet: Facet, text: string | undefined): string[] {
  const words = new Set((text ?? '').split(','));
  return valuesOf(facet).filter((value) => words.has(value));
}

export function parseListFilter(values: UrlValues): ListFilter {
  return {
    facets: {
      status: chosen('status', values['status']),
      kind: chosen('kind', values['kind']),
      source: chosen('source', values['source']),
      problem: chosen('problem', values['problem']),
    },
    text: values['q'] ?? '',
    workload: values['workload'] || undefined,
    endsWithin: duration(values['within']),
    endsAfter: duration(values['after']),
    sort: SORTS.find((sort) => sort === values['sort']) ?? 'remaining',
    descending: values['order'] === 'descending',
  };
}

export function listParams({ facets, text, workload, endsWithin, endsAfter, sort, descending }: ListFilter, scope: Scope): QueryParams {
  return {
    ...scope,
    ...facets,
    q: text.trim(),
    workload,
    endsWithin,
    endsAfter,
    sort,
    descending: descending || undefined,
  };
}

/** What takes every filter out of the URL. */
export const NO_FILTERS: UrlValues = {
  status: undefined,
  kind: undefined,
  source: undefined,
  problem: undefined,
  q: undefined,
  workload: undefined,
  within: undefined,
  after: undefined,
};

export const isFiltered = ({ facets, text, workload, endsWithin, endsAfter }: ListFilter): boolean =>
  FACETS.some((facet) => facets[facet].length > 0) ||
  text.trim() !== '' ||
  [workload, endsWithin, endsAfter].some((value) => value !== undefined);

/** The URL's text after one value of a facet was put in or taken out. */
export function toggled(facet: Facet, before: readonly string[], value: string): string | undefined {
  const after = new Set(before);
  if (!after.delete(value)) after.add(value);
  const text = valuesOf(facet)
    .filter((each) => after.has(each))
    .join(',');
  return text === '' ? undefined : text;
}

/** `ends between 7d and 30d`: what a link from elsewhere has narrowed, in words. */
export function endsWords({ endsWithin, endsAfter }: Pick<ListFilter, 'endsWithin' | 'endsAfter'>): string | undefined {
  if (endsAfter === undefined) return endsWithin === undefined ? undefined : `ends within ${spaced(endsWithin)}`;
  if (endsWithin === undefined) return `ends later than ${spaced(endsAfter)} from now`;
  return endsAfter === '1s'
    ? `ends within ${spaced(endsWithin)}, not ended yet`
    : `ends ${spaced(endsAfter)} to ${spaced(endsWithin)} from now`;
}

const spaced = (duration: string) => duration.replace(/(\d)([a-z])/u, '$1\u00a0$2');
