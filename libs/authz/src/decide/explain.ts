/**
 * A decision in a sentence: which policy and rule decided and why, or what the nearest ALLOW rule wanted and did not get.
 * Invariant: explains what `decide` said; it never decides.
 */
import { isHttpOnly, type Attribute, type AuthorizationPolicy, type Condition, type Rule } from '../model/policy.js';
import type { CompiledWorkload, Outcome } from './decide.js';
import type { Facts } from './facts.js';

/** How many ALLOW policies a sentence names before it counts the rest. */
const POLICIES_NAMED_MAX = 3;
const VALUES_NAMED_MAX = 3;

const WORDS: Readonly<Record<Attribute, string>> = {
  principal: 'principal',
  namespace: 'source namespace',
  serviceAccount: 'service account',
  trustDomain: 'trust domain',
  sourceIp: 'source IP',
  remoteIp: 'remote IP',
  requestPrincipal: 'request principal',
  host: 'host',
  method: 'method',
  path: 'path',
  port: 'port',
  destinationIp: 'destination IP',
  sni: 'SNI',
  header: 'header',
  audiences: 'token audience',
  presenter: 'token presenter',
  claim: 'token claim',
  filterMetadata: 'filter metadata',
};

/** Rules count from 1 in sentences, as people count; `decidedBy.rule` and Envoy's logs count from 0. */
export function explain(compiled: CompiledWorkload, facts: Facts, outcome: Outcome): string {
  if (outcome.by === 'no-allow-policy') return 'no DENY policy matched, and no ALLOW policy applies to the workload: everything is allowed';
  if (outcome.by === 'no-allow-rule-matched') return explainNoMatch(compiled, facts);
  const policy = compiled.policies[outcome.policy];
  const named = `${policy?.action} policy \`${policy?.namespace}/${policy?.name}\``;
  switch (outcome.by) {
    case 'allow-rule':
      return `${named} allows it: rule ${outcome.rule + 1} matched${conditionsInWords(policy?.rules[outcome.rule])}`;
    case 'deny-rule':
      return `${named} denies it: rule ${outcome.rule + 1} matched${conditionsInWords(policy?.rules[outcome.rule])}`;
    case 'custom-denied':
      return `${named}: rule ${outcome.rule + 1} matched, and the authorizer \`${policy?.provider}\` denied`;
    case 'custom-no-answer':
      return `${named}: rule ${outcome.rule + 1} matched, and the authorizer \`${policy?.provider}\` gave no answer, which denies`;
    case 'custom-misconfigured':
      return `${named}: rule ${outcome.rule + 1} matched, and its provider \`${policy?.provider ?? ''}\` is unknown or not the only one on the workload: what matches is denied`;
  }
}

function conditionsInWords(rule: Rule | undefined): string {
  const conditions = rule ? allConditions(rule) : [];
  return conditions.length === 0 ? ', which has no conditions' : ` (${conditions.map(wants).join('; ')})`;
}

function allConditions(rule: Rule): Condition[] {
  return [...(rule.from ?? []).flat(), ...(rule.to ?? []).flat(), ...rule.when];
}

function explainNoMatch(compiled: CompiledWorkload, facts: Facts): string {
  const { allowing } = compiled;
  const said = allowing.slice(0, POLICIES_NAMED_MAX).map((policy) => `\`${policy.name}\` ${nearestMiss(policy, compiled, facts)}`);
  const rest = allowing.length - said.length;
  return `no ALLOW policy matched: ${said.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** What the rule that came closest lacks. */
function nearestMiss(policy: AuthorizationPolicy, compiled: CompiledWorkload, facts: Facts): string {
  if (policy.rules.length === 0) return 'has no rules and so allows nothing';
  const misses = policy.rules.map((rule) => missesOf(rule, policy, { compiled, facts }));
  const nearest = misses.reduce((best, miss) => (miss.length < best.length ? miss : best));
  const [first] = nearest;
  if (!first) return 'cannot be compiled and so allows nothing';
  if (!facts.isHttp && isHttpOnly(first.attribute)) return `has ${WORDS[first.attribute]} in a rule, which never matches TCP`;
  return `needs ${wants(first)}, the request has ${has(first, facts)}`;
}

function missesOf(rule: Rule, policy: AuthorizationPolicy, { compiled, facts }: { compiled: CompiledWorkload; facts: Facts }): Condition[] {
  const protocol = facts.isHttp ? 'http' : 'tcp';
  const fails = (condition: Condition) => {
    const test = compiled.conditionTest(condition, policy.namespace, protocol);
    return test === undefined || (test !== null && !test(facts));
  };
  const nearestOf = (alternatives: Rule['from']): Condition[] =>
    (alternatives ?? [])
      .map((alternative) => alternative.filter(fails))
      .reduce<Condition[] | undefined>((best, miss) => (best && best.length <= miss.length ? best : miss), undefined) ?? [];
  return [...nearestOf(rule.from), ...nearestOf(rule.to), ...rule.when.filter(fails)];
}

function wants({ attribute, key, values, notValues }: Condition): string {
  const list = (all: readonly string[]) => {
    const shown = all
      .slice(0, VALUES_NAMED_MAX)
      .map((value) => `\`${value}\``)
      .join(' or ');
    return all.length > VALUES_NAMED_MAX ? `${shown} or ${all.length - VALUES_NAMED_MAX} more` : shown;
  };
  const name = key.length > 0 ? `${WORDS[attribute]} \`${key.join('.')}\`` : WORDS[attribute];
  const parts = [values.length > 0 ? list(values) : '', notValues.length > 0 ? `not ${list(notValues)}` : ''];
  return `${name} ${parts.filter(Boolean).join(' and ')}`;
}

function has({ attribute, key }: Condition, facts: Facts): string {
  const { request } = facts;
  const known: Partial<Record<Attribute, string | number | undefined>> = {
    principal: facts.principal ?? 'no identity (no mutual TLS)',
    namespace: facts.principal ?? 'no identity (no mutual TLS)',
    serviceAccount: facts.principal ?? 'no identity (no mutual TLS)',
    trustDomain: facts.principal ?? 'no identity (no mutual TLS)',
    sourceIp: request.source?.ip,
    remoteIp: request.source?.remoteIp ?? request.source?.ip,
    host: request.host,
    method: request.method,
    path: facts.path,
    port: request.port,
    destinationIp: request.destinationIp,
    sni: facts.sni,
    header: facts.header((key[0] ?? '').toLowerCase()),
    requestPrincipal: facts.claims ? `${String(facts.claims['iss'])}/${String(facts.claims['sub'])}` : 'no valid token',
  };
  const value = known[attribute];
  if (value !== undefined && value !== '') return attribute in WORDS && String(value).startsWith('no ') ? String(value) : `\`${value}\``;
  return attribute === 'claim' || attribute === 'audiences' || attribute === 'presenter' ? 'none that matches' : 'none';
}
