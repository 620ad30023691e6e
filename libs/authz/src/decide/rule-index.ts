/**
 * Finds the first rule that matches, looking only at rules that can. A rule whose alternatives all name exact principals
 * (or paths, hosts, methods, ports) is filed under these; the rest are always looked at.
 * Invariant: the answer is the one that testing every rule in order would give.
 */
import type { Alternative, Attribute, Rule } from '../model/policy.js';
import type { CompileContext, RuleTest } from './compile.js';
import { EXACT, type Exact } from './exact.js';
import type { Facts } from './facts.js';

export interface CompiledRule {
  /** Indexes into the policies of the workload and the rules of that policy. */
  readonly policy: number;
  readonly rule: number;
  readonly tests: RuleTest;
  readonly source: Rule;
}

interface Entry {
  readonly order: number;
  readonly compiled: CompiledRule;
}

export type IndexContext = Pick<CompileContext, 'mesh' | 'protocol' | 'ztunnel'>;

interface Discriminator extends Exact {
  readonly side: 'from' | 'to';
  readonly attribute: Attribute;
}

/** In the order of how well they usually tell rules apart. */
const DISCRIMINATORS: readonly Discriminator[] = (
  [
    ['from', 'principal'],
    ['to', 'path'],
    ['to', 'host'],
    ['to', 'port'],
    ['to', 'method'],
  ] as const
).flatMap(([side, attribute]) => {
  const exact = EXACT[attribute];
  return exact ? [{ side, attribute, ...exact }] : [];
});

/** The keys under which a rule can be found by this discriminator, undefined when it must always be looked at. */
function keysOf(alternatives: readonly Alternative[] | null, discriminator: Discriminator, context: IndexContext): Set<string> | undefined {
  if (alternatives === null) return undefined;
  const keys = new Set<string>();
  for (const alternative of alternatives) {
    const condition = alternative.find(({ attribute, values }) => attribute === discriminator.attribute && values.length > 0);
    if (!condition) return undefined;
    for (const value of condition.values) {
      const found = discriminator.keys(value, context);
      if (!found) return undefined;
      for (const key of found) keys.add(key);
    }
  }
  return keys;
}

export class RuleIndex {
  private filed: { readonly discriminator: Discriminator; readonly byKey: Map<string, Entry[]> }[] | undefined;
  private readonly always: Entry[] = [];

  constructor(
    readonly rules: readonly CompiledRule[],
    private readonly context: IndexContext,
  ) {}

  first(facts: Facts): CompiledRule | undefined {
    const filed = this.filed ?? this.fileAll();
    let best = firstMatch(this.always, facts, undefined);
    for (const { discriminator, byKey } of filed) {
      if (byKey.size === 0) continue;
      const key = discriminator.keyOf(facts);
      const entries = key === undefined ? undefined : byKey.get(key);
      if (entries) best = firstMatch(entries, facts, best);
    }
    return best?.compiled;
  }

  /** When it is first asked: where facts are not known, rules are looked at one by one, and need no index. */
  private fileAll(): NonNullable<RuleIndex['filed']> {
    // On TCP the HTTP parts of a rule are cut out, so that it must not be filed under them.
    const isUsable = ({ attribute }: Discriminator) =>
      this.context.protocol === 'http' || attribute === 'principal' || attribute === 'port';
    const filed = DISCRIMINATORS.filter(isUsable).map((discriminator) => ({ discriminator, byKey: new Map<string, Entry[]>() }));
    this.filed = filed;
    this.rules.forEach((compiled, order) => this.file({ order, compiled }, filed));
    return filed;
  }

  private file(entry: Entry, filed: NonNullable<RuleIndex['filed']>): void {
    for (const { discriminator, byKey } of filed) {
      const keys = keysOf(entry.compiled.source[discriminator.side], discriminator, this.context);
      if (!keys) continue;
      for (const key of keys) {
        const entries = byKey.get(key);
        if (entries) entries.push(entry);
        else byKey.set(key, [entry]);
      }
      return;
    }
    this.always.push(entry);
  }
}

function firstMatch(entries: readonly Entry[], facts: Facts, best: Entry | undefined): Entry | undefined {
  for (const entry of entries) {
    if (best !== undefined && entry.order > best.order) return best;
    if (entry.compiled.tests.test(facts)) return entry;
  }
  return best;
}
