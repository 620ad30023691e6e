import { matches, MAX_EXPRESSION_CHARS, parseExpression } from './expression.js';
import type { Subject } from './expression-fields.js';
import { edge, node } from './test-graph.js';

const cart = node('shop/cart', {
  app: 'cart',
  version: 'v2',
  mesh: 'ambient',
  services: ['cart', 'basket'],
  serviceAccount: 'cart-sa',
  in: { requestsPerSecond: 10, errorRatio: 0.02, bytesPerSecond: 2e6 },
});
const client = node('lab/client', { out: { requestsPerSecond: 4, errorRatio: null, bytesPerSecond: 10 } });
const resting = node('lab/resting', { idle: true, health: { state: 'idle', reasons: [] } });
const call = edge(client, cart, {
  protocol: 'grpc',
  errorRatio: 0.02,
  clientErrorRatio: 0.1,
  mtls: { ratio: 0.4, sourcePrincipal: 'cluster.local/ns/lab/sa/client' },
  latencyMs: { mean: 80, p95: 240 },
  sentBytesPerSecond: 6e5,
  receivedBytesPerSecond: 6e5,
  responses: [
    { code: '503', flags: 'UF,URX', requestsPerSecond: 1 },
    { code: '200', grpcStatus: '14', flags: '-', requestsPerSecond: 2 },
  ],
  destinationService: { cluster: 'demo', namespace: 'shop', name: 'cart', host: 'cart.shop.svc.cluster.local' },
});
const SUBJECTS: Record<string, Subject> = {
  cart: { node: cart, mtlsRatio: 0.4 },
  client: { node: client },
  resting: { node: resting },
  call: { edge: call, source: client, target: cart },
  silent: {
    edge: edge(client, resting, { requestsPerSecond: 0, errorRatio: null, mtls: { ratio: null } }),
    source: client,
    target: resting,
  },
};

function check(text: string, expected: string) {
  it(`${text} → ${expected || 'nothing'}`, () => {
    const parsed = parseExpression(text);
    if (!parsed.ok || !parsed.expression) throw new Error(JSON.stringify(parsed));
    const { expression } = parsed;
    const found = Object.keys(SUBJECTS).filter((name) => matches(expression, SUBJECTS[name] as Subject));
    expect(found.join(' ')).toBe(expected);
  });
}

function refuse(text: string, expected: { position: number; suggests?: string; message?: RegExp }) {
  it(`${text} is refused at ${expected.position}`, () => {
    const parsed = parseExpression(text);
    if (parsed.ok) throw new Error('parsed');
    expect(parsed.problem.position).toBe(expected.position);
    if (expected.suggests) expect(parsed.problem.suggestions).toContain(expected.suggests);
    if (expected.message) expect(parsed.problem.message).toMatch(expected.message);
  });
}

describe('figures', () => {
  check('errors > 1%', 'cart call');
  check('errors > 2%', '');
  check('errors >= 2%', 'cart call');
  check('errors = 2 %', 'cart call');
  check('errors != 2%', '');
  check('errors < 5', 'cart call');
  check('errors <= 1%', '');
  check('errors = unknown', 'client resting silent');
  check('errors != unknown', 'cart call');
  check('clienterrors > 5%', 'call');
  check('mtls < 100%', 'cart call');
  check('mtls = unknown', 'silent');
  check('rps >= 10', 'cart call');
  check('rps > 3 /s', 'cart client call');
  check('connections > 0', '');
  check('p95 > 200ms', 'call');
  check('p95 > .3s', '');
  check('p50 > 0', '');
  check('p99 > 0', '');
  check('mean > 0.05s', 'call');
  check('bytes > 1MB/s', 'cart call');
  check('bytes > 1 MB/s', 'cart call');
});

describe('words', () => {
  check('namespace = shop', 'cart call');
  check('namespace != shop', 'client resting silent');
  check('namespace = SHOP', 'cart call');
  check('name ~ art', 'cart call');
  check('name !~ art', 'client resting silent');
  check('name = c*t', 'cart client call silent');
  check('name = "cart"', 'cart call');
  check("name = 'cart'", 'cart call');
  check('health = idle', 'resting silent');
  check('protocol = grpc', 'call');
  check('flag = UF', 'call');
  check('code = 503', 'call');
  check('code = 14', 'call');
  check('version = v2', 'cart call');
  check('app = cart', 'cart call');
  check('mesh = ambient', 'cart call');
  check('cluster = demo and kind = workload', 'cart client resting call silent');
  check('role = gateway', '');
  check('service = basket', 'cart');
  check('service ~ svc.cluster', 'call');
  check('from = client and to = cart', 'call');
  check('principal ~ sa/client', 'call');
  check('principal = cart-sa', 'cart');
});

describe('flags and logic', () => {
  check('idle', 'resting silent');
  check('healthy', 'cart client call');
  check('degraded or failing', '');
  check('encrypted', '');
  check('external', '');
  check('not idle and not namespace = shop', 'client');
  check('! idle && rps > 5 || name = resting', 'cart resting call silent');
  check('namespace = lab and (idle or rps > 3)', 'client resting call silent');
  check('NOT (idle)', 'cart client call');
});

describe('mistakes', () => {
  refuse('erors > 1%', { position: 0, suggests: 'errors' });
  refuse('name', { position: 4, suggests: '=' });
  refuse('errors ~ 1', { position: 7, suggests: '>' });
  refuse('name > a', { position: 5, suggests: '~' });
  refuse('errors >', { position: 8, suggests: '5%' });
  refuse('health =', { position: 8, suggests: 'failing' });
  refuse('name = (', { position: 7 });
  refuse('errors > much', { position: 9, suggests: '1%' });
  refuse('bytes > 1ms', { position: 8, suggests: '1MB/s' });
  refuse('health = fialing', { position: 9, suggests: 'failing' });
  refuse('protocol = ftp', { position: 11, suggests: 'http', message: /never "ftp"/ });
  refuse('(idle', { position: 0, suggests: ')' });
  refuse('idle name = a', { position: 5, suggests: 'and' });
  refuse('idle and', { position: 8, suggests: 'errors' });
  refuse('a'.repeat(MAX_EXPRESSION_CHARS + 1), { position: MAX_EXPRESSION_CHARS });

  it('blank text asks nothing', () => {
    expect(parseExpression('  ')).toEqual({ ok: true, expression: null });
  });
});
