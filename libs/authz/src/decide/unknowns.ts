/**
 * A decision where some facts are not known: decided under every completion that the policies can tell apart.
 * Invariant: INDETERMINATE only where two completions decide differently; `missing` names the facts that tip it.
 * Beyond COMPLETIONS_MAX the answer is INDETERMINATE and names every unknown fact that an open rule looks at.
 */
import type { Request } from '../model/request.js';
import type { CompiledWorkload, Outcome } from './decide.js';
import { dimensionsOf, type Dimension, type MutableRequest } from './dimensions.js';
import { TriState } from './tri-state.js';
import { unknownFacts } from './unknown-facts.js';

export const COMPLETIONS_MAX = 50_000;

export type Verdict =
  | { readonly outcome: Outcome; readonly missing?: undefined }
  | { readonly outcome?: undefined; readonly missing: string[] };

export function decideWithUnknowns(compiled: CompiledWorkload, request: Request): Verdict {
  const facts = compiled.facts(request);
  if (!request.unknown || request.unknown.length === 0) return { outcome: compiled.decide(facts) };
  const unknown = unknownFacts(request.unknown);
  const known = new TriState(compiled, facts, unknown).decide();
  if (known.outcome) return { outcome: known.outcome };
  const { conditions, providers } = known;
  const dimensions = dimensionsOf({ request, mesh: compiled.mesh, unknown, conditions, providers });
  const total = dimensions.reduce((product, { values }) => product * values.length, 1);
  if (total > COMPLETIONS_MAX) return { missing: namesOf(dimensions) };
  const outcomes = Array.from({ length: total }, (_, index) => decideCompletion(compiled, request, { dimensions, index }));
  const [first] = outcomes;
  if (first && outcomes.every((outcome) => outcome.decision === first.decision)) return { outcome: first };
  return { missing: namesOf(dimensions.filter((_, index) => tips(outcomes, dimensions, index))) };
}

const namesOf = (dimensions: readonly Dimension[]): string[] => [...new Set(dimensions.map(({ name }) => name))].sort();

function decideCompletion(compiled: CompiledWorkload, request: Request, at: { dimensions: readonly Dimension[]; index: number }): Outcome {
  const completed: MutableRequest = {
    ...request,
    source: { ...request.source },
    headers: { ...request.headers },
    claims: { ...request.jwt?.claims },
    extAuthz: { ...request.extAuthz },
    filterMetadata: { ...request.filterMetadata },
  };
  let rest = at.index;
  for (const { values, apply } of at.dimensions) {
    apply(completed, values[rest % values.length]);
    rest = Math.floor(rest / values.length);
  }
  return compiled.decide(compiled.facts({ ...completed, jwt: { claims: completed.claims } }));
}

/** Does changing this dimension alone ever change the decision? */
function tips(outcomes: readonly Outcome[], dimensions: readonly Dimension[], which: number): boolean {
  const stride = dimensions.slice(0, which).reduce((product, { values }) => product * values.length, 1);
  const count = dimensions[which]?.values.length ?? 1;
  return outcomes.some((outcome, index) => {
    const position = Math.floor(index / stride) % count;
    return position > 0 && outcomes[index - position * stride]?.decision !== outcome.decision;
  });
}
