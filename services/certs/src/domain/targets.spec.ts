import type { ClusterFacts, GatewayFact, PodFact } from './kube-facts.js';
import { targetsOf } from './targets.js';

const pod = (name: string, more: Partial<PodFact> = {}): PodFact => ({
  namespace: 'shop',
  name: `${name}-1`,
  owner: { kind: 'Deployment', name },
  labels: { app: name },
  serviceAccount: name,
  ip: '10.0.0.1',
  ports: [{ name: 'http', port: 8080 }],
  proxy: 'sidecar',
  running: true,
  ended: false,
  optedOut: false,
  ...more,
});
const facts = (pods: PodFact[], more: Partial<ClusterFacts> = {}): ClusterFacts => ({
  cluster: 'east',
  namespaces: [],
  pods,
  services: [],
  gateways: [],
  bundles: [],
  managed: [],
  requests: [],
  issuers: [],
  ...more,
});
const targets = (of: ClusterFacts) => targetsOf(of, { trustDomain: 'cluster.local', excludedNamespaces: new Set(['closed']) });

describe('how each kind of proxy is asked', () => {
  const check = (given: PodFact, expected: string[]) =>
    expect(targets(facts([given])).endpoints.map(({ ip, port, alpn, sni }) => `${ip}:${port} ${alpn[0]} ${sni ?? '-'}`)).toEqual(expected);
  it('knows', () => {
    check(pod('cart'), ['10.0.0.1:8080 istio-peer-exchange -']);
    check(pod('cart', { ports: [{ port: 15090 }, { port: 9000 }] }), ['10.0.0.1:9000 istio-peer-exchange -']);
    check(pod('images', { proxy: 'ambient' }), ['10.0.0.1:15008 h2 -']);
    check(pod('waypoint', { proxy: 'waypoint', role: 'waypoint', ports: [] }), ['10.0.0.1:15008 h2 -']);
    check(pod('tickets', { proxy: 'linkerd' }), [
      '10.0.0.1:8080 transport.l5d.io/v1 tickets.shop.serviceaccount.identity.linkerd.cluster.local',
    ]);
    const istiod = pod('istiod', { ports: [{ port: 15017 }] });
    const { proxy: _, ...unmeshed } = istiod;
    check(unmeshed, ['10.0.0.1:15017 h2 istiod.shop.svc']);
    const { proxy: __, ...outside } = pod('outside');
    check(outside, []);
  });
});

describe('who is not asked, and why', () => {
  const check = (given: PodFact, expected: string, more: Partial<ClusterFacts> = {}) => {
    const { endpoints, unreachable } = targets(facts([given], more));
    expect([endpoints.length, unreachable.map(({ reason }) => reason)]).toEqual([0, [expected]]);
  };
  it('says', () => {
    check(pod('a', { optedOut: true }), 'opted-out');
    check(pod('a'), 'opted-out', { namespaces: [{ name: 'shop', mesh: 'istio', optedOut: true }] });
    check(pod('a', { namespace: 'closed' }), 'opted-out');
    check(pod('a', { running: false }), 'no-running-pod');
    check(pod('a', { ports: [] }), 'no-port');
    check(pod('ztunnel', { role: 'ztunnel', proxy: 'ztunnel' }), 'no-port');
    check(pod('gateway', { role: 'gateway', proxy: 'router' }), 'no-port');
    expect(targets(facts([pod('a', { ended: true })]))).toEqual({ endpoints: [], unreachable: [] });
  });
});

describe('gateways', () => {
  const gateway = pod('ingress', {
    role: 'gateway',
    proxy: 'router',
    ports: [{ name: 'https', port: 8443 }],
    labels: { istio: 'ingressgateway' },
  });
  const fact = (more: Partial<GatewayFact>): GatewayFact => ({
    namespace: 'other',
    name: 'public',
    selector: { istio: 'ingressgateway' },
    anyNamespace: true,
    servers: [{ port: 443, hosts: ['shop.example', '*.wild.example', '*'] }],
    ...more,
  });
  const service = (targetPort: number | string) => ({
    namespace: 'shop',
    name: 'ingress',
    selector: gateway.labels,
    ports: [{ port: 443, targetPort }],
  });
  const served = (more: Partial<ClusterFacts>) =>
    targets(facts([gateway], more)).endpoints.map(({ port, sni, name }) => `${port} ${name} ${sni ?? '-'}`);
  it('are asked for each host, where the Service leads to', () => {
    const expected = ['8443 shop.example shop.example', '8443 *.wild.example any.wild.example', '8443 * -'];
    expect(served({ gateways: [fact({})], services: [service(8443)] })).toEqual(expected);
    expect(served({ gateways: [fact({})], services: [service('https')] })).toEqual(expected);
    expect(served({ gateways: [fact({ servers: [{ port: 443, hosts: ['a.example'] }] })] })).toEqual(['443 a.example a.example']);
    expect(served({ gateways: [fact({ anyNamespace: false })], services: [service(8443)] })).toEqual([]);
    expect(served({ gateways: [fact({ selector: {} })] })).toEqual([]);
  });
});
