/** What the kinds of policies are called and what each is for, in the words of someone who has to decide. */
import type { PolicyKind, PolicyRef, PolicySummary } from '@observatory/contracts';

export const KIND_NAMES: Record<PolicyKind, string> = {
  AuthorizationPolicy: 'AuthorizationPolicy',
  PeerAuthentication: 'PeerAuthentication',
  RequestAuthentication: 'RequestAuthentication',
  NetworkPolicy: 'NetworkPolicy',
  Server: 'Server (Linkerd)',
  LinkerdAuthorizationPolicy: 'AuthorizationPolicy (Linkerd)',
  MeshTLSAuthentication: 'MeshTLSAuthentication (Linkerd)',
  NetworkAuthentication: 'NetworkAuthentication (Linkerd)',
  HTTPRoute: 'HTTPRoute (Linkerd)',
};

export const KIND_PURPOSES: Record<PolicyKind, string> = {
  AuthorizationPolicy: 'who may call what',
  PeerAuthentication: 'whether plain text is taken',
  RequestAuthentication: 'which tokens are valid',
  NetworkPolicy: 'which connections the network lets through',
  Server: 'a port that Linkerd guards',
  LinkerdAuthorizationPolicy: 'who may call what Linkerd guards',
  MeshTLSAuthentication: 'identities that a policy of Linkerd asks for',
  NetworkAuthentication: 'networks that a policy of Linkerd asks for',
  HTTPRoute: 'requests that a policy of Linkerd names',
};

export const SCOPE_WORDS: Record<PolicySummary['scope'], string> = {
  mesh: 'the whole mesh',
  namespace: 'its namespace',
  workload: 'workloads by label',
  attached: 'what it is attached to',
};

const KINDS = Object.keys(KIND_NAMES) as PolicyKind[];

export function asKind(text: string | undefined): PolicyKind | undefined {
  return KINDS.find((kind) => kind === text);
}

/** `AuthorizationPolicy/shop/payments`: short enough for a link, and unique in a cluster. */
export const refText = ({ kind, namespace, name }: PolicyRef) => `${kind}/${namespace}/${name}`;

export function parseRef(text: string): PolicyRef | undefined {
  const [kindText, namespace, name, ...rest] = text.split('/');
  const kind = asKind(kindText);
  return kind && namespace && name && rest.length === 0 ? { kind, namespace, name } : undefined;
}
