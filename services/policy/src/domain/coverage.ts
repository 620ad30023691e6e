/**
 * How well is each workload covered by policies: default deny, strict mutual TLS, rules that let anybody in, rules that nothing used?
 * Invariant: counts of a namespace are sums over its workloads; a rule whose use cannot be told from the recording is not called unused.
 */
import {
  selectsLabels,
  mtlsOf,
  portsApart,
  ofKind,
  refOf,
  type PolicySet,
  CompiledWorkload,
  decideWithUnknowns,
  type Request,
  type Decider,
  type AuthorizationPolicy,
  type Point,
} from '@observatory/authz';
import type { NamespaceCoverage, PolicyRef, UnusedRule, WorkloadCoverage } from '@observatory/contracts';
import { pointsOf } from './enforcement.js';
import type { MeshModel, MeshWorkload } from './mesh-model.js';
import type { ReplayFlow } from './policy-flows.js';
import { isEndpoint } from './reach.js';

const refOfAuthorization = ({ namespace, name }: AuthorizationPolicy): PolicyRef => ({ kind: 'AuthorizationPolicy', namespace, name });

export function workloadCoverage(model: MeshModel, decider: Decider): WorkloadCoverage[] {
  return model.workloads.filter(isEndpoint).map((workload) => coverageOf(workload, model, decider));
}

function coverageOf(workload: MeshWorkload, model: MeshModel, decider: Decider): WorkloadCoverage {
  const services = workload.services.length === 0 ? [undefined] : workload.services;
  const points = services.flatMap((service) => pointsOf(workload, model, service));
  const selected = [...new Set(points.flatMap((point) => decider.selected(point)))];
  const enforced = selected.filter(({ dryRun, action }) => !dryRun && action !== 'AUDIT');
  const allows = enforced.filter(({ action }) => action === 'ALLOW');
  const openTo = allows.filter((policy) => policy.rules.some(letsAnybodyIn)).map(refOfAuthorization);
  const networkPolicies = ofKind(decider.set, 'NetworkPolicy').filter(
    ({ namespace, object }) =>
      namespace === workload.ref.namespace &&
      selectsLabels((object.spec as { podSelector?: unknown } | undefined)?.podSelector, workload.policy.labels),
  );
  const mtls = mtlsModeOf(workload, points, decider);
  const reasons: string[] = [];
  if (workload.mesh === 'none') reasons.push('it is out of the mesh: nothing enforces policies of the mesh');
  if (workload.mesh === 'linkerd') reasons.push("Linkerd's policies are not counted here: they decide in the sandbox and the replay");
  if (mtls.portsApart.length > 0) reasons.push(`ports ${mtls.portsApart.join(', ')} have a mode of their own`);
  return {
    ...workload.ref,
    mesh: workload.mesh,
    policies: [...selected.map(refOfAuthorization), ...mtls.policies, ...networkPolicies.map(refOf)],
    defaultDeny: allows.length > 0,
    mtls: mtls.mode,
    openTo,
    networkPolicy: networkPolicies.length > 0,
    reasons,
  };
}

function mtlsModeOf(workload: MeshWorkload, points: readonly Point[], decider: Decider) {
  const point = points.find(({ enforcer }) => enforcer === 'sidecar' || enforcer === 'ztunnel' || enforcer === 'gateway');
  if (!point || workload.mesh === 'none') return { mode: 'unknown' as const, policies: [], portsApart: [] };
  const peer = decider.peerOf(point);
  return { mode: mtlsOf(peer).mode, policies: peer.map(refOf), portsApart: portsApart(peer) };
}

/** Nothing in the rule asks who calls, or only that somebody does. */
function letsAnybodyIn({ from, when }: AuthorizationPolicy['rules'][number]): boolean {
  const asksCaller = new Set([
    'principal',
    'namespace',
    'serviceAccount',
    'trustDomain',
    'sourceIp',
    'remoteIp',
    'requestPrincipal',
    'claim',
  ]);
  const narrows = ({ attribute, values, notValues }: AuthorizationPolicy['rules'][number]['when'][number]) =>
    asksCaller.has(attribute) && (notValues.length > 0 || values.some((value) => value !== '*') || values.length === 0);
  if (when.some(narrows)) return false;
  return from === null || from.some((alternative) => !alternative.some(narrows));
}

