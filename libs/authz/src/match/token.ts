/**
 * Conditions on the validated token and on a filter's metadata.
 * Sources: Istio's authz/model/{generator,util}.go, Envoy's jwt_authn and metadata matcher.
 * Invariant: only strings, and strings in arrays, match; numbers, booleans, objects and what is missing never do.
 */
import type { Json } from '../model/request.js';
import { stringMatcher, type StringMatcher } from './string-matcher.js';

export type Claims = Readonly<Record<string, Json>> | undefined;

/** Top-level string claims that hold a list, separated by spaces. */
const SPACE_DELIMITED = new Set(['scope', 'permission']);

export function claimAt(claims: Claims, path: readonly string[]): Json | undefined {
  let value: Json | undefined = claims;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[key];
  }
  return path.length === 1 && SPACE_DELIMITED.has(path[0] ?? '') && typeof value === 'string' ? value.split(' ') : value;
}

export function stringOrListMatches(matches: StringMatcher, value: Json | undefined): boolean {
  if (typeof value === 'string') return matches(value);
  return Array.isArray(value) && value.some((element) => typeof element === 'string' && matches(element));
}

/** Issuer and subject are matched apart; the value is split at its last slash. */
export function requestPrincipalMatcher(value: string): (claims: Claims) => boolean {
  const [issuer, subject] = requestPrincipalParts(value);
  return (claims) => {
    const { iss, sub } = claims ?? {};
    return typeof iss === 'string' && typeof sub === 'string' && issuer(iss) && subject(sub);
  };
}

function requestPrincipalParts(value: string): [StringMatcher, StringMatcher] {
  const present = stringMatcher('*');
  const exactly =
    (text: string): StringMatcher =>
    (attribute) =>
      attribute === text;
  if (value === '*') return [present, present];
  const slash = value.lastIndexOf('/');
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? undefined : value.slice(slash + 1);
  if (value.startsWith('*')) {
    return subject === undefined ? [present, stringMatcher(value)] : [stringMatcher(issuer), exactly(subject)];
  }
  if (value.endsWith('*')) {
    return subject === undefined ? [stringMatcher(issuer), present] : [exactly(issuer), stringMatcher(subject)];
  }
  return [exactly(issuer), exactly(subject ?? '')];
}

/** `[v]` looks into an array, anything else at a string. */
export function metadataMatcher(value: string): (metadata: Json | undefined) => boolean {
  const list = /^\[(.*)\]$/s.exec(value);
  const matches = stringMatcher(list?.[1] ?? value);
  if (!list) return (metadata) => typeof metadata === 'string' && matches(metadata);
  return (metadata) => Array.isArray(metadata) && metadata.some((element) => typeof element === 'string' && matches(element));
}
