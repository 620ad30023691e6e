import { checkWindow, http, measure, tcp, buckets } from '../../test/rows.js';
import type { PromSample } from '../index.js';

const check = checkWindow;
const linkerd = (direction: 'inbound' | 'outbound', value: number, labels: Record<string, string> = {}): PromSample => ({
  value,
  metric: {
    direction,
    namespace: 'support',
    deployment: 'desk',
    tls: 'no_identity',
    status_code: '200',
    classification: 'success',
    ...(direction === 'outbound' ? { dst_namespace: 'shop', dst_deployment: 'cart', dst_service: 'cart' } : {}),
    ...labels,
  },
});
const GATEWAY = 'istio-system/istio-ingressgateway';
const INGRESS = `${GATEWAY}(gateway) > support/desk http desk.support`;
const INTO_DESK = [GATEWAY, 'support/desk'] as const;

describe('callers that the server’s mesh does not know', () => {
  it('from Istio into Linkerd are counted once', () => {
    check(
      { istioRequests: [http('source', ...INTO_DESK, 10)], linkerdResponses: [linkerd('inbound', 10.4)] },
      { [INGRESS]: { requests: 10, mtls: [0, 10], reporters: 'source' } },
    );
  });
  it('from Linkerd into Istio are counted once', () => {
    check(
      {
        istioRequests: [http('destination', 'unknown', 'shop/cart', 5, { connection_security_policy: 'none' })],
        linkerdResponses: [linkerd('outbound', 5)],
      },
      { 'support/desk > shop/cart http cart.shop': { requests: 5, mtls: [0, 5], reporters: 'source', mesh: 'linkerd' } },
    );
  });
  it('leave what is more, with all that belongs to it', () => {
    check(
      {
        istioRequests: [http('destination', 'unknown', 'shop/cart', 10, { connection_security_policy: 'unknown' })],
        istioDuration: [
          measure('sum', 'destination', ['unknown', 'shop/cart'], 100),
          measure('count', 'destination', ['unknown', 'shop/cart'], 10),
        ],
        istioBuckets: buckets(
          'destination',
          ['unknown', 'shop/cart'],
          [
            ['1', 4],
            ['+Inf', 10],
          ],
        ),
        linkerdResponses: [linkerd('outbound', 5, { tls: 'true' })],
      },
      {
        'support/desk > shop/cart http cart.shop': { requests: 5, mtls: [5, 0] },
        'unknown:unknown > shop/cart http cart.shop': { requests: 5, responses: ['200 - ok 5'], latency: 10, histogram: [2, 3] },
      },
    );
  });
  it('over TCP are compared by bytes', () => {
    const unknownTcp = (part: 'request' | 'opened', value: number) =>
      tcp(part, 'destination', ['unknown', 'shop/cart'], value, { connection_security_policy: 'none' });
    check(
      {
        istioTcp: [unknownTcp('request', 300), unknownTcp('opened', 3)],
        linkerdTcp: [{ ...linkerd('outbound', 100), metric: { ...linkerd('outbound', 100, { tls: '' }).metric, metric: 'request' } }],
      },
      {
        'support/desk > shop/cart tcp cart.shop': { sent: 100 },
        'unknown:unknown > shop/cart tcp cart.shop': { sent: 200, connections: 2 },
      },
    );
  });
  it('are others where the server knows the named ones, or the mesh is the same', () => {
    check(
      {
        istioRequests: [http('source', ...INTO_DESK, 10), http('destination', ...INTO_DESK, 10)],
        linkerdResponses: [linkerd('inbound', 10)],
      },
      { [INGRESS]: { requests: 10 }, 'unknown:unknown > support/desk http -': { requests: 10 } },
    );
    check(
      { istioRequests: [http('source', 'shop/web', 'shop/cart', 10), http('destination', 'unknown', 'shop/cart', 10)] },
      {
        'shop/web > shop/cart http cart.shop': { requests: 10, mtls: [0, 0] },
        'unknown:unknown > shop/cart http cart.shop': { requests: 10 },
      },
    );
  });
});
