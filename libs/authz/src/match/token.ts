/**
 * Conditions on the validated token and on a filter's metadata.
 * Sources: Istio's authz/model/{generator,util}.go, Envoy's jwt_authn and metadata matcher.
 * Invariant: only strings, and strings in arrays, match; numbers, booleans, objects and what is missing never do.
 */
import type { Json } from '../model/request.js';
import { stringMatcher, type StringMatcher } from './string-matcher.js';

export type Claims = Readonly<Record<string, Json>> | undefined;

/** Top-level string claims that hold a list, separated by spaces; a RequestAuthentication may name more. */
const SPACE_DELIMITED: readonly string[] = ['scope', 'permission'];

/** The claims as policies see them: lists separated by spaces are arrays. */
export function normalizedClaims(claims: Claims, more: readonly string[] = []): Claims {
  if (!claims) return undefined;
  let normalized: Record<string, Json> | undefined;
  for (const name of more.length > 0 ? [...SPACE_DELIMITED, ...more] : SPACE_DELIMITED) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (typeof value === 'string') (normalized ??= { ...claims })[name] = value.split(' ');
  }
  return normalized ?? claims;
}

export function claimAt(claims: Claims, path: readonly string[]): Json | undefined {
  let value: Json | undefined = claims;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[key];
  }
  return value;
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

const exactly =
  (text: string): StringMatcher =>
  (attribute) =>
    attribute === text;
const endingIn =
  (text: string): StringMatcher =>
  (attribute) =>
    attribute !== undefined && attribute.endsWith(text);
const startingWith =
  (text: string): StringMatcher =>
  (attribute) =>
    attribute !== undefined && attribute.startsWith(text);
const present: StringMatcher = (attribute) => attribute !== undefined && attribute !== '';

function requestPrincipalParts(value: string): [StringMatcher, StringMatcher] {
  if (value === '*') return [present, present];
  const slash = value.lastIndexOf('/');
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? undefined : value.slice(slash + 1);
  if (value.startsWith('*')) {
    if (subject === undefined) return [present, endingIn(value.slice(1))];
    return [issuer === '*' ? present : endingIn(issuer.slice(1)), exactly(subject)];
  }
  if (value.endsWith('*')) {
    if (subject === undefined) return [startingWith(value.slice(0, -1)), present];
    return [exactly(issuer), subject === '*' ? present : startingWith(subject.slice(0, -1))];
  }
  return [exactly(issuer), exactly(subject ?? '')];
}

/** `[v]` looks into an array, anything else at a string. All brackets around v are taken off, as Istio does. */
export function metadataMatcher(value: string): (metadata: Json | undefined) => boolean {
  const isList = value.startsWith('[') && value.endsWith(']');
  const matches = stringMatcher(isList ? value.replace(/^[[\]]+|[[\]]+$/g, '') : value);
  if (!isList) return (metadata) => typeof metadata === 'string' && matches(metadata);
  return (metadata) => Array.isArray(metadata) && metadata.some((element) => typeof element === 'string' && matches(element));
}
