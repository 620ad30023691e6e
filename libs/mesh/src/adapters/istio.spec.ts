import { edgeSample } from '@observatory/contracts';
import { buckets, checkWindow, http, measure, OPTIONS, principal, tcp, toHost, toService } from '../../test/rows.js';
import { adaptWindow } from '../index.js';

const WEB_CART = ['shop/web', 'shop/cart'] as const;
const EDGE = 'shop/web > shop/cart http cart.shop';
const UNKNOWN = { destination_workload: 'unknown', destination_workload_namespace: 'unknown', destination_cluster: 'unknown' };

describe('a request is counted once', () => {
  const check = checkWindow;
  it('though both ends report it', () => {
    check(
      { istioRequests: [http('source', ...WEB_CART, 10), http('destination', ...WEB_CART, 10)] },
      {
        [EDGE]: {
          requests: 10,
          errors: 0,
          responses: ['200 - ok 10'],
          mtls: [10, 0],
          reporters: 'source,destination',
          principals: [principal('shop', 'web'), principal('shop', 'cart')],
          mesh: 'istio',
        },
      },
    );
  });
  it('with one reporter only, whichever it is', () => {
    check({ istioRequests: [http('source', ...WEB_CART, 10)] }, { [EDGE]: { requests: 10, mtls: [0, 0], reporters: 'source' } });
    check({ istioRequests: [http('destination', ...WEB_CART, 10)] }, { [EDGE]: { requests: 10, mtls: [10, 0], reporters: 'destination' } });
  });
  it('when code and flags differ between the sides: the caller knows how it ended', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 4, { response_code: '504', response_flags: 'UT' }),
          http('destination', ...WEB_CART, 4, { response_code: '0', response_flags: 'DC' }),
          http('source', ...WEB_CART, 6),
          http('destination', ...WEB_CART, 6),
        ],
      },
      { [EDGE]: { requests: 10, errors: 4, responses: ['200 - ok 6', '504 UT error 4'] } },
    );
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 5, { response_code: '429' }),
          http('destination', ...WEB_CART, 5, { response_code: '429', response_flags: 'RL' }),
        ],
      },
      { [EDGE]: { requests: 5, errors: 0, clientErrors: 5, responses: ['429 - clientError 5'] } },
    );
  });
  it('when the sides name the service differently, or one not at all', () => {
    check(
      { istioRequests: [http('source', ...WEB_CART, 10, toService('basket.shop')), http('destination', ...WEB_CART, 10)] },
      { 'shop/web > shop/cart http basket.shop': { requests: 10 } },
    );
    check(
      { istioRequests: [http('source', ...WEB_CART, 1, { ...toHost('unknown', 'unknown') }), http('destination', ...WEB_CART, 1)] },
      { [EDGE]: { requests: 1 } },
    );
  });
  it('split by service where one workload serves several', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 3),
          http('source', ...WEB_CART, 2, toService('basket.shop')),
          http('destination', ...WEB_CART, 5),
        ],
      },
      { [EDGE]: { requests: 3, mtls: [3, 0] }, 'shop/web > shop/cart http basket.shop': { requests: 2, mtls: [2, 0] } },
    );
  });
});

