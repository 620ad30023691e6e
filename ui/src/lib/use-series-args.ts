/** The span and step that the charts of a page ask for, from the time and range in the URL. */
import { useMemo } from 'react';
import type { SeriesArgs } from './queries.js';
import { endOf, stepSec } from './time.js';
import { useTime } from './use-time.js';

export function useSeriesArgs(): SeriesArgs {
  const { time, range } = useTime();
  const to = endOf(time);
  return useMemo(() => {
    if (range.kind === 'span') {
      const seconds = (Date.parse(range.to) - Date.parse(range.from)) / 1000;
      return { from: range.from, to: range.to, stepSec: stepSec(seconds) };
    }
    return { lastSec: range.seconds, to, stepSec: stepSec(range.seconds) };
  }, [range, to]);
}
