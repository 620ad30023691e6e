import { buckets, checkWindow, http, measure, principal, tcp, toHost, toService } from '../../test/rows.js';

const WEB_CART = ['shop/web', 'shop/cart'] as const;
const EDGE = 'shop/web > shop/cart http cart.shop';

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