describe('whose view is taken', () => {
  const check = checkWindow;
  const failed = (reporter: 'source' | 'destination', value: number, flags = '-') =>
    http(reporter, ...WEB_CART, value, { response_code: '503', response_flags: flags });
  it('the source, for what never reached the destination', () => {
    check(
      { istioRequests: [http('source', ...WEB_CART, 8), failed('source', 2, 'UF,URX'), http('destination', ...WEB_CART, 8)] },
      { [EDGE]: { requests: 10, errors: 2, responses: ['200 - ok 8', '503 UF,URX error 2'] } },
    );
  });
  it('the source, though retries make the destination see more', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 6),
          failed('source', 4, 'URX'),
          http('destination', ...WEB_CART, 6),
          failed('destination', 15),
        ],
      },
      { [EDGE]: { requests: 10, errors: 4 } },
    );
  });
  it('the source, though the destination answers what the source had given up', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 10, { response_code: '504', response_flags: 'UT' }),
          http('destination', ...WEB_CART, 10),
        ],
      },
      { [EDGE]: { requests: 10, errors: 10 } },
    );
  });
  it('the destination, where it answered materially more than the source knows of', () => {
    check({ istioRequests: [http('source', ...WEB_CART, 5), http('destination', ...WEB_CART, 10)] }, { [EDGE]: { requests: 10 } });
    check({ istioRequests: [http('source', ...WEB_CART, 9.5), http('destination', ...WEB_CART, 10)] }, { [EDGE]: { requests: 9.5 } });
  });
  it('the destination with what only the source can know', () => {
    check(
      { istioRequests: [http('source', ...WEB_CART, 2), failed('source', 1, 'UH'), http('destination', ...WEB_CART, 10)] },
      { [EDGE]: { requests: 11, errors: 1 } },
    );
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 1, { ...toService('basket.shop'), response_code: '503', response_flags: 'UO' }),
          http('destination', ...WEB_CART, 6),
          http('destination', ...WEB_CART, 4, toService('trolley.shop')),
        ],
      },
      {
        [EDGE]: { requests: 6 },
        'shop/web > shop/cart http trolley.shop': { requests: 4 },
        'shop/web > shop/cart http basket.shop': { requests: 1, errors: 1 },
      },
    );
  });
});

describe('how requests ended', () => {
  const outcome = (
    labels: Record<string, string | undefined>,
    expected: [string, 'ok' | 'clientError' | 'error'],
    problems: string[] = [],
  ) => {
    const protocol = labels['request_protocol'] === 'http' || labels['grpc_response_status'] === undefined ? 'http' : 'grpc';
    const errors = { errors: expected[1] === 'error' ? 1 : 0, clientErrors: expected[1] === 'clientError' ? 1 : 0 };
    checkWindow(
      { istioRequests: [http('source', ...WEB_CART, 1, labels)] },
      { [`shop/web > shop/cart ${protocol} cart.shop`]: { ...errors, responses: [`${expected[0]} ${expected[1]} 1`] } },
      { problems },
    );
  };
  it('HTTP', () => {
    outcome({ response_code: '200' }, ['200 -', 'ok']);
    outcome({ response_code: '101' }, ['101 -', 'ok']);
    outcome({ response_code: '302' }, ['302 -', 'ok']);
    outcome({ response_code: '404', response_flags: 'NR' }, ['404 NR', 'clientError']);
    outcome({ response_code: '500' }, ['500 -', 'error']);
    outcome({ response_code: '0', response_flags: 'DC' }, ['0 DC', 'error']);
    outcome({ response_code: '-' }, ['- -', 'error']);
  });
  it('classified codes', () => {
    outcome({ response_code: '2xx' }, ['2xx -', 'ok']);
    outcome({ response_code: '4xx' }, ['4xx -', 'clientError']);
    outcome({ response_code: '5xx' }, ['5xx -', 'error']);
  });
  it('gRPC', () => {
    outcome({ request_protocol: 'grpc', grpc_response_status: '0' }, ['200 - grpc 0', 'ok']);
    outcome({ request_protocol: 'grpc', grpc_response_status: 'OK' }, ['200 - grpc OK', 'ok']);
    outcome({ request_protocol: 'grpc', grpc_response_status: '5' }, ['200 - grpc 5', 'error']);
    outcome({ request_protocol: undefined, grpc_response_status: '14' }, ['200 - grpc 14', 'error']);
    outcome({ request_protocol: 'http', grpc_response_status: '14' }, ['200 - grpc 14', 'ok']);
  });
  it('gRPC without a status', () => {
    checkWindow(
      { istioRequests: [http('source', ...WEB_CART, 1, { request_protocol: 'grpc' })] },
      { 'shop/web > shop/cart grpc cart.shop': { errors: 0 } },
    );
  });
  it('labels that are not there', () => {
    outcome({ response_code: undefined }, [' -', 'ok'], ['missing-response-code 1']);
    outcome({ response_flags: undefined }, ['200 -', 'ok']);
  });
});

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

