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
  const covers = (pattern: string, text: string) => {
    if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
    return pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1));
  };
  return a === b || covers(a, b) || covers(b, a);
}

/** A principal of five parts whose trust domain is ours means the same identity in each of our trust domains. */
export function expandPrincipal(value: string, mesh: MeshSettings): string[] {
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

/** Every `*` stands for any characters, slashes included. */
export function namespaceMatcher(value: string): IdentityMatcher {
  if (!value.includes('*')) {
    const part = `/ns/${value}/`;
    return (uri) => uri !== undefined && uri.includes(part);
  }
  const source = value.split('*').map(escapeRegExp).join('.*');
  const pattern = new RegExp(`/ns/${source}/`);
  return (uri) => uri !== undefined && pattern.test(uri);
}

/** `namespace/account`, or `account` in the policy's own namespace; any trust domain. */
export function serviceAccountMatcher(value: string, policyNamespace: string): IdentityMatcher {
  const [namespace, account] = serviceAccountKey(value, policyNamespace).split('/', 2);
  const end = `/ns/${namespace}/sa/${account}`;
  return (uri) => uri !== undefined && uri.startsWith(PREFIX) && uri.slice(PREFIX.length).replace(/^[^/]+/, '') === end;
}

export function serviceAccountKey(value: string, policyNamespace: string): string {
  return value.includes('/') ? value : `${policyNamespace}/${value}`;
}

/** Looks at the trust domain alone: a star never crosses a slash. */
export function trustDomainMatcher(value: string, mesh: MeshSettings): IdentityMatcher {
  const ours = trustDomains(mesh);
  const matchers = (ours.includes(value) ? ours : [value]).map((entry) => stringMatcher(entry));
  return (uri) => {
    if (!uri?.startsWith(PREFIX)) return false;
    const trustDomain = uri.slice(PREFIX.length).split('/', 1)[0];
    return matchers.some((matches) => matches(trustDomain));
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