export function namespaceCoverage(cluster: string, workloads: readonly WorkloadCoverage[], set: PolicySet): NamespaceCoverage[] {
  const names = [...new Set([...workloads.map(({ namespace }) => namespace), ...set.map(({ namespace }) => namespace)])].toSorted();
  return names.map((namespace) => {
    const own = workloads.filter((workload) => workload.namespace === namespace);
    const count = (condition: (workload: WorkloadCoverage) => boolean) => own.filter(condition).length;
    return {
      cluster,
      namespace,
      workloads: own.length,
      covered: count(({ policies }) => policies.some(({ kind }) => kind === 'AuthorizationPolicy')),
      defaultDeny: count(({ defaultDeny }) => defaultDeny),
      strictMtls: count(({ mtls }) => mtls === 'STRICT'),
      openToAll: count(({ openTo }) => openTo.length > 0),
      networkPolicy: count(({ networkPolicy }) => networkPolicy),
      policies: set.filter((entry) => entry.namespace === namespace).length,
    };
  });
}

export interface RuleUse {
  readonly policy: PolicyRef;
  readonly rule: number;
  /** Null: whether it matched hangs on facts that are not recorded. */
  readonly flowsMatched: number | null;
  readonly lastMatchedAt?: string;
}

/** Which flows each rule of the AuthorizationPolicies matches. A rule is asked alone, as if it allowed. */
export function ruleUses(flows: readonly ReplayFlow[], decider: Decider): RuleUse[] {
  const uses = new Map<string, { -readonly [Field in keyof RuleUse]: RuleUse[Field] }>();
  for (const { authorization: policy } of decider.set)
    policy?.rules.forEach((_, rule) =>
      uses.set(`${policy.namespace}/${policy.name} ${rule}`, { policy: refOfAuthorization(policy), rule, flowsMatched: 0 }),
    );
  const alone = new WeakMap<object, WeakMap<object, CompiledWorkload[]>>();
  for (const { points, flow } of flows) {
    for (const point of points) {
      if (point.enforcer === 'linkerd' || point.enforcer === 'none') continue;
      for (const policy of decider.selected(point)) {
        rulesAlone(alone, policy, { point, mesh: decider.mesh }).forEach((compiled, rule) => {
          const use = uses.get(`${policy.namespace}/${policy.name} ${rule}`);
          if (!use || use.flowsMatched === null) return;
          const verdict = decideWithUnknowns(compiled, flow.request as Request);
          if (!verdict.outcome) use.flowsMatched = null;
          else if (verdict.outcome.decision === 'ALLOW') {
            use.flowsMatched += 1;
            if (use.lastMatchedAt === undefined || use.lastMatchedAt < flow.lastSeen) use.lastMatchedAt = flow.lastSeen;
          }
        });
      }
    }
  }
  return [...uses.values()];
}

function rulesAlone(
  kept: WeakMap<object, WeakMap<object, CompiledWorkload[]>>,
  policy: AuthorizationPolicy,
  { point, mesh }: { point: Point; mesh: Decider['mesh'] },
): CompiledWorkload[] {
  const ofPolicy = kept.get(policy) ?? new WeakMap<object, CompiledWorkload[]>();
  kept.set(policy, ofPolicy);
  const known =
    ofPolicy.get(point.workload) ??
    policy.rules.map((rule) => new CompiledWorkload([{ ...policy, action: 'ALLOW', dryRun: false, rules: [rule] }], point.workload, mesh));
  ofPolicy.set(point.workload, known);
  return known;
}

export function unusedRules(cluster: string, uses: readonly RuleUse[]): UnusedRule[] {
  return uses
    .filter(({ flowsMatched }) => flowsMatched === 0)
    .map(({ policy, rule }) => ({
      cluster,
      policy,
      rule,
      path: `spec.rules[${rule}]`,
      words: `no recorded flow matched rule ${rule + 1} of ${policy.name}`,
    }));
}
