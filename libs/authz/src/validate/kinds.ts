/** The kinds that are validated: their API versions and the shape of their spec, written down from their CRDs. */
import type { PolicyKind } from '@observatory/contracts';
import { any, bool, list, map, notEmpty, object, oneOf, text, textOrWhole, texts, whole, type Shape } from './shape.js';

export interface Kind {
  readonly kind: string;
  readonly group: string;
  readonly versions: readonly string[];
  readonly spec: Shape;
}

const RULES_MAX = 512;
const TARGETS_MAX = 16;
const JWT_RULES_MAX = 4096;
const CLAIMS_MAX = 64;

const selector = object({ matchLabels: map(text) });
const targetRef = object({ group: text, kind: text, name: text, namespace: text });
const targets = { selector, targetRef, targetRefs: list(targetRef, TARGETS_MAX) };
const sides = (names: readonly string[]): Shape =>
  object(
    Object.fromEntries(names.flatMap((name) => [name, `not${name.charAt(0).toUpperCase()}${name.slice(1)}`]).map((name) => [name, texts])),
  );

export const SOURCE_FIELDS = [
  'principals',
  'requestPrincipals',
  'namespaces',
  'serviceAccounts',
  'trustDomains',
  'ipBlocks',
  'remoteIpBlocks',
] as const;
export const OPERATION_FIELDS = ['hosts', 'ports', 'methods', 'paths'] as const;

const authorizationPolicy = object({
  ...targets,
  action: text,
  provider: object({ name: text }),
  rules: list(
    object({
      from: list(object({ source: sides(SOURCE_FIELDS) }), RULES_MAX),
      to: list(object({ operation: sides(OPERATION_FIELDS) })),
      when: list(object({ key: text, values: texts, notValues: texts })),
    }),
    RULES_MAX,
  ),
});

const mtls = object({ mode: oneOf('UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT') });
const peerAuthentication = object({ selector, mtls, portLevelMtls: map(mtls) });

const requestAuthentication = object({
  ...targets,
  jwtRules: list(
    object({
      issuer: notEmpty,
      audiences: list(notEmpty),
      jwksUri: text,
      jwks_uri: text,
      jwks: text,
      fromHeaders: list(object({ name: notEmpty, prefix: text }, ['name'])),
      fromParams: list(notEmpty),
      fromCookies: list(notEmpty),
      outputPayloadToHeader: text,
      forwardOriginalToken: bool,
      outputClaimToHeaders: list(object({ header: notEmpty, claim: notEmpty }, ['header', 'claim'])),
      presence: oneOf('OPTIONAL', 'REQUIRED'),
      spaceDelimitedClaims: list(notEmpty, CLAIMS_MAX),
      timeout: text,
    }),
    JWT_RULES_MAX,
  ),
});

const labelSelector = object({
  matchLabels: map(text),
  matchExpressions: list(
    object({ key: notEmpty, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'), values: texts }, ['key', 'operator']),
  ),
});
const networkPeer = object({
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: object({ cidr: text, except: texts }, ['cidr']),
});
const networkPort = object({ port: textOrWhole, endPort: whole(1, 65_535), protocol: oneOf('TCP', 'UDP', 'SCTP') });
const networkPolicy = object({
  podSelector: labelSelector,
  policyTypes: list(oneOf('Ingress', 'Egress')),
  ingress: list(object({ from: list(networkPeer), ports: list(networkPort) })),
  egress: list(object({ to: list(networkPeer), ports: list(networkPort) })),
});

const reference = object({ group: text, kind: notEmpty, name: notEmpty, namespace: text }, ['kind', 'name']);
const server = object(
  { podSelector: labelSelector, externalWorkloadSelector: labelSelector, port: textOrWhole, proxyProtocol: text, accessPolicy: text },
  ['port'],
);
const linkerdAuthorizationPolicy = object({ targetRef: reference, requiredAuthenticationRefs: list(reference) }, [
  'targetRef',
  'requiredAuthenticationRefs',
]);
const meshTls = object({
  identities: texts,
  identityRefs: list(object({ group: text, kind: notEmpty, name: text, namespace: text }, ['kind'])),
});
const networkAuthentication = object({ networks: list(object({ cidr: text, except: texts }, ['cidr'])) }, ['networks']);
const routeMatch = object({
  path: object({ type: oneOf('Exact', 'PathPrefix', 'RegularExpression'), value: text }),
  headers: list(object({ name: notEmpty, type: oneOf('Exact', 'RegularExpression'), value: notEmpty }, ['name', 'value'])),
  queryParams: list(object({ name: notEmpty, type: oneOf('Exact', 'RegularExpression'), value: notEmpty }, ['name', 'value'])),
  method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'),
});
const httpRoute = object({
  parentRefs: list(
    object({ group: text, kind: text, name: notEmpty, namespace: text, port: whole(1, 65_535), sectionName: text }, ['name']),
    32,
  ),
  hostnames: list(notEmpty, 16),
  rules: list(object({ matches: list(routeMatch, 8), filters: list(any), backendRefs: list(any), timeouts: any, name: text }), 16),
});

const ISTIO = { group: 'security.istio.io', versions: ['v1', 'v1beta1'] };
const LINKERD = { group: 'policy.linkerd.io' };

export const KINDS: Readonly<Record<PolicyKind, Kind>> = {
  AuthorizationPolicy: { kind: 'AuthorizationPolicy', ...ISTIO, spec: authorizationPolicy },
  PeerAuthentication: { kind: 'PeerAuthentication', ...ISTIO, spec: peerAuthentication },
  RequestAuthentication: { kind: 'RequestAuthentication', ...ISTIO, spec: requestAuthentication },
  NetworkPolicy: { kind: 'NetworkPolicy', group: 'networking.k8s.io', versions: ['v1'], spec: networkPolicy },
  Server: { kind: 'Server', ...LINKERD, versions: ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'], spec: server },
  LinkerdAuthorizationPolicy: { kind: 'AuthorizationPolicy', ...LINKERD, versions: ['v1alpha1'], spec: linkerdAuthorizationPolicy },
  MeshTLSAuthentication: { kind: 'MeshTLSAuthentication', ...LINKERD, versions: ['v1alpha1'], spec: meshTls },
  NetworkAuthentication: { kind: 'NetworkAuthentication', ...LINKERD, versions: ['v1alpha1'], spec: networkAuthentication },
  HTTPRoute: { kind: 'HTTPRoute', ...LINKERD, versions: ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'], spec: httpRoute },
};

const metadataFields = {
  name: text,
  namespace: text,
  labels: map(text),
  annotations: map(text),
  generateName: text,
  uid: text,
  resourceVersion: text,
  generation: whole(0, Number.MAX_SAFE_INTEGER),
  creationTimestamp: any,
  deletionTimestamp: any,
  deletionGracePeriodSeconds: any,
  finalizers: texts,
  ownerReferences: any,
  managedFields: any,
  selfLink: text,
};

export const documentShape = (spec: Shape): Shape =>
  object({ apiVersion: text, kind: text, metadata: object(metadataFields), spec, status: any });
