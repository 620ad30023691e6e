import { checkWindow, http, measure, principal, tcp, toService, ztunnel } from '../../test/rows.js';
import type { PromSample } from '../index.js';

const check = checkWindow;
const WEB_CART = ['shop/web', 'shop/cart'] as const;
const HTTP = 'shop/web > shop/cart http cart.shop';
const TCP = 'shop/web > shop/cart tcp cart.shop';

const connection = (
  reporter: 'source' | 'destination',
  ends: readonly [string, string],
  labels: Record<string, string> = {},
): PromSample[] => [
  ztunnel('request', reporter, ends, 1000, labels),
  ztunnel('response', reporter, ends, 9000, labels),
  ztunnel('opened', reporter, ends, 2, labels),
];

describe('ztunnel alone', () => {
  it('makes TCP edges, encrypted by the word of both ends', () => {
    check(
      { istioTcp: [...connection('source', WEB_CART), ...connection('destination', WEB_CART)] },
      { [TCP]: { mesh: 'ambient', sent: 1000, received: 9000, connections: 2, mtls: [2, 0], reporters: 'source,destination' } },
    );
    check({ istioTcp: connection('source', WEB_CART) }, { [TCP]: { mtls: [2, 0], reporters: 'source' } });
  });
  it('never says plaintext: unknown stays unknown', () => {
    check({ istioTcp: connection('destination', WEB_CART, { connection_security_policy: 'unknown' }) }, { [TCP]: { mtls: [0, 0] } });
  });
  it('is known by its word on encryption where the scrape has no app label', () => {
    const rows = connection('source', WEB_CART).map(({ metric, value }) => ({ value, metric: { ...metric, app: '' } }));
    check({ istioTcp: rows }, { [TCP]: { mesh: 'ambient', mtls: [2, 0] } });
  });
  it('shows what it refused', () => {
    check(
      {
        istioTcp: [
          ...connection('source', WEB_CART),
          ztunnel('opened', 'destination', WEB_CART, 1, { response_flags: 'DENY', connection_security_policy: 'unknown' }),
        ],
      },
      { [TCP]: { responses: ['- DENY error 1'] } },
    );
  });
});

describe('connections that carry HTTP', () => {
  it('fold into the HTTP edge: no second edge, bytes as on the wire', () => {
    check(
      {
        istioRequests: [http('waypoint', ...WEB_CART, 10)],
        istioBytes: [measure('request', 'waypoint', WEB_CART, 100), measure('response', 'waypoint', WEB_CART, 700)],
        istioTcp: connection('source', WEB_CART),
      },
      {
        [HTTP]: { mesh: 'ambient', requests: 10, sent: 1000, received: 9000, connections: 2, mtls: [10, 0], reporters: 'source,waypoint' },
      },
    );
  });
  it('are shared out by requests between edges, HTTP and gRPC', () => {
    check(
      {
        istioRequests: [http('source', ...WEB_CART, 3), http('source', ...WEB_CART, 1, { request_protocol: 'grpc' })],
        istioTcp: connection('destination', WEB_CART),
      },
      { [HTTP]: { sent: 750, mtls: [3, 0] }, 'shop/web > shop/cart grpc cart.shop': { sent: 250, mtls: [1, 0] } },
    );
  });
  it('of another service are TCP of their own; of no known service they fold', () => {
    check(
      {
        istioRequests: [http('source', ...WEB_CART, 3)],
        istioTcp: connection('destination', WEB_CART, toService('redis.shop') as Record<string, string>),
      },
      { [HTTP]: { sent: 0 }, 'shop/web > shop/cart tcp redis.shop': { sent: 1000 } },
    );
    check(
      {
        istioRequests: [http('source', ...WEB_CART, 3)],
        istioTcp: connection('destination', WEB_CART, toService('unknown.x') as Record<string, string>).map(({ metric, value }) => ({
          value,
          metric: { ...metric, destination_service: 'unknown', destination_service_name: 'unknown' },
        })),
      },
      { [HTTP]: { sent: 1000 } },
    );
  });
});

describe('mixes with sidecars', () => {
  it('sidecar to ambient: requests from the source, encryption from the server’s ztunnel', () => {
    check(
      { istioRequests: [http('source', ...WEB_CART, 10)], istioTcp: connection('destination', WEB_CART) },
      { [HTTP]: { requests: 10, mtls: [10, 0], connections: 2, reporters: 'source,destination', mesh: 'ambient' } },
    );
  });
  it('ambient to sidecar: requests from the destination', () => {
    check(
      {
        istioRequests: [http('destination', ...WEB_CART, 10, { connection_security_policy: 'none' })],
        istioTcp: connection('source', WEB_CART),
      },
      { [HTTP]: { requests: 10, mtls: [0, 10], reporters: 'source,destination' } },
    );
  });
  it('TCP from a sidecar to ambient: one edge', () => {
    check(
      {
        istioTcp: [
          tcp('request', 'source', WEB_CART, 990, { connection_security_policy: 'unknown' }),
          ...connection('destination', WEB_CART),
        ],
      },
      { [TCP]: { sent: 1000, received: 9000, connections: 2, mtls: [2, 0], reporters: 'source,destination' } },
    );
  });
  it('an ingress gateway to an ambient pod: HTTP from the gateway, TCP from the pod’s ztunnel', () => {
    const ends = ['istio-system/istio-ingressgateway', 'shop/cart'] as const;
    check(
      { istioRequests: [http('source', ...ends, 5)], istioTcp: connection('destination', ends) },
      { 'istio-system/istio-ingressgateway(gateway) > shop/cart http cart.shop': { requests: 5, mtls: [5, 0] } },
    );
  });
});

