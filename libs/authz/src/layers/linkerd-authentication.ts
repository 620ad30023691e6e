/**
 * Is a caller whom a policy of Linkerd asks for? Source: policy.linkerd.io's CRDs and how the policy controller reads them.
 * Identities are DNS names, `<account>.<namespace>.serviceaccount.identity.<control plane>.<trust domain>`, or `spiffe://…`.
 * Invariant: an identity of another mesh is none here: its mutual TLS is not Linkerd's.
 */
import { unknownFacts, type UnknownFact } from '../decide/unknown-facts.js';
import { inBlock, ipBlock } from '../match/ip-block.js';
import { any, type Three } from '../match/three-valued.js';
import type { Request } from '../model/request.js';
import type { PolicyEntry } from '../set/policy-set.js';

export interface Caller {
  readonly identity: string | undefined;
  readonly isIdentityKnown: boolean;
  /** Undefined: not known, since every caller has one. */
  readonly ip: string | undefined;
  /** A pod of the cluster for sure. */
  readonly inCluster: boolean;
  readonly isUnknown: (fact: UnknownFact['fact'], key?: string) => boolean;
}
export type Authentication = (caller: Caller) => Three;
type Fields = Readonly<Record<string, unknown>>;
/** Finds `<kind>/<namespace>/<name>`. */
export type Find = (kind: PolicyEntry['kind'], namespace: string, name: string) => PolicyEntry | undefined;

export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
export const itemsOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export function callerOf({ source = {}, unknown = [] }: Request): Caller {
  const facts = unknownFacts(unknown);
  const isUnknown: Caller['isUnknown'] = (fact, key) =>
    facts.some((each) => each.fact === fact && (each.key.length === 0 || each.key[0] === key));
  const isIdentityKnown = !isUnknown('principal');
  const { principal } = source;
  const isOfLinkerd = principal !== undefined && (principal.startsWith('spiffe://') || !principal.includes('/'));
  return {
    identity: isIdentityKnown && isOfLinkerd ? principal : undefined,
    isIdentityKnown,
    ip: isUnknown('sourceIp') ? undefined : source.ip,
    inCluster: source.namespace !== undefined || source.labels !== undefined || (isIdentityKnown && principal !== undefined),
    isUnknown,
  };
}

const ofIdentity =
  (matches: (identity: string) => boolean): Authentication =>
  ({ identity, isIdentityKnown }) =>
    isIdentityKnown ? identity !== undefined && matches(identity) : ['source.principal'];

export const authenticated = ofIdentity(() => true);

/** `*` is anybody with an identity, `*.x` whoever ends so. */
function named(value: string): Authentication {
  if (value === '*') return authenticated;
  return ofIdentity((identity) => (value.startsWith('*.') ? identity.endsWith(value.slice(1)) : identity === value));
}

const account = (name: string, namespace: string): Authentication =>
  ofIdentity((identity) => identity.startsWith(`${name}.${namespace}.serviceaccount.identity.`));
const ofNamespace = (namespace: string): Authentication =>
  ofIdentity((identity) => identity.split('.', 2)[1] === namespace && identity.includes(`.${namespace}.serviceaccount.identity.`));

/** Undefined: what is referred to is not there, and then Linkerd passes over the whole policy. */
export function authenticationOf(ref: Fields, policyNamespace: string, find: Find): Authentication | undefined {
  const [kind, name] = [textOf(ref['kind']), textOf(ref['name']) ?? ''];
  const namespace = textOf(ref['namespace']) ?? policyNamespace;
  if (kind === 'ServiceAccount') return account(name, namespace);
  if (kind !== 'MeshTLSAuthentication' && kind !== 'NetworkAuthentication') return undefined;
  const entry = find(kind, namespace, name);
  if (!entry) return undefined;
  const spec = fieldsOf(entry.object.spec);
  return kind === 'MeshTLSAuthentication' ? meshTls(spec, namespace) : networks(spec);
}

function meshTls({ identities, identityRefs }: Fields, namespace: string): Authentication {
  const byName = (Array.isArray(identities) ? identities : []).map((value) => named(String(value)));
  const byRef = itemsOf(identityRefs).map((ref) => {
    const [own, name] = [textOf(ref['namespace']) ?? namespace, textOf(ref['name'])];
    return ref['kind'] === 'Namespace' ? ofNamespace(name ?? own) : account(name ?? '', own);
  });
  const all = [...byName, ...byRef];
  return (caller) => any(all.map((matches) => matches(caller)));
}

function networks(spec: Fields): Authentication {
  const blocks = itemsOf(spec['networks']).map(ipBlock);
  return ({ ip }) => (ip === undefined ? ['source.ip'] : blocks.some((block) => inBlock(block, ip)));
}

/** Defaults of pods and of Servers. Undefined: a name that says nothing. Whoever has an identity is taken to be in the cluster. */
export function ofDefault(name: string): Authentication | undefined {
  const inCluster: Authentication = (caller) => (caller.inCluster ? true : ['source.ip']);
  const all: Readonly<Record<string, Authentication>> = {
    'all-unauthenticated': () => true,
    audit: () => true,
    'all-authenticated': authenticated,
    'cluster-authenticated': authenticated,
    'cluster-unauthenticated': inCluster,
    deny: () => false,
  };
  return Object.hasOwn(all, name) ? all[name] : undefined;
}
