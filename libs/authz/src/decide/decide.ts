/**
 * What happens to a request at a workload? CUSTOM, then DENY, then ALLOW, as Istio's authz/builder does it.
 * Invariant: names, ages and the order of policies never change the decision; the order only tells which of several is named.
 */
import type { Action, AuthorizationPolicy, Condition, MeshSettings, Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { compileCondition, compileRule, type Test } from './compile.js';
import { Facts, type FactsOptions } from './facts.js';
import { RuleIndex, type CompiledRule, type IndexContext } from './rule-index.js';
import { selectPolicies } from './select.js';
import { asZtunnelEnforces } from './ztunnel.js';

/** Why a decision fell. `policy` and `rule` are indexes into `CompiledWorkload.policies` and its rules. */
export type Outcome =
  | {
      readonly decision: 'DENY';
      readonly by: 'deny-rule' | 'custom-denied' | 'custom-no-answer' | 'custom-misconfigured';
      readonly policy: number;
      readonly rule: number;
    }
  | { readonly decision: 'DENY'; readonly by: 'no-allow-rule-matched' }
  | { readonly decision: 'ALLOW'; readonly by: 'allow-rule'; readonly policy: number; readonly rule: number }
  | { readonly decision: 'ALLOW'; readonly by: 'no-allow-policy' };

export interface CustomGroup {
  readonly provider: string | undefined;
  /** Misconfigured: what matches is denied without asking. */
  readonly usable: boolean;
  readonly rules: RuleIndex;
}

export interface ProtocolRules {
  readonly custom: readonly CustomGroup[];
  readonly deny: RuleIndex;
  readonly allow: RuleIndex;
}

export interface WorkloadOptions {
  /** Claims, beyond the usual ones, that hold lists separated by spaces, by issuer: RequestAuthentications say so. */
  readonly spaceDelimitedClaims?: ReadonlyMap<string, readonly string[]> | undefined;
}

const NO_CLAIMS: readonly string[] = [];

/** The policies that apply to one workload, compiled once for many requests. */
export class CompiledWorkload {
  /** Those that are enforced; outcomes point into it. */
  readonly policies: readonly AuthorizationPolicy[];
  /** The ALLOW policies among them. */
  readonly allowing: readonly AuthorizationPolicy[];
  readonly hasAllow: boolean;
  private readonly conditions = { http: new Map<Condition, Test | null | undefined>(), tcp: new Map<Condition, Test | null | undefined>() };
  private readonly rules: { http?: ProtocolRules; tcp?: ProtocolRules } = {};
  private readonly open = new WeakMap<object, Map<Condition, boolean>>();
  private readonly factsOptions: FactsOptions;

  constructor(
    policies: readonly AuthorizationPolicy[],
    readonly workload: Workload,
    readonly mesh: MeshSettings,
    options: WorkloadOptions = {},
  ) {
    const selected = selectPolicies(policies, workload, mesh).filter((policy) => !policy.dryRun && policy.action !== 'AUDIT');
    this.policies = workload.ztunnel ? selected.flatMap((policy) => asZtunnelEnforces(policy) ?? []) : selected;
    this.allowing = this.policies.filter((policy) => policy.action === 'ALLOW');
    this.hasAllow = this.allowing.length > 0;
    this.factsOptions = {
      normalization: mesh.pathNormalization,
      seesHttp: !workload.ztunnel,
      spaceDelimitedClaims: (issuer) => (typeof issuer === 'string' && options.spaceDelimitedClaims?.get(issuer)) || NO_CLAIMS,
    };
  }

  facts(request: Request): Facts {
    return new Facts(request, this.factsOptions);
  }

  /** What is known of conditions while these facts are not, kept from request to request. */
  openFor(unknown: object): Map<Condition, boolean> {
    let known = this.open.get(unknown);
    if (!known) this.open.set(unknown, (known = new Map()));
    return known;
  }

  /** One condition of an ALLOW policy alone, for sentences about what was missed: null says nothing, undefined matches nothing. */
  conditionTest(condition: Condition, policyNamespace: string, protocol: 'http' | 'tcp'): Test | null | undefined {
    const known = this.conditions[protocol];
    if (!known.has(condition)) {
      const context = { mesh: this.mesh, policyNamespace, protocol, ztunnel: this.workload.ztunnel };
      known.set(condition, compileCondition(condition, context, true));
    }
    return known.get(condition);
  }

  /** The request's facts are all taken as known; `decideWithUnknowns` handles the rest. */
  decide(facts: Facts): Outcome {
    const rules = this.rulesFor(facts.isHttp ? 'http' : 'tcp');
    const customDenial = this.customDenial(rules, facts);
    if (customDenial) return customDenial;
    const denied = rules.deny.first(facts);
    if (denied) return { decision: 'DENY', by: 'deny-rule', policy: denied.policy, rule: denied.rule };
    if (!this.hasAllow) return NO_ALLOW_POLICY;
    const allowed = rules.allow.first(facts);
    return allowed ? { decision: 'ALLOW', by: 'allow-rule', policy: allowed.policy, rule: allowed.rule } : NO_ALLOW_RULE_MATCHED;
  }

  private customDenial({ custom }: ProtocolRules, facts: Facts): Outcome | undefined {
    for (const { provider, usable, rules } of custom) {
      const matched = rules.first(facts);
      if (!matched) continue;
      const at = { policy: matched.policy, rule: matched.rule };
      if (!usable) return { decision: 'DENY', by: 'custom-misconfigured', ...at };
      const verdict = facts.request.extAuthz?.[provider ?? ''];
      // An authorizer that gives no answer denies: Envoy's failure mode is to close.
      if (verdict === undefined) return { decision: 'DENY', by: 'custom-no-answer', ...at };
      if (verdict === 'DENY') return { decision: 'DENY', by: 'custom-denied', ...at };
    }
    return undefined;
  }

  rulesFor(protocol: 'http' | 'tcp'): ProtocolRules {
    this.rules[protocol] ??= {
      custom: this.customGroups(protocol),
      deny: this.index('DENY', protocol),
      allow: this.index('ALLOW', protocol),
    };
    return this.rules[protocol];
  }

  private index(action: Action, protocol: 'http' | 'tcp', provider?: { name: string | undefined }): RuleIndex {
    const context: IndexContext = { mesh: this.mesh, protocol, ztunnel: this.workload.ztunnel };
    const compiled = this.policies.flatMap((policy, policyIndex): CompiledRule[] => {
      if (policy.action !== action || (provider && policy.provider !== provider.name)) return [];
      return policy.rules.flatMap((source, rule) => {
        const tests = compileRule(source, action, { ...context, policyNamespace: policy.namespace });
        return tests ? [{ policy: policyIndex, rule, tests, source }] : [];
      });
    });
    return new RuleIndex(compiled, context);
  }

  private customGroups(protocol: 'http' | 'tcp'): CustomGroup[] {
    const names = [...new Set(this.policies.filter((policy) => policy.action === 'CUSTOM').map((policy) => policy.provider))];
    return names.flatMap((name) => {
      const known = this.mesh.extensionProviders.find((provider) => provider.name === name);
      if (protocol === 'tcp' && known?.type === 'http' && names.length === 1) return [];
      const usable = known !== undefined && names.length === 1;
      return [{ provider: name, usable, rules: this.index('CUSTOM', protocol, { name }) }];
    });
  }
}

export const NO_ALLOW_POLICY: Outcome = { decision: 'ALLOW', by: 'no-allow-policy' };
export const NO_ALLOW_RULE_MATCHED: Outcome = { decision: 'DENY', by: 'no-allow-rule-matched' };
