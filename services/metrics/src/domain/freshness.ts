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
  /** Where samples began again after a gap, as long as rates reach into the gap. */
  gapUntil?: Date;
}

/**
 * Whether a rate at `atMs` says what went on: samples reach at least into the second half of its span. An older end is no
 * traffic that ceased, but telemetry that did.
 */
export function isCovered(newestMs: number | undefined, atMs: number, rateWindowSec: number): boolean {
  return newestMs !== undefined && newestMs > atMs - (rateWindowSec * 1000) / 2;
}

export function freshnessOf({
  freshAt,
  now,
  staleAfterSec,
  failure,
  gapUntil,
}: FreshnessFacts): Pick<SourceFreshness, 'freshAt' | 'state' | 'detail'> {
  const at = freshAt?.toISOString() ?? null;
  if (failure !== undefined) return { freshAt: at, state: 'down', detail: failure };
  if (!freshAt) return { freshAt: at, state: 'stale', detail: 'Prometheus answers, and has no sample of a mesh yet' };
  if (now.getTime() - freshAt.getTime() <= staleAfterSec * 1000) {
    const gap = gapUntil && {
      detail: `There are no samples right before ${gapUntil.toISOString()}: rates are low until their span has passed it`,
    };
    return { freshAt: at, state: 'fresh', ...gap };
  }
  return { freshAt: at, state: 'stale', detail: 'Prometheus answers, and has no newer sample' };
}
