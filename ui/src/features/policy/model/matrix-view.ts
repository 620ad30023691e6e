/**
 * Who can reach whom, as a table of namespaces. Invariant: a cell says `all` or `none` only where every pair of workloads
 * is decided so; what is not known of some is said.
 */
import type { MatrixCell, PolicyMatrixReply, ReachEntry, ReachVerdict } from '@observatory/contracts';
import { counted, requestRate } from '../../../lib/format.js';

export type CellVerdict = ReachVerdict | 'mixed' | 'empty';

export function cellVerdict({ all, some, none, unknown }: Pick<MatrixCell, ReachVerdict>): CellVerdict {
  const total = all + some + none + unknown;
  if (total === 0) return 'empty';
  for (const [verdict, count] of Object.entries({ all, some, none, unknown })) if (count === total) return verdict as ReachVerdict;
  return 'mixed';
}

export const VERDICT_TITLES: Record<CellVerdict, string> = {
  all: 'Every request gets in',
  some: 'It hangs on the request',
  none: 'Nothing gets in',
  unknown: 'Not known',
  mixed: 'Some workloads yes, some no',
  empty: 'No pair of workloads',
};

/** `29 of 30 pairs open, 1 closed; 4.2 req/s seen`. */
export function cellWords(cell: MatrixCell): string {
  const { all, some, none, unknown, requestsPerSecond } = cell;
  const parts = [
    all > 0 && `${all} open`,
    some > 0 && `${some} by request`,
    none > 0 && `${none} closed`,
    unknown > 0 && `${unknown} not known`,
  ].filter(Boolean);
  const total = all + some + none + unknown;
  const traffic =
    requestsPerSecond === null
      ? 'traffic not recorded'
      : requestsPerSecond === 0
        ? 'no traffic seen'
        : `${requestRate(requestsPerSecond)} seen`;
  return total === 0 ? `No pair of workloads; ${traffic}` : `${counted(total, 'pair')}: ${parts.join(', ')}; ${traffic}`;
}

export interface MatrixRow {
  source: string;
  cells: (MatrixCell | undefined)[];
}

export function matrixRows({ namespaces, cells }: Pick<PolicyMatrixReply, 'namespaces' | 'cells'>): MatrixRow[] {
  const byPair = new Map(cells.map((cell) => [`${cell.source} ${cell.target}`, cell]));
  return namespaces.map((source) => ({ source, cells: namespaces.map((target) => byPair.get(`${source} ${target}`)) }));
}

/** Open although nobody was seen to use it: what a policy could close without anybody noticing. */
export function unusedReach(entries: readonly ReachEntry[]): ReachEntry[] {
  return entries.filter(({ verdict, requestsPerSecond }) => (verdict === 'all' || verdict === 'some') && requestsPerSecond === 0);
}

export function matrixSentence(cells: readonly MatrixCell[]): string {
  const sum = (verdict: ReachVerdict) => cells.reduce((total, cell) => total + cell[verdict], 0);
  const total = sum('all') + sum('some') + sum('none') + sum('unknown');
  if (total === 0) return 'No two workloads are known.';
  const parts = [
    `${sum('all')} are open to every request`,
    sum('some') > 0 && `${sum('some')} to some requests`,
    `${sum('none')} are closed`,
    sum('unknown') > 0 && `of ${sum('unknown')} it is not known`,
  ].filter(Boolean);
  return `Of ${counted(total, 'pair')} of caller and workload, ${parts.join(', ')}.`;
}

const OPENNESS: readonly ReachVerdict[] = ['all', 'some', 'unknown', 'none'];

/** What is open first, the most used first: that is what one must know. */
export function openFirst(entries: readonly ReachEntry[]): ReachEntry[] {
  return entries.toSorted(
    (a, b) => OPENNESS.indexOf(a.verdict) - OPENNESS.indexOf(b.verdict) || (b.requestsPerSecond ?? 0) - (a.requestsPerSecond ?? 0),
  );
}
