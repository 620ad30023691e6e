/** The layers around the AuthorizationPolicies: PeerAuthentication port by port, tokens, and all of them together. */
import { HTTP, from, policy, when } from '../../test/cases.js';
import { DEFAULT_MESH } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { changedSet, entryOf, policySet, refText, type PolicyObject } from '../set/policy-set.js';
import { diagnosticsOf } from '../set/read-set.js';
import { Decider, pointOf } from './decider.js';
import { together } from './together.js';
import { mtlsOf, peerPoliciesOf, portsApart } from './peer-authentication.js';
import type { Point } from './point.js';

const LABELS = { app: 'reviews' };
const SELECTOR = { matchLabels: LABELS };
const object = (kind: string, spec: unknown, metadata: object = {}): PolicyObject =>
  ({
    apiVersion: 'security.istio.io/v1',
    kind,
    metadata: { name: kind.toLowerCase(), namespace: 'shop', ...metadata },
    spec,
  }) as PolicyObject;
const peer = (spec: object, metadata: object = {}) => object('PeerAuthentication', spec, metadata);
const tokens = (rule: object, metadata: object = {}) => object('RequestAuthentication', { selector: SELECTOR, jwtRules: [rule] }, metadata);
const SIDECAR = pointOf({ namespace: 'shop', labels: LABELS });
const plain: Request = { ...(HTTP as Request), source: {} };

describe('PeerAuthentication', () => {
  const root = (spec: object) => peer(spec, { name: 'root', namespace: 'istio-system' });
  const strict = { mtls: { mode: 'STRICT' } };
  const modes = (objects: PolicyObject[], port?: number, namespace = 'shop') => {
    const policies = peerPoliciesOf(policySet(objects), { namespace, labels: LABELS }, 'istio-system');
    const { mode, by } = mtlsOf(policies, port);
    return [mode, by?.name];
  };
  it.each<[string, PolicyObject[], number | undefined, (string | undefined)[]]>([
    ['none', [], undefined, ['PERMISSIVE', undefined]],
    ['of the mesh', [root(strict)], undefined, ['STRICT', 'root']],
    [
      'of the namespace before the mesh',
      [root(strict), peer({ mtls: { mode: 'PERMISSIVE' } })],
      undefined,
      ['PERMISSIVE', 'peerauthentication'],
    ],
    ['UNSET leaves it to the next', [root(strict), peer({ mtls: { mode: 'UNSET' } })], undefined, ['STRICT', 'root']],
    [
      'of the workload first',
      [root({ mtls: { mode: 'DISABLE' } }), peer({ ...strict, selector: SELECTOR })],
      undefined,
      ['STRICT', 'peerauthentication'],
    ],
    ['of another workload', [peer({ ...strict, selector: { matchLabels: { app: 'x' } } })], undefined, ['PERMISSIVE', undefined]],
    [
      'by port',
      [peer({ ...strict, selector: SELECTOR, portLevelMtls: { 9080: { mode: 'DISABLE' } } })],
      9080,
      ['DISABLE', 'peerauthentication'],
    ],
    [
      'another port',
      [peer({ ...strict, selector: SELECTOR, portLevelMtls: { 9080: { mode: 'DISABLE' } } })],
      80,
      ['STRICT', 'peerauthentication'],
    ],
    [
      'a port that is UNSET',
      [peer({ ...strict, selector: SELECTOR, portLevelMtls: { 9080: {} } })],
      9080,
      ['STRICT', 'peerauthentication'],
    ],
    ['ports without selector do not count', [peer({ portLevelMtls: { 9080: { mode: 'STRICT' } } })], 9080, ['PERMISSIVE', undefined]],
    ['the first of several', [peer(strict, { name: 'a' }), peer({ mtls: { mode: 'DISABLE' } }, { name: 'b' })], undefined, ['STRICT', 'a']],
  ])('%s', (_, objects, port, expected) => expect(modes(objects, port)).toEqual(expected));
  it('names the ports that differ', () => {
    const policies = policySet([peer({ selector: SELECTOR, portLevelMtls: { 80: {}, 443: {} } })]);
    expect(portsApart(policies)).toEqual(['80', '443']);
    expect(portsApart(policySet([peer(strict)]))).toEqual([]);
    expect(portsApart([])).toEqual([]);
  });
  it('refuses plain text and takes mutual TLS, and says so', () => {
    const decider = new Decider(policySet([peer(strict)]), DEFAULT_MESH);
    expect(decider.decide([SIDECAR], plain)).toMatchObject({
      decision: 'DENY',
      decidedBy: { kind: 'PeerAuthentication' },
      reason: expect.stringContaining('plain text') as string,
    });
    expect(decider.layers(SIDECAR, HTTP as Request).map(({ layer, decision, reason }) => [layer, decision, reason])).toEqual([
      ['peerAuthentication', 'ALLOW', '`peerauthentication` is STRICT, and the caller uses mutual TLS'],
      ['authorizationPolicy', 'ALLOW', expect.stringContaining('everything is allowed')],
    ]);
    expect(decider.decide([SIDECAR], { ...plain, unknown: ['principal'] })).toMatchObject({
      decision: 'INDETERMINATE',
      missing: ['source.principal'],
    });
    expect(decider.peerOf(SIDECAR)).toHaveLength(1);
  });
  it('is not asked at gateways and waypoints', () => {
    const decider = new Decider(policySet([peer(strict)]), DEFAULT_MESH);
    const gateway = pointOf({ namespace: 'shop', labels: { ...LABELS, 'gateway.networking.k8s.io/gateway-name': 'g' } });
    expect([gateway.enforcer, decider.decision([gateway], plain)]).toEqual(['gateway', 'ALLOW']);
  });
});

