import { buckets, checkWindow, http, measure, OPTIONS, toService } from '../../test/rows.js';
import { adaptWindow } from '../index.js';

const WEB_CART = ['shop/web', 'shop/cart'] as const;
const EDGE = 'shop/web > shop/cart http cart.shop';

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
