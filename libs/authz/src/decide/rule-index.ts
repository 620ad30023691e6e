/**
 * Finds the first rule that matches, looking only at rules that can. A rule whose alternatives all name exact principals
 * (or paths, hosts, methods, ports) is filed under these; the rest are always looked at.
 * Invariant: the answer is the one that testing every rule in order would give.
 */
import { expandPrincipal } from '../match/identity.js';
import { isPathTemplate } from '../match/path.js';
import { asciiLowerCase, patternOf } from '../match/string-matcher.js';
import type { Alternative, Attribute, MeshSettings, Rule } from '../model/policy.js';
import type { Test } from './compile.js';
import type { Facts } from './facts.js';

export interface CompiledRule {
  readonly policy: number;
  readonly rule: number;
  readonly test: Test;
  readonly source: Rule;
}

interface Entry {
  readonly order: number;
  readonly compiled: CompiledRule;
}

interface Discriminator {
  readonly side: 'from' | 'to';
  readonly attribute: Attribute;
  /** The exact keys of one value; undefined when it is no exact value. */
  keys(value: string, mesh: MeshSettings): string[] | undefined;
  keyOf(facts: Facts): string | undefined;
}

const exact = (value: string): string[] | undefined => (patternOf(value).kind === 'exact' ? [value] : undefined);

/** In the order of how well they usually tell rules apart. */
const DISCRIMINATORS: readonly Discriminator[] = [
  {
    side: 'from',
    attribute: 'principal',
    keys: (value, mesh) => {
      const expanded = expandPrincipal(value, mesh);
      return expanded.every(exact) ? expanded : undefined;
    },
    keyOf: (facts) => facts.request.source?.principal,
  },
  { side: 'to', attribute: 'path', keys: (value) => (isPathTemplate(value) ? undefined : exact(value)), keyOf: (facts) => facts.path },
  {
    side: 'to',
    attribute: 'host',
    keys: (value) => exact(asciiLowerCase(value)),
    keyOf: (facts) => (facts.request.host === undefined ? undefined : asciiLowerCase(facts.request.host)),
  },
  { side: 'to', attribute: 'port', keys: (value) => [String(Number(value))], keyOf: (facts) => String(facts.request.port) },
  { side: 'to', attribute: 'method', keys: exact, keyOf: (facts) => facts.request.method },
];

/** The keys under which a rule can be found by this discriminator, undefined when it must always be looked at. */
function keysOf(alternatives: readonly Alternative[] | null, discriminator: Discriminator, mesh: MeshSettings): Set<string> | undefined {
  if (alternatives === null) return undefined;
  const keys = new Set<string>();
  for (const alternative of alternatives) {
    const condition = alternative.find(({ attribute, values }) => attribute === discriminator.attribute && values.length > 0);
    if (!condition) return undefined;
    for (const value of condition.values) {
      const found = discriminator.keys(value, mesh);
      if (!found) return undefined;
      for (const key of found) keys.add(key);
    }
  }
  return keys;
}

export class RuleIndex {
  private readonly filed: { readonly discriminator: Discriminator; readonly byKey: Map<string, Entry[]> }[];
  private readonly always: Entry[] = [];
  readonly size: number;

  constructor(rules: readonly CompiledRule[], mesh: MeshSettings, protocol: 'http' | 'tcp') {
    this.size = rules.length;
    // On TCP the HTTP parts of a rule are cut out, so that it must not be filed under them.
    const usable = DISCRIMINATORS.filter(({ attribute }) => protocol === 'http' || attribute === 'principal' || attribute === 'port');
    this.filed = usable.map((discriminator) => ({ discriminator, byKey: new Map<string, Entry[]>() }));
    rules.forEach((compiled, order) => this.file({ order, compiled }, mesh));
  }

  first(facts: Facts): CompiledRule | undefined {
    let best = firstMatch(this.always, facts, undefined);
    for (const { discriminator, byKey } of this.filed) {
      if (byKey.size === 0) continue;
      const key = discriminator.keyOf(facts);
      const entries = key === undefined ? undefined : byKey.get(key);
      if (entries) best = firstMatch(entries, facts, best);
    }
    return best?.compiled;
  }

  private file(entry: Entry, mesh: MeshSettings): void {
    for (const { discriminator, byKey } of this.filed) {
      const keys = keysOf(entry.compiled.source[discriminator.side], discriminator, mesh);
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
    if (entry.compiled.test(facts)) return entry;
  }
  return best;
}
