/**
 * How much does the detection watch, and where is it blind? Every list of incidents says it, the overview too.
 * Invariant: silence is never an all-clear: what is not watched yet, and why, is said beside it.
 */
import type { BaselineReply } from '@observatory/contracts';
import { compactNumber, counted, span } from './format.js';

/** Rates, latency and bytes can alert from a day of history on (services/anomaly). */
const QUANTITIES_FROM_SEC = 86_400;

/** How much is watched: the other half of every all-clear. */
export function watchWords({ series, subjects, stages }: Pick<BaselineReply, 'series' | 'subjects' | 'stages'>): string {
  if (series === 0) return 'Nothing is watched yet';
  const learning = stages.new + stages.learning;
  const of = `${counted(series, 'series', 'series')} of ${counted(subjects, 'workload or edge', 'workloads and edges')} watched`;
  const all = learning + stages.daily + stages.seasonal;
  return learning === 0 ? of : `${of}, ${learning === all ? 'all' : `${compactNumber(learning)} of them`} still learning`;
}

/** Why nothing may be found in a cluster: one line each, none where all is well. */
export function blindSpots({ clusters }: Pick<BaselineReply, 'clusters'>): string[] {
  if (clusters.length === 0) return ['No cluster has been seen by the detection yet: nothing is judged'];
  return clusters.flatMap(({ cluster, state, detail, historySec }) => {
    const why = detail === undefined ? '' : ` (${detail})`;
    if (state === 'waiting') return [`${cluster}: no window has come yet, nothing is judged${why}`];
    if (state === 'loading') {
      const judged = historySec < QUANTITIES_FROM_SEC ? '; until then only counts of errors are judged' : ', by which it is judged';
      return [`${cluster}: history is being read, ${span(historySec)} so far${judged}${why}`];
    }
    return [];
  });
}

/** An empty list, under a line that says how much is watched. */
export function noneWords(baselines: BaselineReply | undefined): string {
  if (baselines === undefined) return emptyWords(undefined);
  if (seesAll(baselines)) return 'Nothing unusual was found.';
  const { series, stages } = baselines;
  if (series > 0 && stages.new + stages.learning === 0)
    return 'Nothing unusual was found so far, by the part of the history that was read.';
  return 'Nothing unusual was found so far. While it learns, only errors, denials and refused sign-ins can alert.';
}

/** Nothing found is an all-clear only where everything is watched and was learned. */
export function seesAll(baselines: BaselineReply): boolean {
  const { series, stages } = baselines;
  return series > 0 && stages.new + stages.learning === 0 && blindSpots(baselines).length === 0;
}

export function emptyWords(baselines: BaselineReply | undefined): string {
  const watched = baselines === undefined ? 'How much is watched is not known: the detection does not say' : watchWords(baselines);
  return `Nothing unusual was found. ${watched}.`;
}
