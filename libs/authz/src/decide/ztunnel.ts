/**
 * An AuthorizationPolicy as ztunnel enforces it. Source: Istio's pilot/pkg/serviceregistry/ambient/authorization.go.
 * What ztunnel does not know makes an ALLOW rule match nothing; of a DENY rule it is left out, and a part that has nothing left
 * matches nothing, so that the rule does nothing. Invariant: policies and rules keep their places and names.
 */
import type { Alternative, Attribute, AuthorizationPolicy, Rule } from '../model/policy.js';

const KNOWN: ReadonlySet<Attribute> = new Set(['principal', 'namespace', 'serviceAccount', 'sourceIp', 'port', 'destinationIp']);
const KNOWN_IN_WHEN: ReadonlySet<Attribute> = new Set(['principal', 'namespace', 'sourceIp', 'port', 'destinationIp']);
/** Left out without a word, in ALLOW rules as well. */
const IGNORED: ReadonlySet<Attribute> = new Set(['trustDomain']);

const NOTHING: Rule = { from: null, to: null, when: [], isVoid: true };

/** undefined: ztunnel does not enforce it at all. */
export function asZtunnelEnforces(policy: AuthorizationPolicy): AuthorizationPolicy | undefined {
  if (policy.action === 'CUSTOM' || policy.action === 'AUDIT' || policy.targetRefs.length > 0) return undefined;
  return { ...policy, rules: policy.rules.map((rule) => ruleAtZtunnel(rule, policy.action === 'ALLOW')) };
}

function ruleAtZtunnel(rule: Rule, isAllow: boolean): Rule {
  const sides = [...(rule.from ?? []), ...(rule.to ?? [])].flat();
  const foreign = sides.some(({ attribute }) => !KNOWN.has(attribute) && !IGNORED.has(attribute));
  const foreignWhen = rule.isVoid || rule.when.some(({ attribute }) => !KNOWN_IN_WHEN.has(attribute));
  if (foreignWhen || (isAllow && foreign)) return NOTHING;
  const [from, to] = [known(rule.from), known(rule.to)];
  return from === undefined || to === undefined ? NOTHING : { ...rule, from, to };
}

/** undefined: nothing is left that could match. */
function known(alternatives: readonly Alternative[] | null): readonly Alternative[] | null | undefined {
  if (alternatives === null) return null;
  const left = alternatives.map((all) => all.filter(({ attribute }) => KNOWN.has(attribute))).filter((all) => all.length > 0);
  return left.length === 0 ? undefined : left;
}
