/** The reads about certificates. Keys begin with `certificate`, so that `certificate:status` refreshes them. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './api.js';

/** Days run down and sources go stale without an event. */
const POLL_MS = 30_000;

export const certificateHealthQuery = (args: { cluster?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['certificate', 'health', args],
    queryFn: ({ signal }) => api('/certificates/health', 'certificateHealth', { params: { ...args }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
