import { edgeSample } from '@observatory/contracts';
import { checkWindow, http, OPTIONS, principal, tcp, toHost } from '../../test/rows.js';
import { adaptWindow } from '../index.js';

const WEB_CART = ['shop/web', 'shop/cart'] as const;
const UNKNOWN = { destination_workload: 'unknown', destination_workload_namespace: 'unknown', destination_cluster: 'unknown' };

describe('who the ends are', () => {
  const check = checkWindow;
  it('a service that reached no workload', () => {
    check(
      { istioRequests: [http('source', 'shop/web', 'shop/cart', 2, { ...UNKNOWN, response_code: '503', response_flags: 'UH' })] },
      { 'shop/web > service:shop/cart http cart.shop': { requests: 2, errors: 2 } },
    );
    check(
      { istioRequests: [http('source', 'shop/web', 'unknown', 1, toHost('cart.shop.svc.cluster.local:8080', 'unknown'))] },
      { 'shop/web > service:shop/cart http cart.shop:8080': { requests: 1 } },
    );
  });
  it('hosts of ServiceEntries, wildcards too', () => {
    check(
      {
        istioRequests: [
          http('source', 'shop/web', 'unknown', 1, toHost('api.pay.example', 'api.pay.example', 'shop')),
          http('source', 'shop/web', 'unknown', 2, toHost('a.cdn.example', '*.cdn.example', 'shop')),
          http('source', 'shop/web', 'unknown', 3, toHost('b.cdn.example', '*.cdn.example', 'shop')),
        ],
      },
      {
        'shop/web > serviceEntry:shop/api.pay.example http api.pay.example': { requests: 1 },
        'shop/web > serviceEntry:shop/*.cdn.example http a.cdn.example': { requests: 2 },
        'shop/web > serviceEntry:shop/*.cdn.example http b.cdn.example': { requests: 3 },
      },
    );
  });
  it('hosts that nothing knows', () => {
    check(
      {
        istioRequests: [
          http('source', 'shop/web', 'unknown', 1, toHost('Api.Example.COM', 'unknown')),
          http('source', 'shop/web', 'unknown', 1, toHost('unknown', 'other.example')),
        ],
      },
      { 'shop/web > external:api.example.com http api.example.com': {}, 'shop/web > external:other.example http other.example': {} },
    );
  });
  it('addresses, without their port', () => {
    for (const [host, address] of [
      ['10.1.2.3:8080', '10.1.2.3'],
      ['10.1.2.3', '10.1.2.3'],
      ['[2001:db8::1]:443', '2001:db8::1'],
      ['2001:db8::1', '2001:db8::1'],
    ] as const) {
      check(
        { istioRequests: [http('source', 'shop/web', 'unknown', 1, toHost(host, host))] },
        { [`shop/web > external:${address} http ${host}`]: {} },
      );
    }
  });
  it('PassthroughCluster and BlackHoleCluster', () => {
    check(
      {
        istioRequests: [
          http('source', 'shop/web', 'unknown', 1, toHost('archive.ubuntu.com', 'PassthroughCluster')),
          http('source', 'shop/web', 'unknown', 2, { ...toHost('evil.example', 'BlackHoleCluster'), response_code: '502' }),
        ],
      },
      {
        'shop/web > external:PassthroughCluster(passthrough) http archive.ubuntu.com': { requests: 1 },
        'shop/web > external:BlackHoleCluster(blackhole) http evil.example': { requests: 2, errors: 2 },
      },
    );
  });
  it('PassthroughCluster without a host, as TCP is', () => {
    check(
      { istioTcp: [tcp('request', 'source', ['shop/web', 'unknown'], 5, toHost('unknown', 'PassthroughCluster'))] },
      { 'shop/web > external:PassthroughCluster(passthrough) tcp -': { sent: 5 } },
    );
  });
  it('the inbound forms of both, which reach a known workload', () => {
    check(
      {
        istioRequests: [
          http('destination', 'unknown', 'shop/cart', 1, toHost('10.0.0.7:9999', 'InboundPassthroughCluster')),
          http('destination', 'unknown', 'shop/web', 1, { ...toHost('x', 'BlackHoleCluster'), response_code: '502' }),
          http('destination', 'unknown', 'unknown', 1, toHost('x', 'InboundPassthroughCluster')),
        ],
      },
      {
        'unknown:unknown > shop/cart http -': {},
        'unknown:unknown > shop/web http -': { errors: 1 },
        'unknown:unknown > external:InboundPassthroughCluster(passthrough) http -': {},
      },
    );
  });
  it('hostile Host headers: bounded, without control characters', () => {
    const hostile = `a\n"<script>${'x'.repeat(5000)}`;
    const { edges } = adaptWindow({ istioRequests: [http('source', 'shop/web', 'unknown', 1, toHost(hostile, 'unknown'))] }, OPTIONS);
    expect(edges[0]?.target.name).toBe(`a?"<script>${'x'.repeat(5000)}`.slice(0, 253));
    expect(edges[0]?.destinationService?.host).toHaveLength(253);
    expect(edgeSample.safeParse(edges[0]).success).toBe(true);
  });
  it('a host that claims to be a service of the cluster, through PassthroughCluster', () => {
    check(
      { istioRequests: [http('source', 'shop/web', 'unknown', 1, toHost('cart.shop.svc.cluster.local', 'PassthroughCluster'))] },
      { 'shop/web > external:PassthroughCluster(passthrough) http cart.shop': {} },
    );
  });
  it('floods of hosts are put together, and none is lost', () => {
    const flood = Array.from({ length: 200 }, (_, index) =>
      http('source', 'shop/web', 'unknown', 1 + index, toHost(`h${index}.example`, 'unknown')),
    );
    const { edges, problems } = adaptWindow({ istioRequests: flood }, OPTIONS);
    expect(edges).toHaveLength(50);
    expect(edges.reduce((sum, edge) => sum + edge.requestsPerSecond, 0)).toBeCloseTo((200 * 201) / 2);
    expect(edges.find(({ target }) => target.name === '*')).toMatchObject({ requestsPerSecond: (151 * 152) / 2 });
    expect(problems).toMatchObject([{ code: 'too-many-hosts', count: 1 }]);
    const through = flood.map((row) => ({ ...row, metric: { ...row.metric, destination_service_name: 'PassthroughCluster' } }));
    const passed = adaptWindow({ istioRequests: through }, OPTIONS);
    expect(passed.edges).toHaveLength(50);
    expect(passed.edges.filter(({ destinationService }) => destinationService?.host === '*')).toHaveLength(1);
  });
  it('nothing known about the target', () => {
    check(
      {
        istioRequests: [
          http('source', 'shop/web', 'unknown', 1),
          http('source', 'shop/web', 'unknown', 1, { destination_service_namespace: 'pay' }),
        ],
      },
      { 'shop/web > unknown:unknown http -': {}, 'shop/web > unknown:pay/unknown http -': {} },
    );
  });
  it('unknown sources: by nobody, by principal, by namespace only', () => {
    check(
      {
        istioRequests: [
          http('destination', 'unknown', 'shop/cart', 1),
          http('destination', 'unknown', 'shop/cart', 2, { source_principal: principal('pay', 'api') }),
          http('destination', 'unknown', 'shop/cart', 4, { source_workload_namespace: 'ops' }),
        ],
      },
      {
        'unknown:unknown > shop/cart http cart.shop': { requests: 1 },
        'unknown:pay/unknown > shop/cart http cart.shop': { requests: 2, principals: [principal('pay', 'api'), principal('shop', 'cart')] },
        'unknown:ops/unknown > shop/cart http cart.shop': { requests: 4 },
      },
      { problems: ['incomplete-source 1'] },
    );
  });
  it('gateways by their names; an egress gateway known by its host only', () => {
    check(
      {
        istioRequests: [
          http('source', 'istio-system/istio-ingressgateway', 'shop/web', 1),
          http(
            'source',
            'shop/web',
            'unknown',
            1,
            toHost('istio-egressgateway.istio-system.svc.cluster.local', 'istio-egressgateway', 'istio-system'),
          ),
        ],
      },
      {
        'istio-system/istio-ingressgateway(gateway) > shop/web http web.shop': {},
        'shop/web > istio-system/istio-egressgateway(egress) http istio-egressgateway.istio-system': {},
      },
    );
  });
  it('apps and versions; latest is no version; what a waypoint does not know stays', () => {
    const { edges } = adaptWindow(
      {
        istioRequests: [
          http('source', 'shop/web', 'shop/cart', 1, { destination_canonical_revision: 'latest', source_canonical_revision: 'v2' }),
          http('waypoint', 'shop/web', 'shop/api', 1, { source_canonical_service: 'unknown', source_canonical_revision: 'latest' }),
          http('source', 'shop/web', 'shop/pay', 1, { source_canonical_revision: 'v1' }),
        ],
      },
      OPTIONS,
    );
    expect(edges[0]?.source).toMatchObject({ app: 'web', version: 'v2' });
    expect(edges[0]?.target).toMatchObject({ app: 'cart' });
    expect(edges[0]?.target.version).toBeUndefined();
    expect(edges[1]?.source).toBe(edges[0]?.source);
  });
  it('a workload without namespaces', () => {
    check(
      {
        istioRequests: [
          http('source', 'shop/web', 'shop/cart', 1, { source_workload_namespace: undefined, destination_workload_namespace: undefined }),
        ],
      },
      { 'web > cart http cart.shop': {} },
    );
  });
});

describe('clusters', () => {
  const check = (labels: Record<string, string | undefined>, expected: [string, string], reporter: 'source' | 'destination' = 'source') => {
    const [edge] = adaptWindow({ istioRequests: [http(reporter, ...WEB_CART, 1, labels)] }, { ...OPTIONS, cluster: 'configured' }).edges;
    expect([edge?.source.cluster, edge?.target.cluster]).toEqual(expected);
  };
  it('are what the labels say', () => check({ source_cluster: 'east', destination_cluster: 'west' }, ['east', 'west']));
  it('are the configured one where nothing is said', () =>
    check({ source_cluster: undefined, destination_cluster: 'unknown' }, ['configured', 'configured']));
  it('are the reporter’s for an end that it did not reach', () => {
    check({ source_cluster: 'west', destination_cluster: 'unknown' }, ['west', 'west']);
    check({ source_cluster: 'unknown', destination_cluster: 'west' }, ['west', 'west'], 'destination');
    check({ source_cluster: 'unknown', destination_cluster: 'west' }, ['configured', 'west']);
  });
});
