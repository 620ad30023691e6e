/** Who calls whom in the shop, how often, how large, and what a failure of the call does to the caller. */
import type { Call, Destination, Operation, Protocol, ShapeName } from './types.js';

interface CallSpec {
  from: string;
  to: string | Destination;
  protocol?: Protocol;
  perRequest?: number;
  peakRps?: number;
  shape?: ShapeName;
  operations?: [method: string, path: string, weight: number][];
  bytes?: [request: number, response: number];
  connectionsPerUnit?: number;
  notFound?: number;
  propagates?: number;
  timeoutMs?: number;
  remote?: { medianMs: number; errorShare: number };
}

const DEFAULT_OPERATIONS: Record<Protocol, [string, string, number][]> = { http: [['GET', '/', 1]], grpc: [], tcp: [] };

export function destinationName(to: Destination): string {
  return to.kind === 'service' || to.kind === 'noEndpoints' ? to.service : `${to.kind}:${to.host}`;
}

/** Builds a call; faults use it too, for traffic that is not there in normal times. */
export function call(spec: CallSpec): Call {
  const to: Destination = typeof spec.to === 'string' ? { kind: 'service', service: spec.to } : spec.to;
  const protocol = spec.protocol ?? 'http';
  const [requestBytes, responseBytes] = spec.bytes ?? [600, 2400];
  return {
    id: `${spec.from}->${destinationName(to)}:${protocol}`,
    from: spec.from,
    to,
    protocol,
    rate: spec.peakRps === undefined ? { perRequest: spec.perRequest ?? 1 } : { peakRps: spec.peakRps, shape: spec.shape ?? 'shoppers' },
    operations: (spec.operations ?? DEFAULT_OPERATIONS[protocol]).map(([method, path, weight]): Operation => ({ method, path, weight })),
    requestBytes,
    responseBytes,
    connectionsPerUnit: spec.connectionsPerUnit ?? (protocol === 'tcp' ? 0.02 : 0.04),
    notFoundShare: spec.notFound ?? 0,
    propagates: spec.propagates ?? 0.8,
    timeoutMs: spec.timeoutMs ?? 15_000,
    remote: spec.remote,
  };
}

const GATEWAY = 'istio-ingress/istio-ingressgateway';
const paygate: Destination = {
  kind: 'serviceEntry',
  host: 'api.paygate.example',
  name: 'api.paygate.example',
  namespace: 'shop',
  port: 443,
};
const tracking: Destination = {
  kind: 'serviceEntry',
  host: 'eu.tracking.example',
  name: '*.tracking.example',
  namespace: 'shop',
  port: 443,
};

const FROM_OUTSIDE: Call[] = [
  call({
    from: GATEWAY,
    to: 'shop/storefront',
    peakRps: 40,
    operations: [
      ['GET', '/', 0.45],
      ['GET', '/products', 0.35],
      ['POST', '/checkout', 0.15],
      ['GET', '/old-offers', 0.05],
    ],
    bytes: [700, 18_000],
    notFound: 0.012,
  }),
  call({
    from: GATEWAY,
    to: 'shop/accounts',
    peakRps: 6,
    operations: [
      ['POST', '/login', 0.6],
      ['GET', '/me', 0.4],
    ],
    bytes: [900, 1200],
    notFound: 0.002,
  }),
  call({ from: GATEWAY, to: 'media/images', peakRps: 20, operations: [['GET', '/img', 1]], bytes: [400, 42_000], notFound: 0.01 }),
  call({
    from: GATEWAY,
    to: 'support/helpdesk',
    peakRps: 4,
    shape: 'office',
    operations: [
      ['GET', '/', 0.7],
      ['POST', '/tickets', 0.3],
    ],
    bytes: [800, 9000],
  }),
  call({
    from: GATEWAY,
    to: { kind: 'noRoute', host: '203.0.113.10', port: 8080 },
    peakRps: 0.3,
    shape: 'steady',
    operations: [['GET', '/wp-login.php', 1]],
  }),
];

