/** NetworkPolicies as a layer: whom they select, whom they let in and out, and what the answer hangs on. */
import { DEFAULT_MESH } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { policySet, type PolicyObject } from '../set/policy-set.js';
import { Decider } from './decider.js';
import type { Enforcer, Point } from './point.js';

const LABELS = { app: 'reviews', tier: 'back' };
const policy = (spec: object, name = 'np', namespace = 'shop'): PolicyObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec: { podSelector: {}, ...spec },
});
const ingress = (...rules: object[]) => policy({ ingress: rules });
const from = (...peers: object[]) => ingress({ from: peers });
const ports = (...list: object[]) => ingress({ ports: list });
const egress = (spec: object, namespace = 'shop') => policy({ policyTypes: ['Egress'], ...spec }, 'out', namespace);
const labelled = (matchLabels: object) => ({ matchLabels });
const expression = (operator: string, values?: string[]) => ({
  matchExpressions: [{ key: 'app', operator, ...(values ? { values } : {}) }],
});

const WEB = {
  principal: 'cluster.local/ns/shop/sa/web',
  labels: { app: 'web' },
  namespaceLabels: { team: 'a' },
  ip: '10.1.2.3',
};
const REQUEST: Request = { protocol: 'http', source: WEB, port: 9080, destinationIp: '10.9.9.9' };
const point = (enforcer: Enforcer = 'sidecar', more: object = {}): Point => ({
  enforcer,
  workload: { namespace: 'shop', labels: LABELS, ports: [{ name: 'http', port: 9080 }, { port: 1 }], ...more },
});
function layerOf(objects: PolicyObject[], request: Partial<Request> = {}, at: Point = point()) {
  const decider = new Decider(policySet(objects), DEFAULT_MESH);
  const asked = { ...REQUEST, ...request };
  const layer = decider.layers(at, asked).find((each) => each.layer === 'networkPolicy');
  if (at.enforcer !== 'linkerd') expect(decider.decision([at], asked)).toBe(decider.decide([at], asked).decision);
  return layer;
}
const answer = (...asked: Parameters<typeof layerOf>) => {
  const layer = layerOf(...asked);
  return layer?.missing ? layer.missing.join() : layer?.decision;
};
const without = (...facts: (keyof typeof WEB)[]) => ({
  source: Object.fromEntries(Object.entries(WEB).filter(([name]) => !facts.includes(name as keyof typeof WEB))),
});
const STRANGER = { source: {} };

describe('whom NetworkPolicies select', () => {
  it.each<[string, PolicyObject[], string | undefined]>([
    ['none at all: no such layer', [], undefined],
    ['an empty podSelector: all of the namespace', [policy({})], 'DENY'],
    ['of another namespace', [policy({}, 'np', 'other')], 'ALLOW'],
    ['by labels', [policy({ podSelector: labelled({ app: 'reviews', tier: 'back' }) })], 'DENY'],
    ['one label differs', [policy({ podSelector: labelled({ app: 'reviews', tier: 'x' }) })], 'ALLOW'],
    ['In', [policy({ podSelector: expression('In', ['a', 'reviews']) })], 'DENY'],
    ['NotIn', [policy({ podSelector: expression('NotIn', ['reviews']) })], 'ALLOW'],
    ['Exists', [policy({ podSelector: expression('Exists') })], 'DENY'],
    ['DoesNotExist', [policy({ podSelector: expression('DoesNotExist') })], 'ALLOW'],
    ['no such operator', [policy({ podSelector: expression('Like', ['reviews']) })], 'ALLOW'],
    ['expressions without anything', [policy({ podSelector: { matchExpressions: [{}] } })], 'ALLOW'],
    ['no podSelector', [policy({ podSelector: null })], 'DENY'],
    ['no spec', [{ ...policy({}), spec: undefined }], 'DENY'],
    ['only egress by type', [policy({ policyTypes: ['Egress'], podSelector: labelled({ app: 'x' }) })], 'ALLOW'],
    ['both by type', [policy({ policyTypes: ['Ingress', 'Egress'] })], 'DENY'],
    ['egress rules make it both', [policy({ podSelector: labelled({ app: 'reviews' }), egress: [{}] })], 'DENY'],
    ['a union', [policy({}), policy({ ingress: [{}] }, 'open')], 'ALLOW'],
  ])('%s', (_, objects, expected) => expect(answer(objects)).toBe(expected));
});

