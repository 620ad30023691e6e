/**
 * Conditions on the peer's identity, the URI `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`.
 * Sources: Istio's authz/model/generator.go and trustdomain/bundle.go.
 * Invariant: without mutual TLS there is no identity, and every positive condition is false.
 */
import type { MeshSettings } from '../model/policy.js';
import { patternOf, stringMatcher } from './string-matcher.js';

/** Takes the whole URI, undefined without mutual TLS. */
export type IdentityMatcher = (uri: string | undefined) => boolean;

const PREFIX = 'spiffe://';
/** Istio's old default trust domain: a principal written with it means the mesh's own. */
const LEGACY_TRUST_DOMAIN = 'cluster.local';

function trustDomains(mesh: MeshSettings): string[] {
  return [mesh.trustDomain, ...mesh.trustDomainAliases];
}

/** Equal, or one is a prefix or suffix wildcard of the other. */
function trustDomainsMatch(a: string, b: string): boolean {
  const covers = (pattern: string, text: string) =>
    (pattern.startsWith('*') && text.endsWith(pattern.slice(1))) || (pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1)));
  return a === b || covers(a, b) || covers(b, a);
}

/** A principal of five parts whose trust domain is ours means the same identity in each of our trust domains. */
export function expandPrincipal(value: string, mesh: MeshSettings): readonly string[] {
  // Nearly all are: of the mesh's only trust domain, which stays as it is.
  if (mesh.trustDomainAliases.length === 0 && value.startsWith(mesh.trustDomain) && value[mesh.trustDomain.length] === '/') return [value];
  const parts = value.split('/');
  const [trustDomain = ''] = parts;
  if (parts.length !== 5 || trustDomain === '*') return [value];
  const ours = trustDomains(mesh);
  if (trustDomain !== LEGACY_TRUST_DOMAIN && !ours.some((entry) => trustDomainsMatch(trustDomain, entry))) return [value];
  const rest = value.slice(trustDomain.length);
  const keepsWildcard = (entry: string) => trustDomain.startsWith('*') && entry.endsWith(trustDomain.slice(1));
  return [...new Set(ours.map((entry) => (keepsWildcard(entry) ? value : `${entry}${rest}`)))];
}

export function principalMatcher(value: string, mesh: MeshSettings): IdentityMatcher {
  const matchers = expandPrincipal(value, mesh).map((expanded) => {
    const pattern = patternOf(expanded);
    if (pattern.kind === 'present') return stringMatcher('*');
    if (pattern.kind === 'suffix') return stringMatcher(expanded);
    return stringMatcher(`${PREFIX}${expanded}`);
  });
  return (uri) => uri !== undefined && matchers.some((matches) => matches(uri));
}

/** Every `*` stands for any characters, slashes included: the parts between must follow each other somewhere in the URI. */
export function namespaceMatcher(value: string): IdentityMatcher {
  const parts = `/ns/${value}/`.split('*');
  return (uri) => {
    let position = 0;
    for (const part of parts) {
      const found = uri === undefined ? -1 : uri.indexOf(part, position);
      if (found < 0) return false;
      position = found + part.length;
    }
    return true;
  };
}

/** `namespace/account`, or `account` in the policy's own namespace; any trust domain. */
export function serviceAccountMatcher(value: string, policyNamespace: string): IdentityMatcher {
  const key = serviceAccountKey(value, policyNamespace);
  const slash = key.indexOf('/');
  const [namespace, account] = [key.slice(0, slash), key.slice(slash + 1)].map(escapeRegExp);
  // More pairs may stand before, between and after the two.
  const pattern = new RegExp(`^spiffe://.+/ns/${namespace}/(.+/|)sa/${account}(/.+)?$`);
  return (uri) => uri !== undefined && pattern.test(uri);
}

export function serviceAccountKey(value: string, policyNamespace: string): string {
  return value.includes('/') ? value : `${policyNamespace}/${value}`;
}

/** Looks at the trust domain alone: a star never crosses a slash. */
export function trustDomainMatcher(value: string, mesh: MeshSettings): IdentityMatcher {
  const ours = trustDomains(mesh);
  const matchers = (ours.includes(value) ? ours : [value]).map(oneTrustDomain);
  return (uri) => uri !== undefined && matchers.some((matches) => matches(uri));
}

function oneTrustDomain(value: string): (uri: string) => boolean {
  if (value === '*') return (uri) => uri.startsWith(PREFIX);
  const star = value.indexOf('*');
  if (star < 0) {
    const start = `${PREFIX}${value}/`;
    return (uri) => uri.startsWith(start);
  }
  const pattern = new RegExp(`^${PREFIX}${escapeRegExp(value.slice(0, star))}[^/]*${escapeRegExp(value.slice(star + 1))}/`);
  return (uri) => pattern.test(uri);
}

/** ztunnel compares the identity without its scheme, and expands no trust domain. */
export function ztunnelPrincipalMatcher(value: string): IdentityMatcher {
  const matches = stringMatcher(value);
  return (uri) => uri !== undefined && matches(uri.slice(PREFIX.length));
}

/** ztunnel compares the namespace itself, not the text of the identity. */
export function ztunnelNamespaceMatcher(value: string): IdentityMatcher {
  const matches = stringMatcher(value);
  return (uri) => matches(uri === undefined ? undefined : /^spiffe:\/\/[^/]*\/ns\/([^/]*)\//.exec(uri)?.[1]);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
