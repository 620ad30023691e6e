/** Linkerd's policies as a layer: Servers, who is authorized, routes, and what holds where no Server selects the port. */
import { DEFAULT_MESH, type Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { policySet, type PolicyObject } from '../set/policy-set.js';
import { Decider } from './decider.js';
import type { Point } from './point.js';

const object = (kind: string, name: string, spec?: object): PolicyObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind,
  metadata: { name, namespace: 'shop' },
  ...(spec ? { spec } : {}),
});
const server = (spec: object = {}, name = 'web') => object('Server', name, { podSelector: {}, port: 8080, ...spec });
const ref = (kind: string, name: string, more: object = {}) => ({ group: 'policy.linkerd.io', kind, name, ...more });
const allow = (required: object[], target: object = ref('Server', 'web'), name = 'allow') =>
  object('AuthorizationPolicy', name, { targetRef: target, requiredAuthenticationRefs: required });
const tls = (spec: object) => object('MeshTLSAuthentication', 'tls', spec);
const nets = (...networks: object[]) => object('NetworkAuthentication', 'nets', { networks });
const TLS = ref('MeshTLSAuthentication', 'tls');
const NETS = ref('NetworkAuthentication', 'nets');
const ID = 'cart.shop.serviceaccount.identity.linkerd.cluster.local';
const REQUEST: Request = {
  protocol: 'http',
  source: { principal: ID, ip: '10.1.2.3' },
  port: 8080,
  method: 'GET',
  path: '/items/1?a=b',
  host: 'web:8080',
};
const point = (more: Partial<Workload> = {}): Point => ({
  enforcer: 'linkerd',
  workload: { namespace: 'shop', labels: { app: 'web' }, ports: [{ name: 'http', port: 8080 }], ...more },
});
function layerOf(objects: PolicyObject[], request: Partial<Request> = {}, at = point()) {
  const decider = new Decider(policySet(objects), DEFAULT_MESH);
  const asked = { ...REQUEST, ...request };
  const layer = decider.layers(at, asked).find((each) => each.layer === 'linkerd');
  expect(decider.decision([at], asked)).toBe(layer?.decision);
  return layer;
}
const answer = (...asked: Parameters<typeof layerOf>) => {
  const layer = layerOf(...asked);
  return layer?.missing?.join() ?? layer?.decision;
};
const plain = { source: { ip: '10.1.2.3' } };
const unknown = (...facts: string[]) => ({ unknown: facts });

describe('no Server selects the port', () => {
  it.each<[string | undefined, Partial<Request>, string]>([
    [undefined, {}, 'linkerd default policy'],
    ['all-tls', {}, 'linkerd default policy'],
    ['all-unauthenticated', plain, 'ALLOW'],
    ['audit', plain, 'ALLOW'],
    ['deny', {}, 'DENY'],
    ['all-authenticated', {}, 'ALLOW'],
    ['all-authenticated', plain, 'DENY'],
    ['all-authenticated', unknown('source.principal'), 'source.principal'],
    ['cluster-authenticated', {}, 'ALLOW'],
    ['cluster-unauthenticated', plain, 'source.ip'],
    ['cluster-unauthenticated', { source: { labels: {} } }, 'ALLOW'],
    ['cluster-unauthenticated', { source: { namespace: 'shop' } }, 'ALLOW'],
    ['cluster-unauthenticated', {}, 'ALLOW'],
  ])('%s %j: %s', (linkerdDefaultPolicy, request, expected) => {
    expect(answer([], request, point({ linkerdDefaultPolicy }))).toBe(expected);
    expect(answer([server({ port: 1 })], request, point({ linkerdDefaultPolicy }))).toBe(expected);
  });
});