const SHOP: Call[] = [
  call({
    from: 'shop/storefront',
    to: 'shop/catalog',
    perRequest: 1.1,
    operations: [
      ['GET', '/products', 0.8],
      ['GET', '/products/stock', 0.2],
    ],
    bytes: [500, 6400],
    notFound: 0.004,
    timeoutMs: 3000,
  }),
  call({
    from: 'shop/storefront',
    to: 'shop/cart',
    perRequest: 0.35,
    operations: [
      ['GET', '/cart', 0.7],
      ['PUT', '/cart/items', 0.3],
    ],
    bytes: [700, 1500],
    propagates: 0.5,
    timeoutMs: 3000,
  }),
  call({
    from: 'shop/storefront',
    to: 'shop/recommendations',
    protocol: 'grpc',
    perRequest: 0.5,
    operations: [['POST', '/shop.Recommendations/List', 1]],
    bytes: [250, 3100],
    propagates: 0.05,
    timeoutMs: 800,
  }),
  call({
    from: 'shop/storefront',
    to: 'shop/checkout',
    perRequest: 0.15,
    operations: [
      ['POST', '/orders', 0.8],
      ['GET', '/orders/quote', 0.2],
    ],
    bytes: [1800, 900],
    propagates: 1,
    timeoutMs: 5000,
  }),
  call({
    from: 'shop/storefront',
    to: 'shop/accounts',
    perRequest: 0.15,
    operations: [['GET', '/me', 1]],
    bytes: [450, 800],
    propagates: 0.3,
    timeoutMs: 2000,
  }),
  call({
    from: 'shop/storefront',
    to: 'media/search',
    perRequest: 0.2,
    operations: [['GET', '/search', 1]],
    bytes: [400, 5200],
    propagates: 0.2,
    timeoutMs: 2000,
  }),
  call({
    from: 'shop/storefront',
    to: { kind: 'noEndpoints', service: 'shop/promotions' },
    perRequest: 0.01,
    operations: [['GET', '/banner', 1]],
    propagates: 0,
  }),
  ...['shop/checkout-v1', 'shop/checkout-v2'].flatMap((from) => [
    call({
      from,
      to: 'shop/cart',
      perRequest: 1,
      operations: [
        ['GET', '/cart', 0.5],
        ['DELETE', '/cart', 0.5],
      ],
      bytes: [400, 1500],
      timeoutMs: 2000,
    }),
    call({
      from,
      to: 'shop/payments',
      perRequest: 0.9,
      operations: [
        ['POST', '/charges', 0.95],
        ['POST', '/refunds', 0.05],
      ],
      bytes: [1100, 700],
      propagates: 1,
      timeoutMs: 2500,
    }),
    call({
      from,
      to: 'shop/shipping',
      protocol: 'grpc',
      perRequest: 0.9,
      operations: [['POST', '/shop.Shipping/Quote', 1]],
      bytes: [300, 400],
      propagates: 0.7,
      timeoutMs: 2000,
    }),
    call({ from, to: 'data/postgres', protocol: 'tcp', perRequest: 4, bytes: [420, 1300] }),
    call({ from, to: 'data/kafka', protocol: 'tcp', perRequest: 1, bytes: [1500, 90] }),
  ]),
  call({ from: 'shop/catalog', to: 'data/redis', protocol: 'tcp', perRequest: 2, bytes: [90, 2100] }),
  call({ from: 'shop/catalog', to: 'data/postgres', protocol: 'tcp', perRequest: 0.3, bytes: [380, 7800] }),
  call({ from: 'shop/cart', to: 'data/redis', protocol: 'tcp', perRequest: 2.2, bytes: [260, 700] }),
  call({
    from: 'shop/recommendations',
    to: 'shop/catalog',
    perRequest: 0.4,
    operations: [['GET', '/products', 1]],
    bytes: [420, 5100],
    propagates: 0.4,
    timeoutMs: 1500,
  }),
  call({ from: 'shop/recommendations', to: 'data/redis', protocol: 'tcp', perRequest: 1.5, bytes: [120, 1900] }),
  call({
    from: 'shop/payments',
    to: paygate,
    perRequest: 1,
    operations: [['POST', '/v1/charges', 1]],
    bytes: [1300, 900],
    propagates: 0.9,
    timeoutMs: 4000,
    remote: { medianMs: 95, errorShare: 0.002 },
  }),
  call({ from: 'shop/payments', to: 'data/postgres', protocol: 'tcp', perRequest: 3, bytes: [400, 600] }),
  call({
    from: 'shop/shipping',
    to: tracking,
    perRequest: 0.3,
    operations: [['GET', '/rates', 1]],
    bytes: [500, 1400],
    propagates: 0.2,
    timeoutMs: 3000,
    remote: { medianMs: 60, errorShare: 0.004 },
  }),
  call({ from: 'shop/accounts', to: 'data/postgres', protocol: 'tcp', perRequest: 2, bytes: [300, 900] }),
  call({
    from: 'shop/accounts',
    to: { kind: 'passthrough', host: '198.51.100.7', port: 389 },
    protocol: 'tcp',
    perRequest: 0.1,
    bytes: [350, 1200],
    remote: { medianMs: 20, errorShare: 0 },
  }),
  call({
    from: 'shop/accounts',
    to: { kind: 'passthrough', host: 'breach-check.example', port: 80 },
    perRequest: 0.05,
    operations: [['GET', '/range', 1]],
    bytes: [200, 900],
    propagates: 0,
    remote: { medianMs: 70, errorShare: 0.01 },
  }),
  call({
    from: 'shop/legacy-reports',
    to: 'shop/catalog',
    peakRps: 2,
    shape: 'office',
    operations: [['GET', '/products/export', 1]],
    bytes: [300, 26_000],
  }),
  call({
    from: 'shop/legacy-reports',
    to: 'media/images',
    peakRps: 0.6,
    shape: 'office',
    operations: [['GET', '/img', 1]],
    bytes: [300, 42_000],
  }),
];

