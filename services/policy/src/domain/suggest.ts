/** Suggestions for the workloads of the live mesh: the flows and workloads as `libs/authz` asks for them, and back. */
import { suggest as suggestPolicies, type Decider, type SuggestFlow, type SuggestTarget } from '@observatory/authz';
import type { PolicySuggestion, PolicySuggestRequest } from '@observatory/contracts';
import type { MeshModel, MeshWorkload } from './mesh-model.js';
import type { ReplayFlow } from './policy-flows.js';

type Options = Pick<PolicySuggestRequest, 'namespaces' | 'workloads' | 'detail' | 'defaultDeny'>;
interface Target extends SuggestTarget {
  readonly ref: MeshWorkload['ref'];
}

export function suggest(
  flows: readonly ReplayFlow[],
  { model, decider, options }: { model: MeshModel; decider: Decider; options: Options },
): PolicySuggestion[] {
  const targets = new Map(model.workloads.map((workload) => [workload.ref.id, targetOf(workload)]));
  const asked = flows.flatMap((replayed): SuggestFlow<Target>[] => {
    const target = replayed.target && isWanted(replayed.target, options) ? targets.get(replayed.target.ref.id) : undefined;
    return target ? [flowOf(replayed, target)] : [];
  });
  return suggestPolicies(asked, { targets: [...targets.values()], decider, options }).map(({ target, ...suggestion }) => ({
    ...(target ? { workload: target.ref } : {}),
    ...suggestion,
  }));
}

const isWanted = ({ ref }: MeshWorkload, { namespaces, workloads }: Options): boolean =>
  (namespaces.length === 0 && workloads.length === 0) || namespaces.includes(ref.namespace) || workloads.includes(ref.id);

const targetOf = ({ ref, policy, mesh, role }: MeshWorkload): Target => ({
  ref,
  namespace: ref.namespace,
  name: ref.name,
  workload: policy,
  canBeClosed: (mesh === 'istio' || mesh === 'ambient') && role === undefined,
});

function flowOf({ flow, points, service }: ReplayFlow, target: Target): SuggestFlow<Target> {
  const { request, requestsPerSecond, source, mtls, operationFrom } = flow;
  const caller = `${callerName(source)} (${mtls})`;
  return { target, points, request, requestsPerSecond, caller, isOperationKnown: operationFrom !== 'unknown', service };
}

/** What is outside every namespace has a kind and a host in place of a name; of an unknown caller that is all there is to say. */
function callerName({ kind, namespace, name }: ReplayFlow['flow']['source']): string {
  if (namespace !== '') return `${namespace}/${name}`;
  return kind === 'unknown' ? 'unknown callers' : name;
}