describe('whom they let in', () => {
  const BLOCK = { ipBlock: { cidr: '10.1.0.0/16', except: ['10.1.2.0/24'] } };
  it.each<[string, PolicyObject, Partial<Request>, string]>([
    ['an empty rule', ingress({}), STRANGER, 'ALLOW'],
    ['pods of the own namespace', from({ podSelector: labelled({ app: 'web' }) }), {}, 'ALLOW'],
    ['other pods', from({ podSelector: labelled({ app: 'x' }) }), {}, 'DENY'],
    ['pods of another namespace', from({ podSelector: {} }), { source: { ...WEB, principal: 'cluster.local/ns/b/sa/web' } }, 'DENY'],
    ['every pod of the own', from({ podSelector: {} }), without('labels'), 'ALLOW'],
    ['labels that are not known', from({ podSelector: labelled({ app: 'web' }) }), without('labels'), 'source.labels'],
    [
      'labels that are said to be not known',
      from({ podSelector: labelled({ app: 'web' }) }),
      { unknown: ['source.labels'] },
      'source.labels',
    ],
    ['nothing known of the caller', from({ podSelector: labelled({ app: 'web' }) }), STRANGER, 'source.labels,source.namespace'],
    ['labels alone', from({ podSelector: labelled({ app: 'x' }) }), { source: { labels: { app: 'web' } } }, 'DENY'],
    ['an identity that is not known', from({ podSelector: {} }), { unknown: ['source.principal'] }, 'source.namespace'],
    ['a namespace that is known', from({ podSelector: {} }), { source: { namespace: 'shop' }, unknown: ['source.principal'] }, 'ALLOW'],
    [
      "an identity of Linkerd's",
      from({ podSelector: {} }),
      { source: { principal: 'web.shop.serviceaccount.identity.linkerd.cluster.local' } },
      'ALLOW',
    ],
    ['a namespace by label', from({ namespaceSelector: labelled({ team: 'a' }) }), {}, 'ALLOW'],
    ['every namespace', from({ namespaceSelector: {} }), without('labels', 'namespaceLabels'), 'ALLOW'],
    ['every namespace, and who is not known', from({ namespaceSelector: {} }), STRANGER, 'source.namespace'],
    [
      'a namespace by its name',
      from({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'shop' }) }),
      without('namespaceLabels'),
      'ALLOW',
    ],
    [
      'labels of a namespace not known',
      from({ namespaceSelector: labelled({ team: 'a' }) }),
      without('namespaceLabels'),
      'source.namespaceLabels',
    ],
    ['labels of a namespace without name', from({ namespaceSelector: labelled({ team: 'a' }) }), without('principal'), 'ALLOW'],
    [
      'both: the namespace is not the one',
      from({ namespaceSelector: labelled({ team: 'b' }), podSelector: labelled({ app: 'web' }) }),
      {},
      'DENY',
    ],
    ['both: the pod is not the one', from({ namespaceSelector: labelled({ team: 'a' }), podSelector: labelled({ app: 'x' }) }), {}, 'DENY'],
    ['both', from({ namespaceSelector: labelled({ team: 'a' }), podSelector: labelled({ app: 'web' }) }), {}, 'ALLOW'],
    ['two peers: either', from({ namespaceSelector: labelled({ team: 'b' }) }, { podSelector: labelled({ app: 'web' }) }), {}, 'ALLOW'],
    ['a peer without anything', from({}), {}, 'DENY'],
    ['null for a peer', ingress({ from: [null] }), {}, 'DENY'],
    ['an address', from(BLOCK), { source: { ip: '10.1.3.3' } }, 'ALLOW'],
    ['an address that is cut out', from(BLOCK), {}, 'DENY'],
    ['an address elsewhere', from(BLOCK), { source: { ip: '10.2.3.3' } }, 'DENY'],
    ['an address not known', from(BLOCK), without('ip'), 'source.ip'],
    ['a block that cannot be read', from({ ipBlock: { cidr: 'x', except: ['y'] } }), {}, 'DENY'],
    ['a block without except', from({ ipBlock: { cidr: '10.0.0.0/8' } }), {}, 'ALLOW'],
    ['one peer not known, another that matches', from(BLOCK, { podSelector: labelled({ app: 'web' }) }), without('ip'), 'ALLOW'],
    ['a port', ports({ port: 9080 }), {}, 'ALLOW'],
    ['another port', ports({ port: 80 }), {}, 'DENY'],
    ['a range', ports({ port: 9000, endPort: 9100 }), {}, 'ALLOW'],
    ['past a range', ports({ port: 9000, endPort: 9079 }), {}, 'DENY'],
    ['UDP', ports({ port: 9080, protocol: 'UDP' }), {}, 'DENY'],
    ['every port of TCP', ports({ protocol: 'TCP' }), {}, 'ALLOW'],
    ['null for a port', ingress({ ports: [null] }), {}, 'ALLOW'],
    ['a name', ports({ port: 'http' }), {}, 'ALLOW'],
    ['a name of another port', ports({ port: 'http' }), { port: 1 }, 'DENY'],
    ['a name that there is not', ports({ port: 'grpc' }), {}, 'DENY'],
    ['a port not known', ports({ port: 9080 }), { port: undefined }, 'port'],
    ['a port said to be not known', ports({ port: 'http' }), { unknown: ['port'] }, 'port'],
    [
      'a port not known, and nobody anyway',
      ingress({ from: [{ podSelector: labelled({ app: 'x' }) }], ports: [{ port: 80 }] }),
      { unknown: ['destination.port'] },
      'DENY',
    ],
    ['everything of the source not known', from(BLOCK), { unknown: ['source'] }, 'source.ip'],
  ])('%s', (_, object, request, expected) => expect(answer([object], request)).toBe(expected));
  it('a name, where the ports of the workload are not known', () =>
    expect(answer([ports({ port: 'http' })], {}, point('sidecar', { ports: undefined }))).toBe('workload.ports'));
});

