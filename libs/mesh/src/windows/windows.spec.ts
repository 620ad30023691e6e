import type { EdgeSample, EndpointIdentity } from '@observatory/contracts';
import { AT, sample } from '../../test/rows.js';
import { meanOfSamples, mergeClusters, WindowRing, workloadSamples } from '../index.js';

const LATER = '2026-03-01T10:01:00.000Z';
const ok = (requestsPerSecond: number) => ({ code: '200', flags: '-', outcome: 'ok' as const, requestsPerSecond });
const failed = (requestsPerSecond: number) => ({
  code: '503',
  flags: 'UH',
  grpcStatus: '14',
  outcome: 'error' as const,
  requestsPerSecond,
});
const histogram = (perSecond: number[], readAt = AT, upperBoundsMs = [1, 5]) => ({ upperBoundsMs, perSecond, readAt });
const cart = (fields: Partial<EdgeSample> = {}) => sample('shop/web', 'shop/cart', fields);
const api = (fields: Partial<EdgeSample> = {}) => sample('shop/web', 'shop/api', fields);

/** Both ways to a mean must agree; the ring keeps single precision. */
function means(windows: readonly (readonly EdgeSample[])[]): EdgeSample[][] {
  const ring = new WindowRing(20);
  windows.forEach((edges, index) => ring.push({ atMs: index * 30_000, edges }));
  return [meanOfSamples(windows), ring.mean((windows.length - 1) * 30_000, windows.length * 30).edges];
}

describe('the mean over windows', () => {
  const check = (windows: readonly (readonly EdgeSample[])[], expected: Record<string, Partial<EdgeSample>>) => {
    for (const edges of means(windows)) {
      const found = Object.fromEntries(edges.map((edge) => [edge.target.name, edge]));
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, fields] of Object.entries(expected)) expect(rounded(found[name])).toMatchObject(fields);
    }
  };
  const rounded = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(5)) : part)));
  it('counts a window without the edge as none of it', () => {
    check(
      [
        [cart({ requestsPerSecond: 3, responses: [ok(3)] }), api({ requestsPerSecond: 1 })],
        [cart({ requestsPerSecond: 1, responses: [ok(1)] })],
        [],
      ],
      { cart: { requestsPerSecond: 1.3333, responses: [ok(1.3333)] }, api: { requestsPerSecond: 0.33333 } },
    );
  });
  it('adds up responses by how they ended', () => {
    check([[cart({ responses: [ok(3), failed(1)] })], [cart({ responses: [failed(2), { ...failed(4), outcome: 'ok' }] })]], {
      cart: { responses: expect.arrayContaining([ok(1.5), failed(1.5), { ...failed(2), outcome: 'ok' }]) as never },
    });
  });
  it('keeps what is not known unknown', () => {
    const [plain, ring] = means([[cart()], [cart()]]);
    for (const edges of [plain!, ring!]) {
      for (const field of [
        'latency',
        'latencySumMsPerSecond',
        'latencyCountPerSecond',
        'connectionsPerSecond',
        'sourcePrincipal',
      ] as const) {
        expect(edges[0]).not.toHaveProperty(field);
      }
    }
    check([[cart({ connectionsPerSecond: 4 })], [cart()]], { cart: { connectionsPerSecond: 2 } });
  });
  it('takes identities, principals and reporters as they are newest', () => {
    const versioned = (version: string): EndpointIdentity => ({
      kind: 'workload',
      cluster: 'east',
      namespace: 'shop',
      name: 'cart',
      version,
    });
    check(
      [
        [
          sample('shop/web', versioned('v1'), {
            sourcePrincipal: 'old',
            destinationPrincipal: 'cart',
            reporters: ['source'],
            mesh: 'ambient',
          }),
        ],
        [sample('shop/web', versioned('v2'), { sourcePrincipal: 'new', reporters: ['destination'] })],
        [sample('shop/web', versioned('v2'), { reporters: ['waypoint'] })],
      ],
      {
        cart: {
          target: versioned('v2'),
          sourcePrincipal: 'new',
          destinationPrincipal: 'cart',
          reporters: ['source', 'destination', 'waypoint'],
          mesh: 'istio',
        },
      },
    );
  });
  it('averages histograms of the newest bounds, weighed by the mean count', () => {
    check([[cart({ latency: histogram([1, 1, 0]) })], [cart({ latency: histogram([3, 1, 0], LATER) })], [cart()]], {
      cart: { latency: histogram([2, 1, 0], LATER) },
    });
    check([[cart({ latency: histogram([1, 1, 0]), latencyCountPerSecond: 4, latencySumMsPerSecond: 40 })], []].reverse(), {
      cart: { latency: histogram([1, 1, 0], AT), latencyCountPerSecond: 2, latencySumMsPerSecond: 20 },
    });
    check(
      [
        [cart({ latency: histogram([9, 9, 9], AT, [2, 5]) })],
        [cart({ latency: histogram([9, 9, 9, 9], AT, [2, 5, 6]) })],
        [cart({ latency: histogram([0, 1, 0], LATER) })],
      ],
      { cart: { latency: histogram([0, 1, 0], LATER) } },
    );
    check([[cart({ latency: histogram([0, 0, 0]), latencyCountPerSecond: 1, latencySumMsPerSecond: 1 })]], {
      cart: { latency: histogram([0, 0, 0]) },
    });
  });
  it('over windows that had no edge at all', () => {
    expect(meanOfSamples([[cart({ requestsPerSecond: 6 })]], 3)[0]?.requestsPerSecond).toBe(2);
    expect(meanOfSamples([])).toEqual([]);
  });
});

