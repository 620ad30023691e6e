/** The reads about incidents, scores and what was learned. Keys begin with `anomaly`, so that live events refresh them. */
import type { AnomalyType, Severity } from '@observatory/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type QueryParams } from './api.js';
import type { SeriesArgs } from './queries.js';

/** A window closes every half minute; scores follow it within seconds. */
const POLL_MS = 30_000;
const INCIDENT_PAGE = 200;
const TIMELINE_STEPS = 200;
const TIMELINE_STEP_MIN_SEC = 30;

export interface IncidentArgs {
  cluster?: string | undefined;
  namespace?: string | undefined;
  severity?: Severity | undefined;
  type?: AnomalyType | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export const incidentsQuery = (args: IncidentArgs = {}) =>
  infiniteQueryOptions({
    queryKey: ['anomaly', 'incidents', args],
    queryFn: ({ pageParam, signal }) => {
      const params: QueryParams = { ...args, limit: INCIDENT_PAGE, cursor: pageParam };
      return api('/incidents', 'incidentListReply', { params, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['anomaly', 'incident', id],
    queryFn: ({ signal }) => api(`/incidents/${encodeURIComponent(id)}`, 'incidentGetReply', { signal }),
    refetchInterval: POLL_MS,
  });

/** The span that a page looks at, as instants; `to` absent: now. */
function spanOf({ from, to, lastSec = 86_400 }: SeriesArgs): { from: string; to: string; seconds: number } {
  const end = to === undefined ? Date.now() : Date.parse(to);
  const start = from === undefined ? end - lastSec * 1000 : Date.parse(from);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString(), seconds: (end - start) / 1000 };
}

export const timelineQuery = (args: SeriesArgs & { cluster?: string | undefined }) =>
  queryOptions({
    queryKey: ['anomaly', 'timeline', args],
    queryFn: ({ signal }) => {
      const { from, to, seconds } = spanOf(args);
      const stepSec = Math.max(TIMELINE_STEP_MIN_SEC, Math.ceil(seconds / TIMELINE_STEPS / 30) * 30);
      return api('/incidents/timeline', 'incidentTimelineReply', { params: { from, to, stepSec, cluster: args.cluster }, signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: args.to === undefined ? POLL_MS : false,
  });

export const subjectAnomaliesQuery = (subject: string) =>
  queryOptions({
    queryKey: ['anomaly', 'of', subject],
    queryFn: ({ signal }) => api('/anomalies', 'anomalyListReply', { params: { subject, limit: INCIDENT_PAGE }, signal }),
    refetchInterval: POLL_MS,
  });

export const scoresQuery = (args: { cluster?: string | undefined; namespaces?: readonly string[] } = {}) =>
  queryOptions({
    queryKey: ['anomaly', 'scores', args],
    queryFn: ({ signal }) => api('/anomalies/scores', 'scoresReply', { params: { ...args }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const signalsQuery = (subject: string, args: SeriesArgs) =>
  queryOptions({
    queryKey: ['anomaly', 'signals', subject, args],
    queryFn: ({ signal }) => {
      const { from, to } = spanOf(args);
      return api('/anomalies/signals', 'signalSeriesReply', { params: { subject, from, to }, signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: args.to === undefined ? POLL_MS : false,
  });

export const baselinesQuery = (args: { cluster?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['anomaly', 'baselines', args],
    queryFn: ({ signal }) => api('/anomalies/baselines', 'baselineReply', { params: { ...args }, signal }),
    refetchInterval: POLL_MS,
  });

export const suppressionsQuery = (args: { expired: boolean }) =>
  queryOptions({
    queryKey: ['anomaly', 'suppressions', args],
    queryFn: ({ signal }) => api('/anomalies/suppressions', 'suppressionListReply', { params: { ...args }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const allowancesQuery = (args: { expired: boolean }) =>
  queryOptions({
    queryKey: ['anomaly', 'allowances', args],
    queryFn: ({ signal }) => api('/anomalies/allowances', 'allowanceListReply', { params: { ...args }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
