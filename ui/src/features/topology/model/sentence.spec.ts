import { levelOfDetail } from './level-of-detail.js';
import { edgeSentence, namespaceSentence, nodeSentence, nodeTitle, summedEdgeSentence } from './sentence.js';
import { edge, node, topology } from './test-graph.js';

const rates = (requestsPerSecond: number, errorRatio: number | null, bytesPerSecond = 0) => ({
  requestsPerSecond,
  errorRatio,
  bytesPerSecond,
});
const said = (text: string) => text.replaceAll('\u00a0', ' ');
const web = node('edge/web', { out: rates(50, 0.1) });
const checkout = node('shop/checkout', { version: 'v2', in: rates(50, 0.12), out: rates(20, 0.3) });
const payments = node('shop/payments', { in: rates(20, 0.3) });
const db = node('data/db', { in: rates(0, null, 2e6) });
const failing = [
  { code: '503', flags: 'UF', requestsPerSecond: 6 },
  { code: '200', flags: '-', requestsPerSecond: 44 },
];
const calls = [
  edge(web, checkout, { requestsPerSecond: 50, errorRatio: 0.12, responses: failing }),
  edge(checkout, payments, {
    requestsPerSecond: 20,
    errorRatio: 0.3,
    protocol: 'grpc',
    responses: [{ code: '200', grpcStatus: '14', flags: '-', requestsPerSecond: 6 }],
  }),
];
const graph = topology([web, checkout, payments, db], calls);

describe('nodeSentence', () => {
  const check = (name: string, of: Parameters<typeof nodeSentence>[0], expected: string) =>
    it(name, () => expect(said(nodeSentence(of, graph))).toBe(expected));
  check(
    'names the failure and where it comes from',
    checkout,
    'checkout v2 answers 12 % of 50 req/s with 503 (UF); most of its own failed calls go to payments.',
  );
  check('reads gRPC status', payments, 'payments answers 30 % of 20 req/s with gRPC 14 Unavailable.');
  check('says what a caller sends, and which calls fail', web, 'web sends 50 req/s, 10 % of which fail; calls to checkout v2 fail.');
  check('says bytes where there are no requests', db, 'db moves 2 MB/s.');
  check(
    'says idle, and that nothing is ready',
    node('lab/x', { idle: true, replicas: { desired: 1, ready: 0 } }),
    'x had no traffic in this window: no replica is ready.',
  );
  check(
    'says what is not ready',
    node('lab/x', { in: rates(5, 0), replicas: { desired: 3, ready: 2 } }),
    'x answers 5 req/s without errors; 2 of 3 replicas are ready.',
  );
  check('does not judge what is not known', node('lab/x', { in: rates(5, null) }), 'x receives 5 req/s.');
  check('repeats the explanation of puzzling nodes', node('/unknown', { kind: 'unknown', explanation: 'Nobody knows.' }), 'Nobody knows.');
  check('says what nobody calls', node('lab/x', { out: rates(0, null, 50) }), 'x sends 50 B/s.');
});

describe('edgeSentence', () => {
  const ends = { source: web, target: checkout };
  const check = (fields: Parameters<typeof edge>[2], expected: string) =>
    it(expected, () => expect(said(edgeSentence(edge(web, checkout, fields), ends))).toBe(expected));
  check(
    { requestsPerSecond: 50, errorRatio: 0.12, responses: failing, latencyMs: { mean: 10, p95: 40 } },
    'web sends checkout v2 50 req/s, 12 % of it fails with 503 (UF), 95 % within 40 ms; all of it is encrypted.',
  );
  check(
    { protocol: 'grpc', latencyMs: { mean: 10 }, mtls: { ratio: 0.94 } },
    'web sends checkout v2 10 req/s over gRPC, without errors, 10 ms on average; only 94 % of it is encrypted.',
  );
  check(
    { protocol: 'tcp', requestsPerSecond: 0, errorRatio: null, sentBytesPerSecond: 1000, mtls: { ratio: 0 } },
    'web sends checkout v2 1 kB/s over TCP; none of it is encrypted.',
  );
  check({ requestsPerSecond: 0 }, 'web called checkout v2 before; there was no traffic in this window.');
  check(
    { errorRatio: 0.5, responses: [{ code: '0', flags: 'DC', requestsPerSecond: 5 }], mtls: { ratio: null } },
    'web sends checkout v2 10 req/s, 50 % of it fails with no response (DC); whether it is encrypted is not known.',
  );
  it('lives without ends', () =>
    expect(said(edgeSentence(edge(web, checkout), {}))).toBe(
      'An unknown caller sends an unknown destination 10 req/s, without errors; all of it is encrypted.',
    ));
});

describe('sums', () => {
  const view = levelOfDetail(graph, { open: new Set() });
  it('speaks of a namespace', () => {
    const shop = view.nodes.find(({ name }) => name === 'shop');
    expect(shop && said(namespaceSentence(shop))).toBe('The 2 workloads of shop answer 70 req/s, 17.1 % of it with errors.');
    const data = view.nodes.find(({ name }) => name === 'data');
    expect(data && said(namespaceSentence(data))).toBe('The 1 workload of data received no requests.');
  });
  it('speaks of many edges', () => {
    const summed = view.edges[0];
    expect(summed && said(summedEdgeSentence(summed, { source: 'edge', target: 'shop' }))).toBe(
      'edge sends shop 50 req/s over 1 edge, 12 % of it fails; all of it is encrypted.',
    );
  });
});

describe('nodeTitle', () => {
  it.each([
    [{ name: 'cart', version: 'v2' }, 'cart v2'],
    [{ name: 'cart-v2', version: 'v2' }, 'cart-v2'],
    [{ name: 'cart' }, 'cart'],
  ])('%j', (of, expected) => {
    expect(nodeTitle(of)).toBe(expected);
  });
});
