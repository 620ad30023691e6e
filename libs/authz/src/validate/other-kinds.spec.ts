/** What is wrong with the other kinds: one table each, as `error code path`. */
import { validateObject } from './validate.js';

function check(apiVersion: string, kind: string, [spec, expected]: [unknown, readonly string[]]) {
  const findings = validateObject({ apiVersion, kind, metadata: { name: 'p', namespace: 'shop' }, spec });
  expect(findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual(expected);
}
const table = (apiVersion: string, kind: string, rows: readonly [string, unknown, readonly string[]][]) =>
  describe(`${kind} of ${apiVersion}`, () => {
    it.each(rows)('%s', (_, spec, expected) => check(apiVersion, kind, [spec, expected]));
  });

const app = { matchLabels: { app: 'a' } };

table('security.istio.io/v1', 'PeerAuthentication', [
  ['strict', { mtls: { mode: 'STRICT' } }, []],
  ['by port', { selector: app, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'DISABLE' } } }, []],
  ['another mode', { mtls: { mode: 'strict' } }, ['error bad-value spec.mtls.mode']],
  ['ports without selector', { portLevelMtls: { 80: { mode: 'STRICT' } } }, ['error port-without-selector spec.portLevelMtls']],
  ['no ports', { selector: app, portLevelMtls: {} }, ['error empty-list spec.portLevelMtls']],
  [
    'a bad port',
    { selector: app, portLevelMtls: { 0: { mode: 'STRICT' }, http: {} } },
    ['error bad-port spec.portLevelMtls["0"]', 'error bad-port spec.portLevelMtls.http'],
  ],
  ['an unknown field', { mtls: { modes: 'STRICT' } }, ['error unknown-field spec.mtls.modes']],
  ['targetRefs are not for it', { targetRefs: [] }, ['error unknown-field spec.targetRefs']],
]);

const RULE = 'spec.jwtRules[0]';
const jwt = (rule: object) => ({ jwtRules: [{ issuer: 'i', ...rule }] });
table('security.istio.io/v1beta1', 'RequestAuthentication', [
  ['an issuer', jwt({ jwksUri: 'https://idp/keys', audiences: ['a'], fromHeaders: [{ name: 'x' }], spaceDelimitedClaims: ['roles'] }), []],
  ['no issuer', { jwtRules: [{ audiences: ['a'] }] }, [`error no-issuer ${RULE}.issuer`]],
  ['a bad address', jwt({ jwksUri: 'idp/keys' }), [`error bad-uri ${RULE}.jwksUri`]],
  ['keys twice', jwt({ jwksUri: 'https://idp/keys', jwks: '{"keys":[]}' }), [`error keys-twice ${RULE}.jwks`]],
  ['keys that are no JSON', jwt({ jwks: '{' }), [`error bad-jwks ${RULE}.jwks`]],
  ['keys that are no list', jwt({ jwks: '{}' }), [`error bad-jwks ${RULE}.jwks`]],
  ['a private key', jwt({ jwks: '{"keys":[{"kty":"RSA","n":"x","d":"y"}]}' }), [`warning private-key ${RULE}.jwks`]],
  ['an empty audience', jwt({ audiences: [''] }), [`error empty-value ${RULE}.audiences[0]`]],
  ['a header without name', jwt({ fromHeaders: [{ prefix: 'x' }] }), [`error missing-field ${RULE}.fromHeaders[0].name`]],
  [
    'a bad header',
    jwt({ outputClaimToHeaders: [{ header: 'a b', claim: 'c' }] }),
    [`error bad-header ${RULE}.outputClaimToHeaders[0].header`],
  ],
  ['a bad timeout', jwt({ timeout: '5 seconds' }), [`error bad-duration ${RULE}.timeout`]],
  ['a bad presence', jwt({ presence: 'ALWAYS' }), [`error bad-value ${RULE}.presence`]],
  ['text for a boolean', jwt({ forwardOriginalToken: 'true' }), [`error wrong-type ${RULE}.forwardOriginalToken`]],
  ['selector and target', { selector: app, targetRef: { kind: 'Service', name: 'a' } }, ['error selector-and-target spec']],
]);

