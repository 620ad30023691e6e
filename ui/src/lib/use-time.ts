/** The time looked at, from and into the URL. */
import { useCallback, useMemo } from 'react';
import { DEFAULT_RANGE, parseRange, parseTime, type TimeMode } from './time.js';
import { useSetUrl, useUrlValues } from './url-state.js';

export function useTime() {
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const { at, from, to, span, last } = values;
  const time = useMemo(() => parseTime({ at, from, to }), [at, from, to]);
  const range = useMemo(() => parseRange({ span, last }), [span, last]);
  const setTime = useCallback(
    (next: TimeMode, options?: { replace?: boolean }) =>
      setUrl(
        {
          at: next.mode === 'at' ? next.at : undefined,
          from: next.mode === 'compare' ? next.from : undefined,
          to: next.mode === 'compare' ? next.to : undefined,
          ...(next.mode === 'live' ? { span: undefined } : {}),
        },
        options,
      ),
    [setUrl],
  );
  const setRange = useCallback(
    (next: string | { from: string; to: string }) =>
      typeof next === 'string'
        ? setUrl({ last: next === DEFAULT_RANGE ? undefined : next, span: undefined })
        : setUrl({ span: `${next.from}/${next.to}` }),
    [setUrl],
  );
  return { time, range, setTime, setRange, isLive: time.mode === 'live' };
}
