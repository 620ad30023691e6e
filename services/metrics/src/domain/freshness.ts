/**
 * Is a source fresh? By its newest sample: within the span that rates are taken over, a rate can still be told.
 * Invariant: `freshAt` never goes back, so that an outage shows since when nothing is known.
 */
import type { SourceFreshness } from '@observatory/contracts';

export interface FreshnessFacts {
  freshAt: Date | undefined;
  now: Date;
  /** Age at which a sample stops to count: the span of a rate and one window. */
  staleAfterSec: number;
  /** Why Prometheus could not be asked; absent: it answered. */
  failure?: string;
}

export function freshnessOf({
  freshAt,
  now,
  staleAfterSec,
  failure,
}: FreshnessFacts): Pick<SourceFreshness, 'freshAt' | 'state' | 'detail'> {
  const at = freshAt?.toISOString() ?? null;
  if (failure !== undefined) return { freshAt: at, state: 'down', detail: failure };
  if (!freshAt) return { freshAt: at, state: 'stale', detail: 'Prometheus answers, and has no sample of a mesh yet' };
  if (now.getTime() - freshAt.getTime() <= staleAfterSec * 1000) return { freshAt: at, state: 'fresh' };
  return { freshAt: at, state: 'stale', detail: 'Prometheus answers, and has no newer sample' };
}