describe('unknown callers that are somebody’s twin', () => {
  const check = checkWindow;
  const spiffe = principal('shop', 'web');
  it('are taken off when a named caller with the same principal sent as much', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 10),
          http('destination', 'unknown', 'shop/cart', 10.2, { source_principal: spiffe, connection_security_policy: 'none' }),
        ],
      },
      { [EDGE]: { requests: 10, mtls: [0, 10], principals: [spiffe, principal('shop', 'cart')] } },
    );
  });
  it('leave what is more', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 10, { source_principal: 'unknown' }),
          http('destination', 'unknown', 'shop/cart', 40),
          http('destination', 'unknown', 'shop/cart', 10, { response_code: '500' }),
        ],
        istioDuration: [
          measure('sum', 'destination', ['unknown', 'shop/cart'], 500),
          measure('count', 'destination', ['unknown', 'shop/cart'], 50),
        ],
        istioBuckets: buckets(
          'destination',
          ['unknown', 'shop/cart'],
          [
            ['1', 50],
            ['+Inf', 50],
          ],
        ),
      },
      {
        [EDGE]: { requests: 10, mtls: [10, 0] },
        'unknown:unknown > shop/cart http cart.shop': { requests: 40, errors: 8, latency: 10, histogram: [40, 0] },
      },
    );
  });
  it('are others when the destination knows the named caller, or nothing arrived', () => {
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 10),
          http('destination', ...WEB_CART, 10),
          http('destination', 'unknown', 'shop/cart', 10, { source_principal: spiffe }),
        ],
      },
      { [EDGE]: { requests: 10 }, 'unknown:shop/unknown > shop/cart http cart.shop': { requests: 10 } },
    );
    check(
      {
        istioRequests: [
          http('source', ...WEB_CART, 10, { source_principal: 'unknown', response_code: '503', response_flags: 'UF' }),
          http('destination', 'unknown', 'shop/cart', 10),
        ],
      },
      { [EDGE]: { requests: 10 }, 'unknown:unknown > shop/cart http cart.shop': { requests: 10 } },
    );
  });
  it('also in plaintext TCP, where metadata is not exchanged', () => {
    const plain = { connection_security_policy: 'none', destination_principal: 'unknown' };
    check(
      {
        istioTcp: [
          tcp('request', 'source', ['shop/web', 'shop/db'], 100, { source_principal: 'unknown' }),
          tcp('request', 'destination', ['unknown', 'shop/db'], 300, plain),
          tcp('opened', 'destination', ['unknown', 'shop/db'], 3, { ...plain, response_flags: 'DC' }),
        ],
      },
      {
        'shop/web > shop/db tcp db.shop': { sent: 100, mtls: [0, 0.0166667] },
        'unknown:unknown > shop/db tcp db.shop': { sent: 200.99, connections: 2.0099 },
      },
    );
  });
});

