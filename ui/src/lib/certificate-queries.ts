/** The reads about certificates. Keys begin with `certificate`, so that `certificate:status` refreshes them; but for the long list, see there. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type QueryParams } from './api.js';

/** Days run down and sources go stale without an event. */
const POLL_MS = 30_000;
const LIST_PAGE = 200;
/** With more pages than this on the screen, reading them anew at each change would cost more than it tells. */
export const LIST_REREAD_PAGES_MAX = 3;
/** Rows of one request at most, by the contract. */
const EXPORT_PAGE = 5000;
/** What an export holds at most: four times the inventory that we are built for. */
const EXPORT_PAGES_MAX = 8;

export interface CertificateScope {
  cluster?: string | undefined;
  namespaces?: readonly string[];
}

export const certificateSummaryQuery = (scope: CertificateScope) =>
  queryOptions({
    queryKey: ['certificate', 'summary', scope],
    queryFn: ({ signal }) => api('/certificates/summary', 'certificateSummary', { params: { ...scope }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

/** A list grows with every page that was read, so an event does not read it anew: its page decides (`certificates` is a noun of its own). */
export const certificatesQuery = (params: QueryParams) =>
  infiniteQueryOptions({
    queryKey: ['certificates', params],
    queryFn: ({ pageParam, signal }) =>
      api('/certificates', 'certificateList', { params: { ...params, limit: LIST_PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= LIST_REREAD_PAGES_MAX ? POLL_MS * 2 : false),
  });

/** Every row of a selection, for a file. */
export async function allCertificates(params: QueryParams) {
  const first = await api('/certificates', 'certificateList', { params: { ...params, limit: EXPORT_PAGE } });
  const rows = [...first.certificates];
  let cursor = first.nextCursor;
  for (let page = 1; cursor !== undefined && page < EXPORT_PAGES_MAX; page += 1) {
    const next = await api('/certificates', 'certificateList', { params: { ...params, limit: EXPORT_PAGE, cursor } });
    rows.push(...next.certificates);
    cursor = next.nextCursor;
  }
  return rows;
}

export const certificateTimelineQuery = (params: QueryParams) =>
  queryOptions({
    queryKey: ['certificate', 'timeline', params],
    queryFn: ({ signal }) => api('/certificates/timeline', 'certificateTimeline', { params, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS * 2,
  });

export const certificateCoverageQuery = (scope: CertificateScope) =>
  queryOptions({
    queryKey: ['certificate', 'coverage', scope],
    queryFn: ({ signal }) => api('/certificates/coverage', 'certificateCoverage', { params: { ...scope }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const certificateHealthQuery = (args: { cluster?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['certificate', 'health', args],
    queryFn: ({ signal }) => api('/certificates/health', 'certificateHealth', { params: { ...args }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

const FOUND_MAX = 20;

/** Certificates by a part of a name, identity, host, serial or fingerprint; undefined: nothing is asked. */
export const certificateSearchQuery = (q: string | undefined) =>
  queryOptions({
    queryKey: ['certificates', 'search', q],
    enabled: q !== undefined,
    queryFn: ({ signal }) => api('/certificates', 'certificateList', { params: { q, limit: FOUND_MAX }, signal }),
    placeholderData: q === undefined ? undefined : keepPreviousData,
  });

const pathOf = (id: string) => `/certificates/${encodeURIComponent(id)}`;

export const certificateQuery = (id: string) =>
  queryOptions({
    queryKey: ['certificate', 'one', id],
    queryFn: ({ signal }) => api(pathOf(id), 'certificateDetail', { signal }),
    refetchInterval: POLL_MS,
  });

export const certificateAlertsQuery = (params: QueryParams) =>
  queryOptions({
    queryKey: ['certificate', 'alerts', params],
    queryFn: ({ signal }) => api('/certificates/alerts', 'certificateAlertList', { params, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const askForRenewal = (id: string, reason: string) =>
  api(`${pathOf(id)}/renewals`, 'renewal', { method: 'POST', body: reason === '' ? {} : { reason } });