describe('WindowRing', () => {
  const push = (ring: WindowRing, ...windows: [number, EdgeSample[]][]) => {
    for (const [at, edges] of windows) ring.push({ atMs: at * 30_000, edges });
    return ring;
  };
  it('keeps the newest windows in order, whatever the order they come in', () => {
    const ring = push(new WindowRing(3), [2, []], [1, []], [4, []], [3, []], [1, []]);
    expect(ring.times).toEqual([60_000, 90_000, 120_000]);
  });
  it('takes a window again in place of the first', () => {
    const ring = push(new WindowRing(3), [1, [cart({ requestsPerSecond: 1 })]], [2, []], [1, [cart({ requestsPerSecond: 5 })]]);
    expect(ring.mean(60_000, 60)).toMatchObject({ windowCount: 2, edges: [{ requestsPerSecond: 2.5 }] });
  });
  it('answers for a span', () => {
    const ring = push(
      new WindowRing(9),
      [1, [cart({ requestsPerSecond: 1 })]],
      [2, [cart({ requestsPerSecond: 2 })]],
      [3, [cart({ requestsPerSecond: 3 })]],
    );
    const check = (untilMs: number, spanSec: number, expected: [number, number | undefined]) => {
      const { windowCount, edges } = ring.mean(untilMs, spanSec);
      expect([windowCount, edges[0]?.requestsPerSecond]).toEqual(expected);
    };
    check(90_000, 30, [1, 3]);
    check(90_000, 60, [2, 2.5]);
    check(60_000, 60, [2, 1.5]);
    check(89_999, 60, [2, 1.5]);
    check(89_999, 30, [1, 2]);
    check(10_000, 60, [0, undefined]);
  });
  it('fills missing histograms from up to five minutes before a short span, the newest', () => {
    const ring = push(
      new WindowRing(20),
      [1, [cart({ latency: histogram([1, 0, 0]) })]],
      [5, [cart({ latency: histogram([0, 1, 0], LATER) })]],
      [6, [cart()]],
    );
    expect(ring.mean(180_000, 30).edges[0]?.latency).toEqual(histogram([0, 1, 0], LATER));
    expect(ring.mean(180_000, 150).edges[0]?.latency).toEqual(histogram([0, 1, 0], LATER));
    const old = push(new WindowRing(20), [1, [cart({ latency: histogram([1, 0, 0]) })]], [12, [cart()]]);
    expect(old.mean(360_000, 30).edges[0]?.latency).toBeUndefined();
    const none = push(new WindowRing(20), [1, [cart({ latency: histogram([1, 0, 0]) })]]);
    expect(none.mean(90_000, 30)).toEqual({ edges: [], windowCount: 0 });
  });
  it('forgets edges that no window has, and what they shared', () => {
    const ring = new WindowRing(2);
    for (let at = 1; at <= 50; at += 1)
      ring.push({ atMs: at, edges: [sample('shop/web', `shop/w${at}`, { requestsPerSecond: at }), cart({ requestsPerSecond: 1 })] });
    const { edges } = ring.mean(50, 1);
    expect(edges.map(({ target }) => target.name).sort()).toEqual(['cart', 'w49', 'w50']);
  });
  it('bounds the kinds of responses and of bounds that it tells apart', () => {
    const ring = new WindowRing(1);
    const responses = Array.from({ length: 5000 }, (_, index) => ({ ...ok(1), code: String(index) }));
    ring.push({ atMs: 1, edges: [cart({ responses })] });
    const [edge] = ring.mean(1, 1).edges;
    expect(edge?.responses).toHaveLength(4097);
    expect(edge?.responses.find(({ code }) => code === 'other')).toMatchObject({ requestsPerSecond: 904, outcome: 'ok' });
    const bounds = Array.from({ length: 5000 }, (_, index) =>
      sample('shop/web', `shop/w${index}`, { latency: histogram([1, 1], AT, [index + 1]) }),
    );
    ring.push({ atMs: 2, edges: bounds });
    expect(ring.mean(2, 1).edges.filter(({ latency }) => latency !== undefined)).toHaveLength(4096);
  });
});