describe('what it took', () => {
  const check = checkWindow;
  const requests = [http('source', ...WEB_CART, 10), http('destination', ...WEB_CART, 10)];
  const took = (reporter: 'source' | 'destination', ms: number, labels: Record<string, string> = {}) => [
    measure('sum', reporter, WEB_CART, ms * 10, labels),
    measure('count', reporter, WEB_CART, 10, labels),
  ];
  it('is what the destination says, else the source', () => {
    check({ istioRequests: requests, istioDuration: [...took('source', 30), ...took('destination', 20)] }, { [EDGE]: { latency: 20 } });
    check({ istioRequests: requests, istioDuration: took('source', 30) }, { [EDGE]: { latency: 30 } });
    check(
      { istioRequests: requests, istioDuration: [measure('sum', 'destination', WEB_CART, 5), ...took('source', 30)] },
      { [EDGE]: { latency: 30 } },
    );
  });
  it('goes to the edge of its service; names that differ do not matter where there is one edge', () => {
    check(
      { istioRequests: requests, istioDuration: took('destination', 20, toService('basket.shop') as Record<string, string>) },
      { [EDGE]: { latency: 20 } },
    );
    const two = [
      http('source', ...WEB_CART, 3),
      http('source', ...WEB_CART, 2, toService('basket.shop')),
      http('destination', ...WEB_CART, 5),
    ];
    check(
      {
        istioRequests: two,
        istioDuration: [
          ...took('destination', 20),
          ...took('source', 30),
          ...took('source', 50, toService('basket.shop') as Record<string, string>),
        ],
      },
      { [EDGE]: { latency: 30 }, 'shop/web > shop/cart http basket.shop': { latency: 50 } },
    );
    check(
      { istioRequests: two, istioDuration: took('destination', 20) },
      { [EDGE]: { latency: undefined }, 'shop/web > shop/cart http basket.shop': { latency: undefined } },
    );
  });
  it('belongs to requests: alone it makes no edge', () => {
    check({ istioDuration: took('destination', 20) }, {});
    check(
      { istioRequests: requests, istioDuration: [{ metric: { metric: 'sum' }, value: 1 }, measure('nonsense', 'source', WEB_CART, 1)] },
      { [EDGE]: {} },
      { problems: ['missing-labels 1'] },
    );
  });
  it('bytes of requests go from source to target', () => {
    check(
      {
        istioRequests: requests,
        istioBytes: [measure('request', 'destination', WEB_CART, 100), measure('response', 'destination', WEB_CART, 900)],
      },
      { [EDGE]: { sent: 100, received: 900 } },
    );
  });
  it('buckets become rates between bounds, in order, also as Prometheus 3 writes them', () => {
    check(
      {
        istioRequests: requests,
        istioBuckets: buckets('destination', WEB_CART, [
          ['+Inf', 10],
          ['5.0', 6],
          ['1', 2],
          ['1', 0],
        ]),
      },
      { [EDGE]: { histogram: [2, 4, 4] } },
    );
    check(
      {
        istioRequests: requests,
        istioBuckets: buckets('destination', WEB_CART, [
          ['1', 0],
          ['+Inf', 0],
        ]),
      },
      { [EDGE]: { histogram: undefined } },
    );
  });
  it('broken histograms are problems', () => {
    check(
      {
        istioRequests: requests,
        istioBuckets: [
          ...buckets('destination', WEB_CART, [
            ['1', 2],
            ['5', 3],
          ]),
          ...buckets('destination', WEB_CART, [
            ['x', 1],
            ['', 1],
            ['1', Number.NaN],
          ]),
        ],
      },
      { [EDGE]: { histogram: undefined } },
      { problems: ['bad-value 3', 'broken-histogram 1'] },
    );
    check(
      { istioRequests: requests, istioBuckets: [{ metric: { le: '1' }, value: 1 }] },
      { [EDGE]: {} },
      { problems: ['missing-labels 1'] },
    );
    const { le: _, ...without } = buckets('destination', WEB_CART, [['1', 1]])[0]!.metric;
    check({ istioRequests: requests, istioBuckets: [{ metric: without, value: 1 }] }, { [EDGE]: {} }, { problems: ['bad-value 1'] });
  });
});

describe('encryption', () => {
  const check = (labels: Record<string, string>, expected: [number, number]) =>
    checkWindow(
      { istioRequests: [http('source', ...WEB_CART, 10), http('destination', ...WEB_CART, 8, labels)] },
      { [EDGE]: { mtls: expected } },
    );
  it('is what the receiving side says, for all requests', () => {
    check({ connection_security_policy: 'mutual_tls' }, [10, 0]);
    check({ connection_security_policy: 'none' }, [0, 10]);
  });
  it('is not known where it says nothing: unknown is not plaintext', () => check({ connection_security_policy: 'unknown' }, [0, 0]));
  it('is shared out', () => {
    checkWindow(
      {
        istioRequests: [
          http('source', ...WEB_CART, 10),
          http('destination', ...WEB_CART, 6),
          http('destination', ...WEB_CART, 2, { connection_security_policy: 'none' }),
        ],
      },
      { [EDGE]: { mtls: [7.5, 2.5] } },
    );
  });
});

