/**
 * From which windows is a long span read, so that it is cheap and still reaches to its end? Rollups as far as they go, then finer
 * ones, then raw windows: an hour's rollup is made after the hour. Invariant: pieces are disjoint, in order, and within the span.
 */
import type { Resolution } from './resolution.js';
import { betterResolution, resolutionFor } from './steps.js';

export interface Piece {
  readonly resolution: Resolution;
  /** Windows that end in (from, to]. */
  readonly from: Date;
  readonly to: Date;
}

export interface KnownOfResolution {
  /** Share of the span's windows of this resolution that are stored. */
  readonly share: number;
  /** End of the newest one in the span. */
  readonly newest: Date | undefined;
}

const FINER: Record<Resolution, Resolution | undefined> = { '1h': '5m', '5m': 'raw', raw: undefined };

export function mainResolution(spanSec: number, known: Record<Resolution, KnownOfResolution>): Resolution {
  return betterResolution(resolutionFor(spanSec), { raw: known.raw.share, '5m': known['5m'].share, '1h': known['1h'].share });
}

export function flowPieces(span: { from: Date; to: Date }, known: Record<Resolution, KnownOfResolution>): Piece[] {
  const pieces: Piece[] = [];
  let from = span.from;
  const first = mainResolution((span.to.getTime() - span.from.getTime()) / 1000, known);
  for (let resolution: Resolution | undefined = first; resolution !== undefined; resolution = FINER[resolution]) {
    const newest = known[resolution].newest;
    if (newest === undefined || newest <= from) continue;
    pieces.push({ resolution, from, to: newest });
    from = newest;
  }
  return pieces;
}
