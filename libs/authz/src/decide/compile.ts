/**
 * A rule as one function over facts, for HTTP or for TCP. Source: Istio's authz/model/model.go.
 * On TCP, HTTP-only parts make an ALLOW rule match nothing, and are cut out of any other rule, which widens it.
 * Values that cannot be compiled do the same. Invariant: compiled rules are plain closures; no policy is read while deciding.
 */
import { inRange, parseIpRange } from '../match/ip-range.js';
import {
  namespaceMatcher,
  principalMatcher,
  serviceAccountMatcher,
  trustDomainMatcher,
  ztunnelNamespaceMatcher,
  ztunnelPrincipalMatcher,
} from '../match/identity.js';
import { isPathTemplate, templateMatcher } from '../match/path.js';
import { asciiLowerCase, hostMatcher, stringMatcher } from '../match/string-matcher.js';
import { claimAt, metadataMatcher, requestPrincipalMatcher, stringOrListMatches } from '../match/token.js';
import { isHttpOnly, type Alternative, type AuthorizationPolicy, type Condition, type MeshSettings, type Rule } from '../model/policy.js';
import { EXACT, parsePort, type Exact } from './exact.js';
import type { Facts } from './facts.js';

export type Test = (facts: Facts) => boolean;

export interface CompileContext {
  readonly mesh: MeshSettings;
  readonly policyNamespace: string;
  readonly protocol: 'http' | 'tcp';
  readonly ztunnel?: boolean | undefined;
}

/** A condition that is left after compilation, and its test. */
export interface CompiledCondition {
  readonly condition: Condition;
  readonly test: Test;
}

/** The parts are kept beside the whole for facts that are not known: each can then be asked alone. null: anything. */
export interface RuleTest {
  readonly test: Test;
  readonly from: readonly (readonly CompiledCondition[])[] | null;
  readonly to: readonly (readonly CompiledCondition[])[] | null;
  readonly when: readonly CompiledCondition[];
}

type ValueCompiler = (value: string, condition: Condition, context: CompileContext) => Test | undefined;

function ipTest(read: (facts: Facts) => ReturnType<typeof import('../match/ip-range.js').parseIp>): ValueCompiler {
  return (value) => {
    const range = parseIpRange(value);
    return range && ((facts) => inRange(range, read(facts)));
  };
}

function claimTest(path: readonly string[], value: string): Test {
  const matches = stringMatcher(value);
  return (facts) => stringOrListMatches(matches, claimAt(facts.claims, path));
}

/** One value of a condition as a test; undefined when Istio could not compile it. */
const COMPILERS: Record<Condition['attribute'], ValueCompiler> = {
  principal: (value, _, { mesh, ztunnel }) => onIdentity(ztunnel ? ztunnelPrincipalMatcher(value) : principalMatcher(value, mesh)),
  namespace: (value, _, { ztunnel }) => onIdentity(ztunnel ? ztunnelNamespaceMatcher(value) : namespaceMatcher(value)),
  serviceAccount: (value, _, { policyNamespace }) => onIdentity(serviceAccountMatcher(value, policyNamespace)),
  trustDomain: (value, _, { mesh }) => onIdentity(trustDomainMatcher(value, mesh)),
  sourceIp: ipTest((facts) => facts.sourceIp),
  remoteIp: ipTest((facts) => facts.remoteIp),
  destinationIp: ipTest((facts) => facts.destinationIp),
  port: (value) => {
    const port = parsePort(value);
    if (port === undefined) return undefined;
    return (facts) => facts.request.port === port;
  },
  sni: (value) => {
    const matches = stringMatcher(value);
    return (facts) => matches(facts.sni);
  },
  filterMetadata: (value, { key: [filter = '', key = ''] }) => {
    const matches = metadataMatcher(value);
    return (facts) => matches(facts.metadata(filter, key));
  },
  host: (value) => {
    const matches = hostMatcher(value);
    return (facts) => matches(facts.request.host);
  },
  method: (value) => {
    const matches = stringMatcher(value, true);
    return (facts) => matches(facts.request.method);
  },
  path: (value) => {
    const matches = isPathTemplate(value) ? templateMatcher(value) : stringMatcher(value);
    return matches && ((facts) => matches(facts.path));
  },
  requestPrincipal: (value) => {
    const matches = requestPrincipalMatcher(value);
    return (facts) => matches(facts.claims);
  },
  header: (value, { key: [name = ''] }) => {
    const matches = stringMatcher(value, true);
    const lowerCaseName = asciiLowerCase(name);
    return (facts) => matches(facts.header(lowerCaseName));
  },
  audiences: (value) => claimTest(['aud'], value),
  presenter: (value) => claimTest(['azp'], value),
  claim: (value, { key }) => claimTest(key, value),
};

