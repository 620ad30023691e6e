/**
 * Is a source fresh? By its newest sample: within the span that rates are taken over, a rate can still be told.
 * Invariant: `freshAt` never goes back, so that an outage shows since when nothing is known.
 */
import type { SourceFreshness, WindowClosed } from '@observatory/contracts';

export interface FreshnessFacts {
  freshAt: Date | undefined;
  now: Date;
  /** Age at which a sample stops to count: the span of a rate and one window. */
  staleAfterSec: number;
  /** Why Prometheus could not be asked; absent: it answered. */
  failure?: string;
  /** Rates reach into a time without samples: the newest before it, null where there is none. */
  gapSinceMs?: number | null | undefined;
}

/**
 * Whether a rate at `atMs` says what went on: samples reach at least into the second half of its span. An older end is no
 * traffic that ceased, but telemetry that did.
 */
export function isCovered(newestMs: number | undefined, atMs: number, rateWindowSec: number): boolean {
  return newestMs !== undefined && newestMs > atMs - (rateWindowSec * 1000) / 2;
}

/**
 * What rates at `atMs` say. Whole are those with samples of the beginning of their span and of its end: where it reaches into a gap
 * Prometheus divides what it has by nearly the whole of it.
 */
export function coverageOf(samples: SpanSamples, atMs: number, span: RateSpan): WindowClosed['coverage'] {
  if (!isCovered(samples.newestMs, atMs, span.rateWindowSec)) return 'none';
  return gapOf(samples, atMs, span) === undefined ? undefined : 'partial';
}

/** The newest sample before the gap that rates reach into, null where there is none; undefined: there is no gap. */
export function gapOf({ newestMs, beganMs }: SpanSamples, atMs: number, { rateWindowSec, scrapeSec }: RateSpan): number | null | undefined {
  if (newestMs === undefined || newestMs <= atMs - 1.5 * scrapeSec * 1000) return newestMs ?? null;
  return beganMs !== undefined && beganMs > atMs - (rateWindowSec + scrapeSec / 2) * 1000 ? undefined : (beganMs ?? null);
}

/** The newest sample of all, and the newest of when the span began. */
export interface SpanSamples {
  readonly newestMs: number | undefined;
  readonly beganMs: number | undefined;
}
export interface RateSpan {
  readonly rateWindowSec: number;
  readonly scrapeSec: number;
}

/** How long before a window's end there must be a sample, if its rates are whole. */
export const spanBeganAgoSec = ({ rateWindowSec, scrapeSec }: RateSpan): number => Math.round(rateWindowSec - scrapeSec);

export function freshnessOf({
  freshAt,
  now,
  staleAfterSec,
  failure,
  gapSinceMs,
}: FreshnessFacts): Pick<SourceFreshness, 'freshAt' | 'state' | 'detail'> {
  const at = freshAt?.toISOString() ?? null;
  if (failure !== undefined) return { freshAt: at, state: 'down', detail: failure };
  if (!freshAt) return { freshAt: at, state: 'stale', detail: 'Prometheus answers, and has no sample of a mesh yet' };
  if (now.getTime() - freshAt.getTime() <= staleAfterSec * 1000) {
    if (gapSinceMs === undefined) return { freshAt: at, state: 'fresh' };
    const gap =
      gapSinceMs === null
        ? 'There were no samples a few minutes ago'
        : `There are no samples right after ${new Date(gapSinceMs).toISOString()}`;
    return { freshAt: at, state: 'fresh', detail: `${gap}: rates are too low until their span has passed that` };
  }
  return { freshAt: at, state: 'stale', detail: 'Prometheus answers, and has no newer sample' };
}
