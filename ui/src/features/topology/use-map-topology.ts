/**
 * The graph on the map. The default view is read once and then kept by deltas of the live feed, in place; any other is
 * read again when a window closes (the frame refreshes what is keyed by `topology`).
 */
import type { Topology, TopologyDiff } from '@observatory/contracts';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { api } from '../../lib/api.js';
import { useLive, useLiveConnection, useSnapshotNeeded } from '../../lib/live.js';
import { topologyDiffQuery, topologyQuery } from '../../lib/queries.js';
import type { TimeMode } from '../../lib/time.js';
import { receiveDelta, type HeldTopology } from './model/apply-delta.js';
import type { MapState } from './model/map-url.js';

const LIVE_KEY = ['map', 'live'] as const;
/** Without the feed, the map asks as often as windows close. */
const POLL_MS = 30_000;

export interface MapTopology {
  topology: Topology | undefined;
  diff: TopologyDiff | undefined;
  error: Error | null;
  /** What is shown is of before: the answer for the new time or view is on its way. */
  pending: boolean;
  retry: () => void;
}

function useLiveTopology(enabled: boolean) {
  const queries = useQueryClient();
  const cut = useLiveConnection((connection) => connection.state !== 'live');
  const held = useRef<HeldTopology | null>(null);
  const query = useQuery({
    queryKey: LIVE_KEY,
    queryFn: ({ signal }) => api('/topology', 'topology', { params: { graph: 'workload', window: '5m', idle: true }, signal }),
    enabled,
    staleTime: POLL_MS / 2,
    refetchInterval: cut ? POLL_MS : false,
  });
  const refetch = useCallback(() => void queries.invalidateQueries({ queryKey: LIVE_KEY }), [queries]);
  useLive('topology:delta', ({ data }) => {
    const topology = queries.getQueryData<Topology>(LIVE_KEY);
    if (!topology || !enabled) return;
    const before = held.current?.topology === topology ? held.current : { topology, chunks: [] };
    const received = receiveDelta(before, data);
    held.current = received.held;
    if (received.outcome === 'applied') queries.setQueryData(LIVE_KEY, received.held.topology);
    if (received.outcome === 'needSnapshot') refetch();
  });
  useSnapshotNeeded(refetch);
  return query;
}

export function useMapTopology(state: Pick<MapState, 'graph' | 'window'>, time: TimeMode): MapTopology {
  const byDelta = time.mode === 'live' && state.graph === 'workload' && state.window === '5m';
  const live = useLiveTopology(byDelta);
  const at = time.mode === 'at' ? time.at : time.mode === 'compare' ? time.to : undefined;
  const other = useQuery({
    ...topologyQuery({ graph: state.graph, window: state.window, at }),
    enabled: !byDelta,
    placeholderData: keepPreviousData,
  });
  const compared = time.mode === 'compare';
  const { from, to } = compared ? time : { from: '', to: '' };
  const diff = useQuery({ ...topologyDiffQuery({ graph: state.graph, window: state.window, from, to }), enabled: compared });
  const query = byDelta ? live : other;
  return {
    topology: query.data,
    diff: compared ? diff.data : undefined,
    error: query.error ?? (compared ? diff.error : null),
    pending: query.isPlaceholderData || query.isPending || (compared && diff.isPending),
    retry: () => void Promise.all([query.refetch(), compared ? diff.refetch() : undefined]),
  };
}