describe('waypoints', () => {
  const viaWaypoint = (waypoint: string) => ({
    istioRequests: [http('waypoint', ...WEB_CART, 10)],
    istioTcp: [
      ...connection('source', ['shop/web', waypoint], toService('cart.shop') as Record<string, string>),
      ...connection('destination', [waypoint, 'shop/cart']),
    ],
  });
  const folded = {
    [HTTP]: {
      requests: 10,
      sent: 1000,
      received: 9000,
      connections: 2,
      mtls: [10, 0],
      principals: [principal('shop', 'web'), principal('shop', 'cart')],
    },
  };
  it('split a connection in two legs, which fold into the requests', () => check(viaWaypoint('shop/waypoint'), folded));
  it('are recognised by their traffic', () => check(viaWaypoint('shop/proxy'), folded));
  it('are known from Kubernetes', () => {
    const { istioRequests, istioTcp } = viaWaypoint('shop/proxy');
    check({ istioRequests, istioTcp: istioTcp.slice(0, 3) }, folded, { waypoints: new Set(['shop/proxy']) });
    check(
      { istioRequests, istioTcp: istioTcp.slice(0, 3) },
      { [HTTP]: { sent: 0 }, 'shop/web > shop/proxy tcp cart.shop': { sent: 1000 } },
    );
  });
  it('lack metadata of the caller: the workload is right', () => {
    const { istioTcp } = viaWaypoint('shop/waypoint');
    check(
      { istioTcp, istioRequests: [http('waypoint', ...WEB_CART, 10, { source_cluster: 'unknown', source_canonical_service: 'unknown' })] },
      folded,
    );
  });
  it('are their own authority, unless others answered materially more', () => {
    check({ istioRequests: [http('waypoint', ...WEB_CART, 10), http('source', ...WEB_CART, 10.5)] }, { [HTTP]: { requests: 10 } });
    check({ istioRequests: [http('waypoint', ...WEB_CART, 1), http('source', ...WEB_CART, 10)] }, { [HTTP]: { requests: 10 } });
  });
  it('with an ingress gateway: the leg to the waypoint is not counted again', () => {
    const gateway = 'istio-system/istio-ingressgateway';
    check(
      {
        istioRequests: [
          http('source', gateway, 'shop/waypoint', 10, toService('cart.shop')),
          http('source', gateway, 'shop/waypoint', 1, { ...toService('cart.shop'), response_code: '503', response_flags: 'UF' }),
          http('source', gateway, 'shop/waypoint', 2, toService('other.shop')),
          http('waypoint', gateway, 'shop/cart', 10),
        ],
        istioDuration: [measure('sum', 'source', [gateway, 'shop/waypoint'], 5, toService('cart.shop'))],
      },
      {
        'istio-system/istio-ingressgateway(gateway) > shop/cart http cart.shop': { requests: 10 },
        'istio-system/istio-ingressgateway(gateway) > shop/waypoint(waypoint) http cart.shop': { requests: 1, errors: 1 },
        'istio-system/istio-ingressgateway(gateway) > shop/waypoint(waypoint) http other.shop': { requests: 2 },
      },
    );
    check(
      {
        istioRequests: [
          http('source', gateway, 'shop/waypoint', 3, toService('cart.shop')),
          http('source', gateway, 'shop/waypoint', 3, { ...toService('cart.shop'), response_code: '500' }),
          http('source', gateway, 'shop/waypoint', 3, { ...toService('api.shop'), response_code: '500' }),
          http('waypoint', gateway, 'shop/cart', 6),
        ],
      },
      {
        'istio-system/istio-ingressgateway(gateway) > shop/cart http cart.shop': { requests: 6 },
        'istio-system/istio-ingressgateway(gateway) > shop/waypoint(waypoint) http api.shop': { requests: 3, errors: 3 },
      },
    );
  });
  it('that report nothing leave their legs as they are', () => {
    check(
      { istioTcp: viaWaypoint('shop/waypoint').istioTcp },
      { 'shop/web > shop/waypoint(waypoint) tcp cart.shop': {}, 'shop/waypoint(waypoint) > shop/cart tcp cart.shop': {} },
    );
  });
  it('report TCP too; its legs fold into that', () => {
    check(
      {
        istioTcp: [
          tcp('request', 'waypoint', WEB_CART, 980),
          tcp('request', 'waypoint', ['shop/api', 'shop/cart'], 20),
          ...viaWaypoint('shop/waypoint').istioTcp,
        ],
      },
      {
        [TCP]: { sent: 1000, received: 9000, mtls: [0.0166667, 0], reporters: 'source,waypoint' },
        'shop/api > shop/cart tcp cart.shop': { sent: 20 },
      },
    );
  });
  it('are not what else receives connections of a service they report about', () => {
    check(
      {
        istioRequests: [http('waypoint', ...WEB_CART, 10)],
        istioTcp: [
          ...connection('source', ['shop/web', 'shop/cart-v2'], toService('cart.shop') as Record<string, string>),
          ...connection('source', ['shop/cart-v2', 'shop/db']),
        ],
      },
      { [HTTP]: {}, 'shop/web > shop/cart-v2 tcp cart.shop': {}, 'shop/cart-v2 > shop/db tcp db.shop': {} },
    );
  });
});
