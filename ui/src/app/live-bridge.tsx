import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { openLive, useLive, useSnapshotNeeded } from '../lib/live.js';
import { movesWithTime } from '../lib/live-refresh.js';

const REST_MS = 500;

/** Keeps what was fetched in step with the live feed: a closed window refreshes figures and graph, the suite's status is taken as sent. */
export function LiveBridge() {
  const queries = useQueryClient();
  useEffect(() => openLive(), []);
  const refresh = (noun: string) =>
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === noun && movesWithTime(queryKey) });
  useLive('metrics:window', ({ data }) => {
    if (data.backfilled) return;
    refresh('metrics');
    // Spans longer than the live graph's are read from what is stored.
    refresh('topology');
  });
  useLive('topology:delta', ({ data }) => {
    if (data.chunk.index === data.chunk.count - 1) refresh('topology');
  });
  useLive(
    'policy:changed',
    useAtRest(() => refresh('policy')),
  );
  useLive(
    'certificate:status',
    useAtRest(() => refresh('certificate')),
  );
  useLive(
    'anomaly:raised',
    useAtRest(() => refresh('anomaly')),
  );
  useLive(
    'anomaly:updated',
    useAtRest(() => refresh('anomaly')),
  );
  useLive('suite:status', ({ data }) => queries.setQueryData(['status'], data));
  useSnapshotNeeded(() => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && movesWithTime(queryKey) }));
  return null;
}

/** What is told many times at once (a rollout changes many policies, a sweep many certificates) is done once, when it has come to rest. */
function useAtRest(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, REST_MS);
  };
}
