/**
 * Decides many requests at one workload: what `POST /policies/simulate` and the CLI answer.
 * Invariant: one result a request, in their order.
 */
import { CompiledWorkload, type Outcome } from './decide/decide.js';
import { explain } from './decide/explain.js';
import { decideWithUnknowns } from './decide/unknowns.js';
import { DEFAULT_MESH, type AuthorizationPolicy, type MeshSettings, type Workload } from './model/policy.js';
import type { Request } from './model/request.js';

export interface Decision {
  readonly id?: string | undefined;
  readonly decision: 'ALLOW' | 'DENY' | 'INDETERMINATE';
  readonly decidedBy?:
    | { readonly kind: 'AuthorizationPolicy'; readonly namespace: string; readonly name: string; readonly rule: number }
    | undefined;
  readonly reason: string;
  readonly missing?: readonly string[] | undefined;
}

export interface SimulateInput {
  readonly mesh?: Partial<MeshSettings> | undefined;
  readonly policies: readonly AuthorizationPolicy[];
  readonly workload: Workload;
  readonly requests: readonly Request[];
}

export function simulate({ mesh, policies, workload, requests }: SimulateInput): Decision[] {
  const compiled = new CompiledWorkload(policies, workload, { ...DEFAULT_MESH, ...mesh });
  return requests.map((request) => decideOne(compiled, request));
}

export function decideOne(compiled: CompiledWorkload, request: Request): Decision {
  const verdict = decideWithUnknowns(compiled, request);
  const id = request.id === undefined ? {} : { id: request.id };
  if (!verdict.outcome) {
    const reason = `it hangs on what is not known: ${verdict.missing.join(', ')}`;
    return { ...id, decision: 'INDETERMINATE', reason, missing: verdict.missing };
  }
  const { outcome } = verdict;
  const isUncertain = (request.unknown ?? []).length > 0;
  const reason =
    isUncertain && outcome.by === 'no-allow-rule-matched'
      ? 'no ALLOW policy matches, whatever the unknown facts are'
      : explain(compiled, compiled.facts(request), outcome);
  return { ...id, decision: outcome.decision, ...decidedBy(compiled, outcome), reason };
}

function decidedBy({ policies }: CompiledWorkload, outcome: Outcome): Pick<Decision, 'decidedBy'> {
  if (!('policy' in outcome)) return {};
  const policy = policies[outcome.policy];
  if (!policy) return {};
  return { decidedBy: { kind: 'AuthorizationPolicy', namespace: policy.namespace, name: policy.name, rule: outcome.rule } };
}