describe('mergeClusters', () => {
  const east = (fields: Partial<EdgeSample>) => cart({ reporters: ['source'], ...fields });
  const west = (fields: Partial<EdgeSample>) => cart({ reporters: ['destination'], ...fields });
  const service = (name: string) => ({ cluster: 'east', namespace: 'shop', name, host: name });
  const check = (inputs: EdgeSample[][], expected: Partial<EdgeSample>[]) => {
    const merged = mergeClusters(inputs);
    expect(merged).toHaveLength(expected.length);
    expected.forEach((fields, index) => expect(merged[index]).toMatchObject(fields));
  };
  it('takes the larger view and fills its gaps', () => {
    const small = west({
      requestsPerSecond: 8,
      mutualTlsPerSecond: 6,
      plaintextPerSecond: 2,
      latencySumMsPerSecond: 80,
      latencyCountPerSecond: 8,
      latency: histogram([1, 1, 1]),
      sentBytesPerSecond: 5,
      receivedBytesPerSecond: 6,
      connectionsPerSecond: 2,
      sourcePrincipal: 'web',
      destinationPrincipal: 'cart',
    });
    const filled = {
      requestsPerSecond: 10,
      mutualTlsPerSecond: 7.5,
      plaintextPerSecond: 2.5,
      latencyCountPerSecond: 8,
      latencySumMsPerSecond: 80,
      latency: histogram([1, 1, 1]),
      sentBytesPerSecond: 5,
      receivedBytesPerSecond: 6,
      connectionsPerSecond: 2,
      sourcePrincipal: 'web',
      destinationPrincipal: 'cart',
      reporters: ['source', 'destination'] as EdgeSample['reporters'],
    };
    check([[east({ requestsPerSecond: 10 })], [small]], [filled]);
    check([[small], [east({ requestsPerSecond: 10 })]], [filled]);
  });
  it('keeps what the larger view knows', () => {
    const larger = {
      requestsPerSecond: 10,
      mutualTlsPerSecond: 10,
      latencyCountPerSecond: 1,
      latencySumMsPerSecond: 1,
      latency: histogram([9, 9, 9]),
      sentBytesPerSecond: 1,
      connectionsPerSecond: 9,
      sourcePrincipal: 'a',
    };
    check(
      [
        [east(larger)],
        [
          west({
            requestsPerSecond: 1,
            plaintextPerSecond: 1,
            latencyCountPerSecond: 5,
            latency: histogram([1, 1, 1]),
            sentBytesPerSecond: 7,
            connectionsPerSecond: 1,
            sourcePrincipal: 'b',
          }),
        ],
      ],
      [larger],
    );
    check([[east({ requestsPerSecond: 1 })], [west({ latencyCountPerSecond: 5 })]], [{ latencyCountPerSecond: 5 }]);
  });
  it('compares TCP by bytes, and takes connections as they are', () => {
    const tcp = (fields: Partial<EdgeSample>) => cart({ protocol: 'tcp', ...fields });
    check(
      [[tcp({ sentBytesPerSecond: 10 })], [tcp({ sentBytesPerSecond: 4, receivedBytesPerSecond: 4, mutualTlsPerSecond: 3 })]],
      [{ sentBytesPerSecond: 10, receivedBytesPerSecond: 0, mutualTlsPerSecond: 3 }],
    );
  });
  it('counts a pair once though the services are named differently', () => {
    check(
      [
        [east({ requestsPerSecond: 10, destinationService: service('a') })],
        [west({ requestsPerSecond: 9, destinationService: service('b'), mutualTlsPerSecond: 9 })],
      ],
      [{ requestsPerSecond: 10, destinationService: service('a'), mutualTlsPerSecond: 10 }],
    );
    check(
      [
        [
          east({ requestsPerSecond: 6, destinationService: service('a') }),
          east({ requestsPerSecond: 4, destinationService: service('b') }),
        ],
        [west({ requestsPerSecond: 9, destinationService: service('b'), mutualTlsPerSecond: 9 })],
      ],
      [
        { requestsPerSecond: 6, mutualTlsPerSecond: 0 },
        { requestsPerSecond: 4, mutualTlsPerSecond: 4 },
      ],
    );
    check(
      [[east({ requestsPerSecond: 10 })], [west({ requestsPerSecond: 9, destinationService: service('b') })]],
      [{ requestsPerSecond: 10, destinationService: service('b') }],
    );
  });
  it('leaves edges of one side alone', () => {
    check([[cart({ requestsPerSecond: 1 })], [api({ requestsPerSecond: 2 })]], [{ requestsPerSecond: 1 }, { requestsPerSecond: 2 }]);
    check([[cart({ requestsPerSecond: 1 })]], [{ requestsPerSecond: 1 }]);
    check([], []);
  });
});