describe('bad rows', () => {
  it('are left out and counted', () => {
    checkWindow(
      {
        istioRequests: [
          http('source', ...WEB_CART, 1),
          http('source', ...WEB_CART, 0),
          ...[Number.NaN, Infinity, -1].map((value) => http('source', ...WEB_CART, value)),
          http('source', ...WEB_CART, 5, { reporter: 'nobody' }),
          { metric: {}, value: 1 },
        ],
      },
      { [EDGE]: { requests: 1 } },
      { problems: ['bad-value 3', 'missing-labels 2'] },
    );
  });
  it('come with an example of bounded length', () => {
    const { problems } = adaptWindow(
      { istioRequests: [http('source', ...WEB_CART, Number.NaN, { destination_service: 'x'.repeat(9999) })] },
      OPTIONS,
    );
    expect(problems[0]?.example).toHaveLength(300);
    expect(problems[0]?.example).toMatch(/^NaN \{"reporter":"source"/);
  });
  it('no rows are no edges', () => expect(adaptWindow({}, OPTIONS)).toEqual({ edges: [], problems: [] }));
});

describe('TCP of sidecars', () => {
  const ends = ['shop/web', 'shop/db'] as const;
  const DB = 'shop/web > shop/db tcp db.shop';
  const both = (part: 'request' | 'response' | 'opened', value: number, labels: Record<string, string> = {}) => [
    tcp(part, 'source', ends, value, { connection_security_policy: 'unknown', ...labels }),
    tcp(part, 'destination', ends, value, labels),
  ];
  it('is counted once, with bytes from source to target', () => {
    checkWindow(
      { istioTcp: [...both('request', 100), ...both('response', 900), ...both('opened', 2)] },
      {
        [DB]: {
          requests: 0,
          responses: [],
          sent: 100,
          received: 900,
          connections: 2,
          mtls: [2, 0],
          mesh: 'istio',
          reporters: 'source,destination',
        },
      },
    );
  });
  it('is encrypted or not by its bytes, where no connection was opened in the window', () => {
    checkWindow(
      { istioTcp: [...both('request', 75), ...both('request', 25, { connection_security_policy: 'none' }), ...both('response', 0)] },
      { [DB]: { connections: 0, mtls: [0.0125, 0.00416667] } },
    );
    checkWindow({ istioTcp: [tcp('request', 'source', ends, 5)] }, { [DB]: { mtls: [0, 0], sent: 5, reporters: 'source' } });
  });
  it('is the destination’s where it saw materially more', () => {
    checkWindow({ istioTcp: [tcp('request', 'source', ends, 50), tcp('request', 'destination', ends, 100)] }, { [DB]: { sent: 100 } });
  });
  it('shows connections that failed', () => {
    checkWindow(
      {
        istioTcp: [
          ...both('opened', 2),
          tcp('opened', 'source', ends, 1, { response_flags: 'UF' }),
          tcp('opened', 'source', ends, 1, { response_flags: 'UF', source_principal: 'x' }),
        ],
      },
      { [DB]: { requests: 0, errors: 0, connections: 4, responses: ['- UF error 2'] } },
    );
  });
  it('stays apart from HTTP of the same ends', () => {
    checkWindow(
      { istioRequests: [http('source', ...ends, 1)], istioTcp: both('request', 10) },
      { 'shop/web > shop/db http db.shop': { requests: 1, sent: 0 }, [DB]: { sent: 10 } },
    );
  });
  it('ignores what it did not ask for, and who does not report', () => {
    checkWindow(
      {
        istioTcp: [
          { ...tcp('opened', 'source', ends, 1), metric: { ...tcp('opened', 'source', ends, 1).metric, metric: 'closed' } },
          { metric: { metric: 'opened' }, value: 1 },
          tcp('opened', 'source', ends, -1),
          { metric: {}, value: 1 },
        ],
      },
      {},
      { problems: ['bad-value 1', 'missing-labels 1'] },
    );
  });
});