const ingress = (rule: object) => ({ podSelector: {}, policyTypes: ['Ingress'], ingress: [rule] });
const IN = 'spec.ingress[0]';
table('networking.k8s.io/v1', 'NetworkPolicy', [
  ['default deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, []],
  [
    'peers and ports',
    ingress({
      from: [{ podSelector: app }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
      ports: [{ port: 80, endPort: 90 }, { port: 'http' }],
    }),
    [],
  ],
  ['an empty peer', ingress({ from: [{}] }), [`error empty-peer ${IN}.from[0]`]],
  [
    'a block and a selector',
    ingress({ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }),
    [`error mixed-peer ${IN}.from[0].ipBlock`],
  ],
  ['an address as a block', ingress({ from: [{ ipBlock: { cidr: '10.0.0.1' } }] }), [`error bad-ip ${IN}.from[0].ipBlock.cidr`]],
  [
    'a bad exception',
    ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['x'] } }] }),
    [`error bad-ip ${IN}.from[0].ipBlock.except[0]`],
  ],
  [
    'an exception outside',
    ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '0.0.0.0/0'] } }] }),
    [0, 1].map((index) => `error outside-block ${IN}.from[0].ipBlock.except[${index}]`),
  ],
  ['no block', ingress({ from: [{ ipBlock: {} }] }), [`error missing-field ${IN}.from[0].ipBlock.cidr`]],
  ['a port out of range', ingress({ ports: [{ port: 0 }] }), [`error bad-port ${IN}.ports[0].port`]],
  ['a quoted port', ingress({ ports: [{ port: '80' }] }), [`error bad-port ${IN}.ports[0].port`]],
  ['endPort with a name', ingress({ ports: [{ port: 'http', endPort: 90 }] }), [`error bad-port ${IN}.ports[0].endPort`]],
  ['endPort below', ingress({ ports: [{ port: 80, endPort: 70 }] }), [`error bad-port ${IN}.ports[0].endPort`]],
  ['endPort out of range', ingress({ ports: [{ port: 80, endPort: 70_000 }] }), [`error bad-value ${IN}.ports[0].endPort`]],
  ['another protocol', ingress({ ports: [{ port: 80, protocol: 'HTTP' }] }), [`error bad-value ${IN}.ports[0].protocol`]],
  [
    'In without values',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
    ['error no-values spec.podSelector.matchExpressions[0].values'],
  ],
  [
    'Exists with values',
    ingress({ from: [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } }] }),
    [`error bad-value ${IN}.from[0].namespaceSelector.matchExpressions[0].values`],
  ],
  ['rules without their type', { podSelector: {}, policyTypes: ['Ingress'], egress: [{}] }, ['warning rules-without-type spec.egress']],
  [
    'rules without the other type',
    { podSelector: {}, policyTypes: ['Egress'], ingress: [{}] },
    ['warning rules-without-type spec.ingress'],
  ],
]);

table('policy.linkerd.io/v1beta3', 'Server', [
  ['by port name', { podSelector: app, port: 'http', proxyProtocol: 'HTTP/1', accessPolicy: 'deny' }, []],
  ['no port', { podSelector: app }, ['error missing-field spec.port']],
  ['no selector', { port: 80 }, ['error bad-selector spec.podSelector']],
  ['both selectors', { port: 80, podSelector: app, externalWorkloadSelector: app }, ['error bad-selector spec.podSelector']],
  ['another protocol', { podSelector: app, port: 80, proxyProtocol: 'HTTP' }, ['error bad-value spec.proxyProtocol']],
  ['another access policy', { podSelector: app, port: 80, accessPolicy: 'allow' }, ['error bad-value spec.accessPolicy']],
]);
const LINKERD = 'policy.linkerd.io';
const ref = (kind: string, group = LINKERD) => ({ group, kind, name: 'x' });
table('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', [
  ['a server', { targetRef: ref('Server'), requiredAuthenticationRefs: [ref('MeshTLSAuthentication'), ref('ServiceAccount', '')] }, []],
  ['a namespace', { targetRef: ref('Namespace', 'core'), requiredAuthenticationRefs: [] }, []],
  ['nothing', {}, ['error missing-field spec.targetRef', 'error missing-field spec.requiredAuthenticationRefs']],
  ['another target', { targetRef: ref('Service', ''), requiredAuthenticationRefs: [] }, ['error bad-target spec.targetRef.kind']],
  [
    'another authentication',
    { targetRef: ref('Server'), requiredAuthenticationRefs: [ref('Server')] },
    ['error bad-reference spec.requiredAuthenticationRefs[0].kind'],
  ],
  [
    'the same kind twice',
    { targetRef: ref('Server'), requiredAuthenticationRefs: [ref('NetworkAuthentication'), ref('NetworkAuthentication')] },
    ['error bad-reference spec.requiredAuthenticationRefs'],
  ],
]);
table('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', [
  ['identities', { identities: ['*', '*.shop.serviceaccount.identity.linkerd.cluster.local', 'a.b'] }, []],
  ['none', {}, ['error no-identities spec.identities']],
  ['both', { identities: ['*'], identityRefs: [{ kind: 'ServiceAccount', name: 'a' }] }, ['error no-identities spec.identities']],
  ['no identity', { identities: ['a*b'] }, ['error bad-identity spec.identities[0]']],
  ['another reference', { identityRefs: [{ kind: 'Pod' }] }, ['error bad-reference spec.identityRefs[0].kind']],
]);
table('policy.linkerd.io/v1alpha1', 'NetworkAuthentication', [
  ['networks', { networks: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] }, []],
  ['none', {}, ['error missing-field spec.networks']],
  ['no block', { networks: [{ cidr: 'x' }] }, ['error bad-ip spec.networks[0].cidr']],
]);
table('policy.linkerd.io/v1beta3', 'HTTPRoute', [
  [
    'a route',
    { parentRefs: [{ name: 'x', kind: 'Server', group: LINKERD }], rules: [{ matches: [{ path: { value: '/a' }, method: 'GET' }] }] },
    [],
  ],
  ['a parent without name', { parentRefs: [{ kind: 'Server' }] }, ['error missing-field spec.parentRefs[0].name']],
  ['another method', { rules: [{ matches: [{ method: 'get' }] }] }, ['error bad-value spec.rules[0].matches[0].method']],
  ['another match', { rules: [{ matches: [{ path: { type: 'Prefix' } }] }] }, ['error bad-value spec.rules[0].matches[0].path.type']],
]);