const DATA: Call[] = [
  call({ from: 'data/orders-worker', to: 'data/kafka', protocol: 'tcp', peakRps: 12, bytes: [120, 1500] }),
  call({ from: 'data/orders-worker', to: 'data/postgres', protocol: 'tcp', peakRps: 20, bytes: [700, 300] }),
  call({ from: 'data/orders-worker', to: 'data/erp-bridge', peakRps: 4, operations: [['POST', '/orders', 1]], bytes: [2600, 300] }),
  call({
    from: 'data/orders-worker',
    to: { kind: 'blackhole', host: 'metrics.vendor.example', port: 80 },
    peakRps: 0.2,
    shape: 'steady',
    operations: [['POST', '/ingest', 1]],
    propagates: 0,
  }),
];

const MEDIA: Call[] = [
  call({
    from: 'media/images',
    to: 'media/thumbnailer',
    perRequest: 0.4,
    operations: [['GET', '/thumb', 1]],
    bytes: [400, 11_000],
    propagates: 0.7,
    timeoutMs: 3000,
  }),
  call({ from: 'media/search', to: 'media/search-index', protocol: 'tcp', perRequest: 3, bytes: [800, 5600] }),
  call({
    from: 'media/search',
    to: 'shop/catalog',
    perRequest: 0.3,
    operations: [['GET', '/products', 1]],
    bytes: [400, 6400],
    propagates: 0.3,
    timeoutMs: 1500,
  }),
];

const SUPPORT: Call[] = [
  call({
    from: 'support/helpdesk',
    to: 'support/tickets',
    perRequest: 1.4,
    operations: [
      ['GET', '/tickets', 0.7],
      ['POST', '/tickets', 0.3],
    ],
    bytes: [700, 3400],
    notFound: 0.003,
    timeoutMs: 3000,
  }),
  call({
    from: 'support/helpdesk',
    to: 'shop/accounts',
    perRequest: 0.3,
    operations: [['GET', '/me', 1]],
    bytes: [450, 800],
    propagates: 0.3,
    timeoutMs: 2000,
  }),
  call({ from: 'support/tickets', to: 'support/tickets-db', protocol: 'tcp', perRequest: 3, bytes: [350, 1100] }),
  call({
    from: 'support/tickets',
    to: 'support/mailer',
    protocol: 'grpc',
    perRequest: 0.15,
    operations: [['POST', '/support.Mailer/Send', 1]],
    bytes: [5200, 60],
    propagates: 0.1,
    timeoutMs: 2000,
  }),
];

export const CALLS: readonly Call[] = [...FROM_OUTSIDE, ...SHOP, ...DATA, ...MEDIA, ...SUPPORT];