describe('workloadSamples', () => {
  it('adds up what goes in and out', () => {
    const full = (requestsPerSecond: number) => ({
      requestsPerSecond,
      errorsPerSecond: 1,
      clientErrorsPerSecond: 2,
      latencySumMsPerSecond: 10,
      latencyCountPerSecond: 5,
      sentBytesPerSecond: 3,
      receivedBytesPerSecond: 4,
      connectionsPerSecond: 1,
      mutualTlsPerSecond: 1,
      plaintextPerSecond: 1,
      latency: histogram([1, 2, 3]),
    });
    const found = workloadSamples([
      cart(full(10)),
      sample('shop/api', 'shop/cart', full(5)),
      sample('shop/cart', 'shop/db', { protocol: 'tcp', sentBytesPerSecond: 9 }),
    ]);
    const of = (name: string) => found.find(({ identity }) => identity.name === name);
    expect(found.map(({ id }) => id).sort()).toEqual(['api', 'cart', 'db', 'web'].map((name) => `workload~east~shop~${name}`));
    expect(of('cart')?.in).toEqual({
      requestsPerSecond: 15,
      errorsPerSecond: 2,
      clientErrorsPerSecond: 4,
      latencySumMsPerSecond: 20,
      latencyCountPerSecond: 10,
      bytesPerSecond: 14,
      connectionsPerSecond: 2,
      mutualTlsPerSecond: 2,
      plaintextPerSecond: 2,
      latency: histogram([2, 4, 6]),
    });
    expect(of('cart')?.out).toMatchObject({ requestsPerSecond: 0, bytesPerSecond: 9, latencyCountPerSecond: 0 });
    expect(of('web')?.in).toMatchObject({ requestsPerSecond: 0 });
  });
});
