/**
 * How does the last known answer say that it is one? Each of its sources is `stale` and says who does not answer and
 * since when (DESIGN §5, §10); a source that was down stays down. Invariant: nothing else of the answer changes.
 */
import type { SourceFreshness } from '@observatory/contracts';

interface Sourced {
  generatedAt: string;
  sources: SourceFreshness[];
}

export function markStale<T extends Partial<Sourced>>(answer: T, detail: string): T {
  if (!Array.isArray(answer.sources)) return answer;
  const sources = answer.sources.map((source) =>
    source.state === 'down' ? source : { ...source, state: 'stale' as const, detail: joined(source.detail, detail) },
  );
  return { ...answer, sources: sources.length > 0 ? sources : [nobody(answer, detail)] };
}

/** `The policy service does not answer`, as it reads with the time at which that began. */
export const awaySince = (message: string, since: Date): string =>
  message.endsWith('does not answer')
    ? `${message.replace(/does not answer$/, 'has not answered')} since ${since.toISOString()}`
    : `${message} (since ${since.toISOString()})`;

function joined(known: string | undefined, detail: string): string {
  return known ? `${detail}; ${known}` : detail;
}

/** An answer without sources still must not pass as fresh. */
function nobody(answer: Partial<Sourced>, detail: string): SourceFreshness {
  return { name: 'observatory', cluster: '', freshAt: answer.generatedAt ?? null, state: 'stale', detail };
}