describe('RequestAuthentication', () => {
  const decide = (objects: PolicyObject[], request: object, point: Point = SIDECAR) =>
    new Decider(policySet(objects), DEFAULT_MESH).decide([point], { ...HTTP, ...request } as Request);
  const required = tokens({ issuer: 'i', presence: 'REQUIRED' });
  const optional = tokens({ issuer: 'i' });
  it.each<[string, PolicyObject[], object, string, string]>([
    ['no token passes', [optional], {}, 'ALLOW', ''],
    [
      'no token where one is asked for',
      [optional, tokens({ presence: 'REQUIRED' }, { name: 'must' })],
      {},
      'DENY',
      '`must` asks for a token',
    ],
    ['a token that is not valid', [optional], { jwt: { invalid: true } }, 'DENY', 'not valid (401)'],
    ['a valid one', [required], { jwt: { claims: { iss: 'i', sub: 's' } } }, 'ALLOW', ''],
    ['whether there is one is not known', [required], { unknown: ['jwt'] }, 'INDETERMINATE', 'is not known'],
    ['connections have none', [required], { protocol: 'tcp' }, 'ALLOW', ''],
    [
      'of another workload',
      [object('RequestAuthentication', { selector: { matchLabels: { app: 'x' } }, jwtRules: [{ presence: 'REQUIRED' }] })],
      {},
      'ALLOW',
      '',
    ],
    [
      'without rules',
      [object('RequestAuthentication', {}), object('RequestAuthentication', { jwtRules: [null, 'x'] }, { name: 'odd' })],
      {},
      'ALLOW',
      '',
    ],
  ])('%s', (_, objects, request, decision, words) => {
    const decided = decide(objects, request);
    expect(decided.decision).toBe(decision);
    expect(decided.reason).toContain(words);
  });
  it('is not asked at ztunnel', () =>
    expect(decide([required], {}, pointOf({ namespace: 'shop', labels: LABELS, ztunnel: true })).decision).toBe('ALLOW'));
  it('names claims that hold lists, by issuer', () => {
    const roles = policy(when('request.auth.claims[roles]', ['b'])) as PolicyObject;
    const listed = tokens({ issuer: 'i', spaceDelimitedClaims: ['roles'] });
    const more = tokens({ issuer: 'i', spaceDelimitedClaims: ['more', 7] }, { name: 'more' });
    expect(decide([roles, listed, more], { jwt: { claims: { iss: 'i', roles: 'a b' } } }).decision).toBe('ALLOW');
    expect(decide([roles, listed], { jwt: { claims: { iss: 'other', roles: 'a b' } } }).decision).toBe('DENY');
    expect(decide([roles], { jwt: { claims: { iss: 'i', roles: 'a b' } } }).decision).toBe('DENY');
  });
});