describe('whom a Server lets in', () => {
  const open = point({ linkerdDefaultPolicy: 'all-unauthenticated' });
  it.each<[string, PolicyObject[], Partial<Request>, string]>([
    ['nobody by itself', [server()], {}, 'DENY'],
    ['of other pods', [server({ podSelector: { matchLabels: { app: 'x' } } })], {}, 'ALLOW'],
    ['of no pods', [server({ podSelector: undefined })], {}, 'ALLOW'],
    ['without spec', [object('Server', 'web')], {}, 'ALLOW'],
    ['a port by name', [server({ port: 'http' })], {}, 'DENY'],
    ['a name that there is not', [server({ port: 'grpc' })], {}, 'ALLOW'],
    ['a port not known', [server()], unknown('port'), 'port'],
    ['a port not known, and all the same', [server(), allow([])], { port: undefined }, 'ALLOW'],
    ['its accessPolicy', [server({ accessPolicy: 'all-authenticated' })], {}, 'ALLOW'],
    ['its accessPolicy is deny', [server({ accessPolicy: 'deny' })], {}, 'DENY'],
    ['anybody', [server(), allow([])], plain, 'ALLOW'],
    ['of another Server', [server(), allow([], ref('Server', 'x'))], {}, 'DENY'],
    ['of the namespace', [server(), allow([], { kind: 'Namespace', name: 'shop' })], {}, 'ALLOW'],
    ['an identity', [server(), allow([TLS]), tls({ identities: [ID] })], {}, 'ALLOW'],
    ['another identity', [server(), allow([TLS]), tls({ identities: ['x.shop'] })], {}, 'DENY'],
    [
      'an identity by its end',
      [server(), allow([TLS]), tls({ identities: ['*.shop.serviceaccount.identity.linkerd.cluster.local'] })],
      {},
      'ALLOW',
    ],
    ['any identity', [server(), allow([TLS]), tls({ identities: ['*'] })], {}, 'ALLOW'],
    ['no identity', [server(), allow([TLS]), tls({ identities: ['*'] })], plain, 'DENY'],
    [
      "Istio's identity is none",
      [server(), allow([TLS]), tls({ identities: ['*'] })],
      { source: { principal: 'cluster.local/ns/shop/sa/cart' } },
      'DENY',
    ],
    [
      'a SPIFFE identity',
      [server(), allow([TLS]), tls({ identities: ['spiffe://a/b'] })],
      { source: { principal: 'spiffe://a/b' } },
      'ALLOW',
    ],
    ['an identity not known', [server(), allow([TLS]), tls({ identities: [ID] })], unknown('source.principal'), 'source.principal'],
    ['an account', [server(), allow([TLS]), tls({ identityRefs: [{ kind: 'ServiceAccount', name: 'cart' }] })], {}, 'ALLOW'],
    [
      'an account elsewhere',
      [server(), allow([TLS]), tls({ identityRefs: [{ kind: 'ServiceAccount', name: 'cart', namespace: 'b' }] })],
      {},
      'DENY',
    ],
    ['an account without name', [server(), allow([TLS]), tls({ identityRefs: [{ kind: 'ServiceAccount' }] })], {}, 'DENY'],
    ['a namespace of accounts', [server(), allow([TLS]), tls({ identityRefs: [{ kind: 'Namespace', name: 'shop' }] })], {}, 'ALLOW'],
    ['the own namespace', [server(), allow([TLS]), tls({ identityRefs: [{ kind: 'Namespace' }] })], {}, 'ALLOW'],
    ['an account directly', [server(), allow([{ kind: 'ServiceAccount', name: 'cart' }])], {}, 'ALLOW'],
    ['what is not there is passed over', [server(), allow([TLS])], {}, 'DENY'],
    ['what nobody knows is passed over', [server(), allow([ref('Passport', 'x')])], {}, 'DENY'],
    ['a reference without name', [server(), allow([{ kind: 'MeshTLSAuthentication' }])], {}, 'DENY'],
    ['a network', [server(), allow([NETS]), nets({ cidr: '10.0.0.0/8' })], plain, 'ALLOW'],
    ['a network with a part cut out', [server(), allow([NETS]), nets({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] })], plain, 'DENY'],
    ['a network, and an address not known', [server(), allow([NETS]), nets({ cidr: '10.0.0.0/8' })], unknown('source.ip'), 'source.ip'],
    ['all that is required', [server(), allow([TLS, NETS]), tls({ identities: [ID] }), nets({ cidr: '10.0.0.0/8' })], {}, 'ALLOW'],
    ['one of them is not', [server(), allow([TLS, NETS]), tls({ identities: [ID] }), nets({ cidr: '11.0.0.0/8' })], {}, 'DENY'],
    [
      'one of them is not, the other not known',
      [server(), allow([TLS, NETS]), tls({ identities: ['x.y'] }), nets({ cidr: '10.0.0.0/8' })],
      unknown('source.ip'),
      'DENY',
    ],
    ['either of two policies', [server(), allow([TLS]), tls({ identities: ['x.y'] }), allow([], ref('Server', 'web'), 'b')], {}, 'ALLOW'],
  ])('%s', (_, objects, request, expected) => expect(answer(objects, request, open)).toBe(expected));
  it('a name, where the ports of the workload are not known', () =>
    expect(answer([server({ port: 'http' })], {}, point({ ports: undefined }))).toBe('linkerd default policy,workload.ports'));
});

