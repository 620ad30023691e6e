/**
 * What can be said of rules while some facts are not known: matches, does not match, or hangs on them (Kleene's three values).
 * Invariant: `true` and `false` hold under every completion; what hangs on the facts is left to be decided completion by completion.
 */
import type { Condition } from '../model/policy.js';
import type { CompiledCondition, RuleTest } from './compile.js';
import type { CompiledWorkload, Outcome } from './decide.js';
import { NO_ALLOW_POLICY, NO_ALLOW_RULE_MATCHED } from './decide.js';
import type { Facts } from './facts.js';
import type { CompiledRule } from './rule-index.js';
import { looksAt, type UnknownFact } from './unknown-facts.js';

type Tri = boolean | 'open';

/** A condition that hangs on an unknown fact, in a rule that may match. */
export interface OpenCondition extends Condition {
  readonly policyNamespace: string;
}

export type Known =
  | { readonly outcome: Outcome }
  | { readonly outcome?: undefined; readonly conditions: readonly OpenCondition[]; readonly providers: readonly string[] };

interface Sorted {
  readonly matching: CompiledRule | undefined;
  readonly open: readonly CompiledRule[];
}

export class TriState {
  private readonly looking: Map<Condition, boolean>;

  constructor(
    private readonly compiled: CompiledWorkload,
    private readonly facts: Facts,
    private readonly unknown: readonly UnknownFact[],
  ) {
    const { request } = facts;
    // Which conditions look at what is unknown is the same for every request with these facts unknown, but for two cases.
    const isUsual = request.headers === undefined && request.source?.remoteIp === undefined;
    this.looking = isUsual ? compiled.openFor(unknown) : new Map();
  }

  /** The outcome where no unknown fact can change the decision, else all that it hangs on. */
  decide(): Known {
    const { custom, deny, allow } = this.compiled.rulesFor(this.facts.isHttp ? 'http' : 'tcp');
    const denying = this.sort(deny.rules);
    const denied = denying.matching;
    if (denied) return { outcome: { decision: 'DENY', by: 'deny-rule', policy: denied.policy, rule: denied.rule } };
    const allowing = this.sort(allow.rules);
    const open = [...denying.open];
    const providers: string[] = [];
    for (const group of custom) {
      const sorted = this.sort(group.rules.rules);
      const answer = this.answerOf(group);
      if (answer === 'ALLOW' || (sorted.open.length === 0 && !sorted.matching)) continue;
      if (answer !== 'unknown' && sorted.matching) {
        const { policy, rule } = sorted.matching;
        return { outcome: { decision: 'DENY', by: answer, policy, rule } };
      }
      if (answer === 'unknown') providers.push(group.provider ?? '');
      open.push(...sorted.open);
    }
    if (!allowing.matching && allowing.open.length === 0 && this.compiled.hasAllow) return { outcome: NO_ALLOW_RULE_MATCHED };
    const needsAllow = this.compiled.hasAllow && !allowing.matching;
    if (open.length === 0 && providers.length === 0 && !needsAllow) {
      if (!allowing.matching) return { outcome: NO_ALLOW_POLICY };
      const { policy, rule } = allowing.matching;
      return { outcome: { decision: 'ALLOW', by: 'allow-rule', policy, rule } };
    }
    return { conditions: [...open, ...(needsAllow ? allowing.open : [])].flatMap((rule) => this.openConditions(rule)), providers };
  }

  private answerOf({ provider = '', usable }: { provider: string | undefined; usable: boolean }) {
    if (!usable) return 'custom-misconfigured' as const;
    if (this.unknown.some(({ fact, key }) => fact === 'extAuthz' && (key.length === 0 || key[0] === provider))) return 'unknown' as const;
    const answer = this.facts.request.extAuthz?.[provider];
    if (answer === 'ALLOW') return 'ALLOW' as const;
    return answer === 'DENY' ? ('custom-denied' as const) : ('custom-no-answer' as const);
  }

  private sort(rules: readonly CompiledRule[]): Sorted {
    const open: CompiledRule[] = [];
    for (const rule of rules) {
      const value = this.rule(rule.tests);
      if (value === true) return { matching: rule, open };
      if (value === 'open') open.push(rule);
    }
    return { matching: undefined, open };
  }

  private rule({ from, to, when }: RuleTest): Tri {
    let value: Tri = true;
    for (const condition of when) {
      const one = this.condition(condition);
      if (one === false) return false;
      if (one === 'open') value = 'open';
    }
    for (const side of [from, to]) {
      const one = side === null ? true : this.any(side);
      if (one === false) return false;
      if (one === 'open') value = 'open';
    }
    return value;
  }

  private any(alternatives: readonly (readonly CompiledCondition[])[]): Tri {
    let value: Tri = false;
    for (const all of alternatives) {
      const one = this.all(all);
      if (one === true) return true;
      if (one === 'open') value = 'open';
    }
    return value;
  }

  private all(conditions: readonly CompiledCondition[]): Tri {
    let value: Tri = true;
    for (const condition of conditions) {
      const one = this.condition(condition);
      if (one === false) return false;
      if (one === 'open') value = 'open';
    }
    return value;
  }

  private condition({ condition, test }: CompiledCondition): Tri {
    return this.isOpen(condition) ? 'open' : test(this.facts);
  }

  private isOpen(condition: Condition): boolean {
    let known = this.looking.get(condition);
    if (known === undefined) {
      known = this.unknown.some((fact) => looksAt(condition, fact, this.facts.request));
      this.looking.set(condition, known);
    }
    return known;
  }

  private openConditions({ tests, policy }: CompiledRule): OpenCondition[] {
    const policyNamespace = this.compiled.policies[policy]?.namespace ?? '';
    const possible = (side: RuleTest['from']) => (side ?? []).filter((all) => this.all(all) !== false).flat();
    return [...possible(tests.from), ...possible(tests.to), ...tests.when]
      .filter(({ condition }) => this.isOpen(condition))
      .map(({ condition }) => ({ ...condition, policyNamespace }));
  }
}
