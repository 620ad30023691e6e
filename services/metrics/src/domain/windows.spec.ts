import { edgeId, windowClosed, type EdgeSample } from '@observatory/contracts';
import { canonicalWindow, sixDigits } from './canonical-sample.js';
import { chunksOf, closedEvent } from './chunks.js';
import { meshId, namespaceId, nodeTotals } from './node-totals.js';

const workload = (name: string, cluster = 'east'): EdgeSample['source'] => ({ kind: 'workload', cluster, namespace: 'shop', name });

const edge = (source: string, target: string, values: Partial<EdgeSample> = {}): EdgeSample => ({
  id: `${source}-${target}`,
  source: workload(source),
  target: workload(target),
  protocol: 'http',
  mesh: 'istio',
  responses: [],
  requestsPerSecond: 1,
  errorsPerSecond: 0,
  clientErrorsPerSecond: 0,
  sentBytesPerSecond: 0,
  receivedBytesPerSecond: 0,
  mutualTlsPerSecond: 0,
  plaintextPerSecond: 0,
  reporters: ['source'],
  ...values,
});
const clone = (edges: EdgeSample[]): EdgeSample[] => structuredClone(edges);

describe('sixDigits', () => {
  it('keeps what a real of PostgreSQL keeps', () => {
    for (const [value, expected] of [
      [0, 0],
      [1 / 3, 0.333333],
      [123456789, 123457000],
      [1e-12 / 3, 3.33333e-13],
      [999999, 999999],
      [0.1 + 0.2, 0.3],
    ] as const) {
      expect(sixDigits(value)).toBe(expected);
      expect(Number(Math.fround(expected).toPrecision(6))).toBe(expected);
    }
  });
});

describe('canonicalWindow', () => {
  it('orders edges, leaves out those without traffic, and is its own canonical form', () => {
    const once = canonicalWindow([
      edge('b', 'c', { requestsPerSecond: 1 / 3 }),
      edge('idle', 'c', { requestsPerSecond: 0 }),
      edge('a', 'b'),
    ]);
    expect(once.map(({ id, requestsPerSecond }) => [id, requestsPerSecond])).toEqual([
      ['a-b', 1],
      ['b-c', 0.333333],
    ]);
    expect(canonicalWindow(clone(once))).toEqual(once);
  });
});

describe('chunksOf', () => {
  it('makes one chunk of nothing', () => {
    expect(chunksOf([])).toEqual(['[]']);
  });
  it('splits by size, in order, the same each time', () => {
    const edges = Array.from({ length: 50 }, (_, index) => edge('web', `service-${index}`));
    const chunks = chunksOf(edges, 2000);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.flatMap((chunk) => JSON.parse(chunk) as EdgeSample[])).toEqual(edges);
    for (const chunk of chunks) expect(Buffer.byteLength(chunk)).toBeLessThan(2100);
    expect(chunksOf(clone(edges), 2000)).toEqual(chunks);
  });
  it('gives an edge that is too large a chunk of its own', () => {
    expect(chunksOf([edge('a', 'b'), edge('c', 'd')], 10).length).toBe(2);
  });
  it('makes events that follow the contract', () => {
    const about = {
      cluster: 'east "1"',
      at: '2026-01-01T00:00:30.000Z',
      windowSec: 30,
      chunk: { index: 0, count: 1 },
      backfilled: false,
      sources: [{ name: 'Prometheus', cluster: 'east "1"', freshAt: null, state: 'down' as const }],
    };
    const edges = [edge('web', 'cart', { id: edgeId('web', 'cart', 'http') })];
    expect(windowClosed.parse(JSON.parse(closedEvent(about, chunksOf(edges)[0]!)))).toEqual({ ...about, edges });
  });
});

describe('nodeTotals', () => {
  const totals = (edges: EdgeSample[], isOurs = (_cluster: string) => true) =>
    new Map(nodeTotals(edges, 'east', isOurs).map((node) => [`${node.direction} ${node.id}`, node.traffic]));

  it('counts an edge once for each end, its namespaces and the mesh', () => {
    const found = totals([edge('web', 'cart', { requestsPerSecond: 5 }), edge('cart', 'stock', { requestsPerSecond: 2 })]);
    expect(found.get('out workload~east~shop~web')?.requestsPerSecond).toBe(5);
    expect(found.get('in workload~east~shop~cart')?.requestsPerSecond).toBe(5);
    expect(found.get('out workload~east~shop~cart')?.requestsPerSecond).toBe(2);
    expect(found.get(`in ${namespaceId('east', 'shop')}`)?.requestsPerSecond).toBe(7);
    expect(found.get(`in ${meshId('east')}`)?.requestsPerSecond).toBe(7);
  });

  it('adds histograms of equal bounds, and touches none that it was given', () => {
    const latency = (perSecond: number[]) => ({ upperBoundsMs: [10], perSecond, readAt: '2026-03-01T00:00:00.000Z' });
    const edges = [edge('a', 'c', { latency: latency([1, 2]) }), edge('b', 'c', { latency: latency([3, 4]) }), edge('d', 'c')];
    const before = clone(edges);
    expect(totals(edges).get('in workload~east~shop~c')?.bucketsPerSecond).toEqual([4, 6]);
    expect(edges).toEqual(before);
  });

  it('leaves the far end to the Prometheus of its cluster', () => {
    const far = { ...edge('web', 'cart'), target: workload('cart', 'west') };
    const found = totals([far], (cluster) => cluster === 'east');
    expect([...found.keys()]).toEqual(['out workload~east~shop~web', `out ${namespaceId('east', 'shop')}`]);
  });
});
