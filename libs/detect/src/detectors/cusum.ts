/**
 * Does something seep, too little at a time to be seen? Two-sided cumulative sum (Page 1954) of deviations: small steady ones add up.
 * With allowance 0.5 and limit 8 (in scales) a steady deviation of one scale is found after about 16 windows.
 * Invariants: sums never fall below 0; one deviation counts at most CLIP, so that a single spike is no seep.
 */

export interface CusumState {
  readonly up: number;
  readonly down: number;
}

export const NO_CUSUM: CusumState = { up: 0, down: 0 };
export const CUSUM_LIMIT = 8;
const ALLOWANCE = 0.5;
const CLIP = 3;

/** NaN leaves the sums as they are. */
export function stepCusum(state: CusumState, z: number): CusumState {
  if (Number.isNaN(z)) return state;
  const step = Math.max(-CLIP, Math.min(CLIP, z));
  return { up: Math.max(0, state.up + step - ALLOWANCE), down: Math.max(0, state.down - step - ALLOWANCE) };
}

/** 1 at the limit. */
export const seepage = ({ up, down }: CusumState): number => Math.max(up, down) / CUSUM_LIMIT;
