import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { openLive, useLive, useSnapshotNeeded } from '../lib/live.js';
import { movesWithTime } from '../lib/live-refresh.js';

/** Keeps what was fetched in step with the live feed: a closed window refreshes figures and graph, the suite's status is taken as sent. */
export function LiveBridge() {
  const queries = useQueryClient();
  useEffect(() => openLive(), []);
  const refresh = (noun: string) =>
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === noun && movesWithTime(queryKey) });
  useLive('metrics:window', ({ data }) => {
    if (!data.backfilled) refresh('metrics');
  });
  useLive('topology:delta', ({ data }) => {
    if (data.chunk.index === data.chunk.count - 1) refresh('topology');
  });
  useLive('policy:changed', () => refresh('policy'));
  useLive('suite:status', ({ data }) => queries.setQueryData(['status'], data));
  useSnapshotNeeded(() => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && movesWithTime(queryKey) }));
  return null;
}
