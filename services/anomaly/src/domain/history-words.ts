/**
 * How far is the reading of history, and why does it wait? Invariant: what metrics says of its own database is not said as if it were
 * ours; a wrong question is not asked again.
 */
import type { ErrorCode } from '@observatory/contracts';

/** What may be over in a moment. */
const PASSING: ReadonlySet<unknown> = new Set<ErrorCode>([
  'database/unavailable',
  'service/unavailable',
  'service/timeout',
  'service/not-ready',
]);

const codeOf = (thrown: unknown): unknown => (thrown as { code?: unknown } | null)?.code;

export const isPassing = (thrown: unknown): boolean => PASSING.has(codeOf(thrown));

export function silenceWords(thrown: unknown): string {
  if (codeOf(thrown) === 'database/unavailable') return 'metrics has lost its connection to the database for the moment';
  return (thrown as Error).message;
}

/** In hours, as metrics counts a week. */
export function waitingWords(present: number, expected: number): string {
  return `waits for metrics, which reads its own history back: ${present} of ${expected} hours so far`;
}
