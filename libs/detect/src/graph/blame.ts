/**
 * What both rankings of causes hold to be true: whom evidence speaks against, and that nobody is blamed for what another explains
 * ("explained away" on edge-level evidence; research on PetShop, arXiv 2311.04806, and on injected faults with latency per edge, where
 * it is the largest single gain). A call that is slow or fails speaks against the callee, more of it against the caller.
 * Invariant: what is left of a suspicion lies between 0 and the suspicion itself.
 */

/** A node, or a call from `source` to `target`. */
export interface Place {
  readonly id: string;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
}

/** Callee: what calls wait for and fail of. Caller: how much is called. */
export type Side = 'callee' | 'caller';

export const blamed = ({ id, source, target }: Place, side: Side): string => (side === 'callee' ? target : source) ?? id;

/** `explained`: for one part that is the node's own, so many are another's; 0 where nothing explains it. */
export const explainedAway = (suspicion: number, explained: number): number => suspicion / (1 + explained);
