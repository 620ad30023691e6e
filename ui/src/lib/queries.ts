/** Every read of the REST API as TanStack Query options. Keys begin with the contract's noun, so that live events can refresh by noun. */
import type { GraphKind } from '@observatory/contracts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ApiProblem } from './api.js';

/** Where the live feed is cut, polling stands in for it. */
const POLL_MS = 30_000;

const RETRIES = 2;
/** A part of the suite that is starting, or late on a busy machine, gets half a minute before the view is an error. */
const PATIENT_RETRIES = 8;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 5000;

/** A part of the suite does not answer now, and may in a moment. */
export const isPassing = (error: Error | null) => error instanceof ApiProblem && (error.status === 503 || error.status === 504);

/** What a person can do nothing about by asking again is not asked again. */
export function retryable(failures: number, error: Error): boolean {
  if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) return false;
  return failures < (isPassing(error) ? PATIENT_RETRIES : RETRIES);
}

export const retryDelayMs = (failures: number) => Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures);

export interface TopologyArgs {
  graph?: GraphKind;
  cluster?: string | undefined;
  namespaces?: readonly string[];
  /** `5m`, as in the contract. */
  window?: string | undefined;
  at?: string | undefined;
  idle?: boolean;
}

function topologyParams({ graph = 'workload', cluster, namespaces = [], window, at, idle = true }: TopologyArgs) {
  return { graph, cluster, namespaces, window, at, idle };
}

export const topologyQuery = (args: TopologyArgs = {}) => {
  const params = topologyParams(args);
  return queryOptions({
    queryKey: ['topology', 'graph', params],
    queryFn: ({ signal }) => api('/topology', 'topology', { params, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: args.at === undefined ? POLL_MS * 2 : false,
    staleTime: args.at === undefined ? POLL_MS / 2 : Infinity,
  });
};

export const topologyDiffQuery = ({ from, to, ...rest }: Omit<TopologyArgs, 'at'> & { from: string; to: string }) => {
  const params = { ...topologyParams(rest), at: undefined, from, to };
  return queryOptions({
    queryKey: ['topology', 'diff', params],
    queryFn: ({ signal }) => api('/topology/diff', 'topologyDiff', { params, signal }),
    placeholderData: keepPreviousData,
  });
};

export interface SpanArgs {
  from?: string | undefined;
  to?: string | undefined;
  stepSec?: number | undefined;
}

/** A span without `to` ends now: `lastSec` back from the moment of asking. */
export interface SeriesArgs extends SpanArgs {
  lastSec?: number;
}

function spanParams({ from, to, stepSec, lastSec }: SeriesArgs) {
  if (lastSec === undefined) return { from, to, stepSec };
  const end = to === undefined ? Date.now() : Date.parse(to);
  return { from: new Date(end - lastSec * 1000).toISOString(), to: new Date(end).toISOString(), stepSec };
}

const moving = (args: SeriesArgs) => ({
  placeholderData: keepPreviousData,
  refetchInterval: args.to === undefined ? POLL_MS * 2 : (false as const),
});

export const overviewQuery = (args: SeriesArgs & { cluster?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['metrics', 'overview', args],
    queryFn: ({ signal }) => api('/metrics/overview', 'overviewReply', { params: { cluster: args.cluster, ...spanParams(args) }, signal }),
    ...moving(args),
  });

export interface WorkloadName {
  cluster: string;
  namespace: string;
  name: string;
}

export const workloadSeriesQuery = ({ cluster, namespace, name }: WorkloadName, args: SeriesArgs) => {
  const path = ['', 'metrics', 'workloads', ...[cluster, namespace, name].map(encodeURIComponent)].join('/');
  return queryOptions({
    queryKey: ['metrics', 'workload', cluster, namespace, name, args],
    queryFn: ({ signal }) => api(path, 'workloadSeriesReply', { params: spanParams(args), signal }),
    ...moving(args),
  });
};

export const edgeSeriesQuery = (edgeId: string, args: SeriesArgs) =>
  queryOptions({
    queryKey: ['metrics', 'edge', edgeId, args],
    queryFn: ({ signal }) => api(`/metrics/edges/${encodeURIComponent(edgeId)}`, 'edgeSeriesReply', { params: spanParams(args), signal }),
    ...moving(args),
  });

export const statusQuery = () =>
  queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => api('/status', 'suiteStatus', { signal }),
    refetchInterval: POLL_MS,
  });

export const clustersQuery = () =>
  queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => api('/clusters', 'clusterList', { signal }),
    refetchInterval: POLL_MS * 2,
  });

export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => api('/auth/me', 'signedIn', { signal }),
    staleTime: Infinity,
    retry: retryable,
  });

export const faultsQuery = (enabled: boolean) =>
  queryOptions({
    queryKey: ['faults'],
    enabled,
    queryFn: ({ signal }) => api('/demo/faults', 'demoFaultList', { signal }),
    refetchInterval: POLL_MS,
  });
