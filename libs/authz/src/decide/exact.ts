/**
 * Exact values as keys: a condition with many of them asks a set once, and an index finds rules by them.
 * Invariant: a fact has the key of a value if and only if that value, compiled, matches it.
 */
import { expandPrincipal } from '../match/identity.js';
import { isPathTemplate } from '../match/path.js';
import { asciiLowerCase } from '../match/string-matcher.js';
import type { Attribute, MeshSettings } from '../model/policy.js';
import type { Facts } from './facts.js';

export interface KeyContext {
  readonly mesh: MeshSettings;
  readonly ztunnel?: boolean | undefined;
}

export interface Exact {
  /** The keys of one value; undefined when it is no exact value. */
  keys(value: string, context: KeyContext): readonly string[] | undefined;
  keyOf(facts: Facts): string | undefined;
}

/** A port as Istio reads it: decimal, 0..65535. */
export function parsePort(value: string): number | undefined {
  const port = /^\d+$/.test(value) ? Number(value) : undefined;
  return port === undefined || port > 65_535 ? undefined : port;
}

const isPlain = (value: string): boolean => !value.startsWith('*') && !value.endsWith('*');
const plain = (value: string): readonly string[] | undefined => (isPlain(value) ? [value] : undefined);

export const EXACT: Partial<Record<Attribute, Exact>> = {
  principal: {
    keys: (value, { mesh, ztunnel }) => {
      const expanded = ztunnel ? [value] : expandPrincipal(value, mesh);
      return expanded.every(isPlain) ? expanded : undefined;
    },
    keyOf: (facts) => facts.principal,
  },
  path: { keys: (value) => (isPathTemplate(value) ? undefined : plain(value)), keyOf: (facts) => facts.path },
  host: {
    keys: (value) => plain(asciiLowerCase(value)),
    keyOf: (facts) => (facts.request.host === undefined ? undefined : asciiLowerCase(facts.request.host)),
  },
  port: {
    // What is no port is cut out of a DENY rule, which then looks at other requests as well: it has no key.
    keys: (value) => {
      const port = parsePort(value);
      return port === undefined ? undefined : [String(port)];
    },
    keyOf: (facts) => (facts.request.port === undefined ? undefined : String(facts.request.port)),
  },
  method: { keys: plain, keyOf: (facts) => facts.request.method },
};