function onIdentity(matches: (uri: string | undefined) => boolean): Test {
  return (facts) => matches(facts.identity);
}

/** null: the condition is removed, for it has nothing left to say. undefined: it cannot be compiled, and its ALLOW rule goes with it. */
export function compileCondition(condition: Condition, context: CompileContext, isAllow: boolean): Test | null | undefined {
  if (context.protocol === 'tcp' && isHttpOnly(condition.attribute)) return isAllow ? undefined : null;
  const [any, none] = [compileValues(condition.values, condition, context), compileValues(condition.notValues, condition, context)];
  if (isAllow && (any.isBroken || none.isBroken)) return undefined;
  if (any.tests.length === 0 && none.tests.length === 0) return null;
  const [anyTest, noneTest] = [any.tests, none.tests].map((tests) => (tests.length > 0 ? anyOf(tests) : undefined));
  if (!noneTest) return anyTest;
  return (facts) => (anyTest === undefined || anyTest(facts)) && !noneTest(facts);
}

/** `isBroken`: some value cannot be compiled. Exact values become one set. */
function compileValues(values: readonly string[], condition: Condition, context: CompileContext): { tests: Test[]; isBroken: boolean } {
  const exact = condition.isBroken ? undefined : EXACT[condition.attribute];
  const keys = new Set<string>();
  const tests: Test[] = [];
  let isBroken = false;
  for (const value of values) {
    const own = exact?.keys(value, context);
    if (own) {
      for (const key of own) keys.add(key);
      continue;
    }
    const test = condition.isBroken ? undefined : COMPILERS[condition.attribute](value, condition, context);
    if (test) tests.push(test);
    else isBroken = true;
  }
  return { tests: exact && keys.size > 0 ? [keyTest(exact, keys), ...tests] : tests, isBroken };
}

function keyTest(exact: Exact, keys: ReadonlySet<string>): Test {
  const [only] = keys;
  if (keys.size === 1) return (facts) => exact.keyOf(facts) === only;
  return (facts) => {
    const key = exact.keyOf(facts);
    return key !== undefined && keys.has(key);
  };
}

function compileAll(conditions: readonly Condition[], context: CompileContext, isAllow: boolean): CompiledCondition[] | undefined {
  const tests: CompiledCondition[] = [];
  for (const condition of conditions) {
    const test = compileCondition(condition, context, isAllow);
    if (test === undefined) return undefined;
    if (test !== null) tests.push({ condition, test });
  }
  return tests;
}

/** Alternatives of which one has no condition left match everything: null. */
function compileAlternatives(
  alternatives: readonly Alternative[] | null,
  context: CompileContext,
  isAllow: boolean,
): RuleTest['from'] | undefined {
  if (alternatives === null) return null;
  const compiled: CompiledCondition[][] = [];
  for (const alternative of alternatives) {
    const all = compileAll(alternative, context, isAllow);
    if (all === undefined) return undefined;
    compiled.push(all);
  }
  return compiled.some((all) => all.length === 0) ? null : compiled;
}

/** The rule as a test; undefined when it matches nothing. */
export function compileRule(rule: Rule, action: AuthorizationPolicy['action'], context: CompileContext): RuleTest | undefined {
  if (rule.isVoid) return undefined;
  const isAllow = action === 'ALLOW';
  const from = compileAlternatives(rule.from, context, isAllow);
  const to = compileAlternatives(rule.to, context, isAllow);
  const when = compileAll(rule.when, context, isAllow);
  if (from === undefined || to === undefined || when === undefined) return undefined;
  const sideTest = (side: RuleTest['from']) => (side === null ? [] : [anyOf(side.map((all) => allOf(all.map(({ test }) => test))))]);
  return { test: allOf([...sideTest(from), ...sideTest(to), ...when.map(({ test }) => test)]), from, to, when };
}

function anyOf(tests: readonly Test[]): Test {
  const [first, ...rest] = tests;
  if (first !== undefined && rest.length === 0) return first;
  return (facts) => tests.some((test) => test(facts));
}

function allOf(tests: readonly Test[]): Test {
  const [first, ...rest] = tests;
  if (first !== undefined && rest.length === 0) return first;
  return (facts) => tests.every((test) => test(facts));
}
