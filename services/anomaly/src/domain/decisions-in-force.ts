/**
 * What people decided that changes how windows are judged. Plain data: the live pass and a backtest's thread judge by the same.
 * Invariant: a rule holds until it expires, for every window that ended before.
 */
import type { Allowance, AnomalyType, SecurityType } from '@observatory/contracts';

export interface DecisionsInForce {
  readonly allowances: readonly Allowance[];
  /** What feedback left of scores, 0 to 1, by `factorKey`. */
  readonly factors: ReadonlyMap<string, number>;
}
export const NOTHING_DECIDED: DecisionsInForce = { allowances: [], factors: new Map() };

/** Who does what to whom; without a target: in general. */
export interface Pattern {
  readonly type: SecurityType;
  readonly sourceId: string;
  readonly targetId: string | undefined;
}

export const factorKey = (subjectId: string, type: AnomalyType): string => `${type} ${subjectId}`;

/** Asked for every voice of every subject: most meshes have no feedback at all. */
export const factorOf = ({ factors }: DecisionsInForce, subjectId: string, type: AnomalyType): number =>
  factors.size === 0 ? 1 : (factors.get(factorKey(subjectId, type)) ?? 1);

/** As the pass over the window that ended at `atMs` asks for them. */
export function decidedFor(decisions: DecisionsInForce, atMs: number) {
  return {
    factor: (subjectId: string, type: AnomalyType): number => factorOf(decisions, subjectId, type),
    isAllowed: ({ type, sourceId, targetId }: Pattern): boolean =>
      decisions.allowances.some(
        (rule) =>
          rule.type === type &&
          rule.source === sourceId &&
          (rule.target === undefined || rule.target === targetId) &&
          Date.parse(rule.expiresAt) > atMs,
      ),
  };
}
