/**
 * All layers' decisions as one. Invariant: any layer that denies decides; what is not known makes the answer INDETERMINATE only where
 * no layer denies anyway.
 */
import type { DecidedBy, LayerDecision } from '@observatory/contracts';

export interface Decided {
  readonly decision: 'ALLOW' | 'DENY' | 'INDETERMINATE';
  readonly decidedBy?: DecidedBy;
  readonly reason: string;
  readonly missing?: string[];
}

export const NOT_ENFORCED: Decided = {
  decision: 'ALLOW',
  reason: 'the workload is out of the mesh: nothing enforces policies of the mesh there',
};

export function together(layers: readonly LayerDecision[]): Decided {
  const denied = layers.find(({ decision }) => decision === 'DENY');
  if (denied) return plain(denied);
  const open = layers.filter(({ decision }) => decision === 'INDETERMINATE');
  if (open[0]) {
    const missing = [...new Set(open.flatMap((layer) => layer.missing ?? []))].sort();
    const { decidedBy: _, ...undecided } = plain(open[0]);
    return { ...undecided, missing };
  }
  // The sentence of the layer that looked hardest.
  const authorization = layers.find(({ layer, decidedBy }) => layer === 'authorizationPolicy' && decidedBy);
  const allowed = authorization ?? layers.find(({ layer }) => layer === 'authorizationPolicy') ?? layers.at(-1);
  return allowed ? plain(allowed) : NOT_ENFORCED;
}

function plain({ layer: _, ...decided }: LayerDecision): Decided {
  return decided;
}