describe('whom they let out', () => {
  const to = (...peers: object[]) => egress({ egress: [{ to: peers }] });
  it.each<[string, PolicyObject[], Partial<Request>, string]>([
    ['nothing', [egress({})], {}, 'DENY'],
    ['everything', [egress({ egress: [{}] })], {}, 'ALLOW'],
    ['other callers are not limited', [egress({ podSelector: labelled({ app: 'x' }) })], {}, 'ALLOW'],
    ['nor those of other namespaces', [egress({}, 'b')], {}, 'ALLOW'],
    ['to pods', [to({ podSelector: labelled({ app: 'reviews' }) })], {}, 'ALLOW'],
    ['to other pods', [to({ podSelector: labelled({ app: 'x' }) })], {}, 'DENY'],
    [
      'to a namespace of whose labels the name is known',
      [to({ namespaceSelector: labelled({ team: 'a' }) })],
      {},
      'destination.namespaceLabels',
    ],
    ['to an address', [to({ ipBlock: { cidr: '10.9.0.0/16' } })], {}, 'ALLOW'],
    ['to an address not known', [to({ ipBlock: { cidr: '10.9.0.0/16' } })], { unknown: ['destinationIp'] }, 'destinationIp'],
    ['a caller not known', [egress({})], STRANGER, 'source.namespace'],
    ['a caller not known, and everything is let out', [egress({ egress: [{}] })], STRANGER, 'ALLOW'],
    ['a caller whose labels are not known', [egress({ podSelector: labelled({ app: 'web' }) })], without('labels'), 'source.labels'],
    [
      'one lets out, another may not select',
      [egress({ egress: [{}] }), policy({ policyTypes: ['Egress'], podSelector: labelled({ app: 'web' }) }, 'b')],
      without('labels'),
      'source.labels',
    ],
    ['refused at the door anyway', [egress({ egress: [{}] }), policy({})], STRANGER, 'DENY'],
    ['refused on the way out, whatever the door', [egress({}), from({ ipBlock: { cidr: '10.0.0.0/8' } })], without('ip'), 'DENY'],
    [
      'the door is not known, the way out is open',
      [egress({ egress: [{}] }), from({ ipBlock: { cidr: '10.0.0.0/8' } })],
      without('ip'),
      'source.ip',
    ],
  ])('%s', (_, objects, request, expected) => expect(answer(objects, request)).toBe(expected));
});