describe('several proxies on the way', () => {
  const waypoint = {
    namespace: 'shop',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'way' },
    waypoint: true,
    services: [{ name: 's', namespace: 'shop', registry: 'Kubernetes' as const }],
  };
  const ztunnel: Point = { enforcer: 'ztunnel', workload: { namespace: 'shop', labels: LABELS }, client: 'cluster.local/ns/shop/sa/way' };
  const onlyWay = policy({ selector: SELECTOR, ...from({ principals: ['*/sa/way'] }) }) as PolicyObject;
  const noAdmin = policy(
    { targetRefs: [{ kind: 'Service', name: 's' }], action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin'] } }] }] },
    { name: 'no-admin' },
  ) as PolicyObject;
  const decider = new Decider(policySet([onlyWay, noAdmin]), DEFAULT_MESH);
  const points = [pointOf(waypoint), ztunnel];
  it('must all let it pass, each seeing its own client', () => {
    expect(points.map(({ enforcer }) => enforcer)).toEqual(['waypoint', 'ztunnel']);
    expect(decider.decide(points, HTTP as Request).decision).toBe('ALLOW');
    expect(decider.decide(points, { ...HTTP, path: '/admin' } as Request).decidedBy).toMatchObject({ name: 'no-admin' });
    expect(decider.decide(points, { ...HTTP, unknown: ['path', 'source.principal'] } as Request)).toMatchObject({
      decision: 'INDETERMINATE',
      missing: ['path'],
    });
    expect(decider.decision(points, { ...HTTP, unknown: ['path'] } as Request)).toBe('INDETERMINATE');
    expect(decider.decide([{ ...ztunnel, client: 'x/ns/shop/sa/x' }], HTTP as Request).decision).toBe('DENY');
  });
  it('are none out of the mesh, and decide nothing', () => {
    expect(decider.decide([], HTTP as Request).reason).toContain('out of the mesh');
    expect(together([]).decision).toBe('ALLOW');
  });
});

describe('sets', () => {
  it('keep what a change does not touch, and forget what it deletes', () => {
    const set = policySet([peer({}), policy({}) as PolicyObject]);
    const same = changedSet(set, policySet([policy({}) as PolicyObject]), []);
    expect(same).toEqual(set);
    expect(same[1]).toBe(set[1]);
    expect(changedSet(set, [], [set[0] as never]).map(refText)).toEqual(['AuthorizationPolicy/shop/p']);
    expect(new Decider(set, DEFAULT_MESH).sameAs(new Decider(same, DEFAULT_MESH), [SIDECAR])).toBe(true);
    expect(new Decider(set, DEFAULT_MESH).sameAs(new Decider([], DEFAULT_MESH), [SIDECAR])).toBe(false);
  });
  it.each([
    null,
    7,
    {},
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } },
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' },
  ])('pass over %j', (value) => expect(entryOf(value)).toBeUndefined());
  it('say what is wrong with a policy that was read already', () => {
    const [entry] = policySet([peer({ mtls: { mode: 'ON' } })]);
    expect(entry && diagnosticsOf(entry)).toMatchObject([{ code: 'bad-value', policy: 'PeerAuthentication/shop/peerauthentication' }]);
  });
});