describe('routes', () => {
  const route = (match: object | undefined, more: object = {}, name = 'items') =>
    object('HTTPRoute', name, { parentRefs: [ref('Server', 'web')], rules: [match ? { matches: [match] } : {}], ...more });
  const onRoute = allow([], ref('HTTPRoute', 'items'));
  const prefix = (value: string) => ({ path: { type: 'PathPrefix', value } });
  it.each<[string, PolicyObject, Partial<Request>, string]>([
    ['everything', route(undefined), {}, 'ALLOW'],
    ['everything, whatever the path', route({}), unknown('path', 'method', 'headers', 'host'), 'ALLOW'],
    ['a prefix', route(prefix('/items/')), {}, 'ALLOW'],
    ['whole elements', route(prefix('/item')), {}, 'DENY'],
    ['a path', route({ path: { type: 'Exact', value: '/items/1' } }), {}, 'ALLOW'],
    ['another path', route({ path: { type: 'Exact', value: '/items' } }), {}, 'DENY'],
    ['a path not known', route(prefix('/items')), unknown('path'), 'path'],
    ['a regular expression', route({ path: { type: 'RegularExpression', value: '/.*' } }), {}, 'a regular expression of an HTTPRoute'],
    ['a method', route({ method: 'GET' }), {}, 'ALLOW'],
    ['another method', route({ method: 'POST' }), {}, 'DENY'],
    ['a header', route({ headers: [{ name: 'X-A', value: 'b' }] }), { headers: { 'x-a': 'b' } }, 'ALLOW'],
    ['no header', route({ headers: [{ name: 'X-A', value: 'b' }] }), {}, 'DENY'],
    ['a header not known', route({ headers: [{ name: 'X-A', value: 'b' }] }), unknown('headers'), 'headers.x-a'],
    [
      'a header by expression',
      route({ headers: [{ name: 'x-a', type: 'RegularExpression', value: 'b' }] }),
      { headers: { 'x-a': 'b' } },
      'a regular expression of an HTTPRoute',
    ],
    ['a parameter', route({ queryParams: [{ name: 'a', value: 'b' }] }), {}, 'ALLOW'],
    ['another parameter', route({ queryParams: [{ name: 'c', value: 'b' }] }), { path: '/' }, 'DENY'],
    [
      'a parameter by expression',
      route({ queryParams: [{ name: 'a', type: 'RegularExpression', value: 'b' }] }),
      {},
      'a regular expression of an HTTPRoute',
    ],
    ['a host', route(undefined, { hostnames: ['WEB'] }), {}, 'ALLOW'],
    ['hosts by their end', route(undefined, { hostnames: ['*.shop'] }), { host: 'web.shop' }, 'ALLOW'],
    ['another host', route(undefined, { hostnames: ['x'] }), {}, 'DENY'],
    ['of another Server', route(prefix('/x'), { parentRefs: [ref('Server', 'x')] }), {}, 'DENY'],
    ['connections take none', route(undefined), { protocol: 'tcp' }, 'DENY'],
  ])('%s', (_, object_, request, expected) => expect(answer([server(), object_, onRoute], request)).toBe(expected));
  it.each<[string, PolicyObject[], Partial<Request>, string]>([
    ['what is let in at the Server is at its routes', [server(), allow([]), route(prefix('/items'))], {}, 'ALLOW'],
    ['what takes no route is not found', [server(), allow([]), route(prefix('/x'))], {}, 'DENY'],
    [
      'the more specific first',
      [server(), onRoute, route(prefix('/items')), route({ ...prefix('/items'), method: 'GET' }, {}, 'closed')],
      {},
      'DENY',
    ],
    ['of equals the first', [server(), onRoute, route(prefix('/items')), route(prefix('/items'), {}, 'closed')], {}, 'ALLOW'],
    ['opaque ports have none', [server({ proxyProtocol: 'opaque' }), allow([]), route(prefix('/x'))], {}, 'ALLOW'],
    ['a route of HTTP/2', [server({ proxyProtocol: 'HTTP/2' }), allow([]), route(prefix('/x'))], {}, 'DENY'],
    [
      'the same name in another group',
      [server(), route(undefined), allow([], ref('HTTPRoute', 'items', { group: 'gateway.networking.k8s.io' }))],
      {},
      'DENY',
    ],
  ])('%s', (_, objects, request, expected) => expect(answer(objects, request)).toBe(expected));
});

describe('the layer', () => {
  it('names who decided, and why', () => {
    expect(layerOf([server(), allow([TLS]), tls({ identities: [ID] })])).toMatchObject({
      decidedBy: { kind: 'LinkerdAuthorizationPolicy', namespace: 'shop', name: 'allow' },
      reason: 'AuthorizationPolicy `shop/allow` of Linkerd lets the caller in, at Server `shop/web`',
    });
    expect(layerOf([server()])).toMatchObject({ decidedBy: { kind: 'Server' }, reason: expect.stringContaining(ID) as string });
    expect(layerOf([server()], plain)?.reason).toContain('a caller without an identity of Linkerd');
    expect(layerOf([server({ accessPolicy: 'audit' })])?.reason).toContain('accessPolicy');
  });
  it('tells whom a change touches', () => {
    const now = new Decider(policySet([server()]), DEFAULT_MESH);
    const more = new Decider(policySet([server(), allow([TLS]), tls({ identities: [ID] })]), DEFAULT_MESH);
    expect([now.sameAs(more, [point()]), now.sameAs(more, [point({ namespace: 'b' })]), now.sameAs(now, [point()])]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