describe('ambient', () => {
  const tunnel = ports({ port: 15_008 });
  const plain = { source: { ...without('principal').source, namespace: 'shop' } };
  it.each<[string, PolicyObject, Partial<Request>, Enforcer, string]>([
    ['mutual TLS comes in by the tunnel', tunnel, {}, 'ztunnel', 'ALLOW'],
    ['and not by its port', ports({ port: 9080 }), {}, 'ztunnel', 'DENY'],
    ['to the waypoint too', tunnel, {}, 'waypoint', 'ALLOW'],
    ['plain text by its port', ports({ port: 9080 }), plain, 'ztunnel', 'ALLOW'],
    ['either way', ports({ port: 9080 }), { unknown: ['source.principal'] }, 'ztunnel', 'source.principal'],
    ['either way is open', ingress({}), { unknown: ['source.principal'] }, 'ztunnel', 'ALLOW'],
    ['a sidecar has no tunnel', ports({ port: 9080 }), {}, 'sidecar', 'ALLOW'],
  ])('%s', (_, object, request, enforcer, expected) => expect(answer([object], request, point(enforcer))).toBe(expected));
  it('says so', () => expect(layerOf([tunnel], {}, point('ztunnel'))?.reason).toContain('port 15008'));
  it('sees the waypoint as the caller', () => {
    const only = from({ podSelector: labelled({ app: 'way' }) });
    const at = { ...point('ztunnel'), client: 'cluster.local/ns/shop/sa/way' };
    expect(answer([only], {}, { ...at, clientLabels: { app: 'way' } })).toBe('ALLOW');
    expect(answer([only], {}, at)).toBe('source.labels');
  });
});

describe('the layer', () => {
  it('names who decided, and why', () => {
    expect(layerOf([from({ podSelector: labelled({ app: 'x' }) }, { podSelector: labelled({ app: 'web' }) })])).toEqual({
      layer: 'networkPolicy',
      decision: 'ALLOW',
      decidedBy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'np', rule: 0 },
      reason: 'NetworkPolicy `shop/np` lets it in: rule 0 matched',
    });
    expect(layerOf([policy({})])).toEqual({
      layer: 'networkPolicy',
      decision: 'DENY',
      decidedBy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'np' },
      reason: 'no NetworkPolicy that selects the workload lets the connection in: `shop/np`',
    });
    expect(layerOf(Array.from({ length: 7 }, (_, index) => policy({}, `p${index}`)))?.reason).toContain('`shop/p4` and 2 more');
    expect(layerOf([policy({}, 'np', 'b')])?.reason).toContain('no NetworkPolicy selects the workload');
  });
  it('stands before those of the mesh, and counts out of it too', () => {
    const decider = new Decider(policySet([policy({})]), DEFAULT_MESH);
    expect(decider.layers(point(), REQUEST).map(({ layer }) => layer)).toEqual([
      'networkPolicy',
      'peerAuthentication',
      'authorizationPolicy',
    ]);
    expect(decider.decide([point('none')], REQUEST).decision).toBe('DENY');
    expect(new Decider([], DEFAULT_MESH).decide([point('none')], REQUEST).reason).toContain('out of the mesh');
    expect(new Decider([], DEFAULT_MESH).decision([point('none')], REQUEST)).toBe('ALLOW');
    expect(decider.selected(point('none'))).toEqual([]);
    expect([decider.hasNetworkPolicies, new Decider([], DEFAULT_MESH).hasNetworkPolicies]).toEqual([true, false]);
  });
  it('tells whom a change touches', () => {
    const [before, other] = [point('sidecar'), point('sidecar', { namespace: 'b' })];
    const now = new Decider([], DEFAULT_MESH);
    const closed = new Decider(policySet([policy({})]), DEFAULT_MESH);
    const limited = new Decider(policySet([egress({})]), DEFAULT_MESH);
    expect([now.sameAs(closed, [before]), now.sameAs(closed, [other]), now.sameAs(limited, [other])]).toEqual([false, true, false]);
    expect(now.sameAs(limited, [other])).toBe(false);
  });
});
