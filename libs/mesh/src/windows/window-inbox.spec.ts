import type { EdgeSample, WindowClosed } from '@observatory/contracts';
import { WindowInbox } from './window-inbox.js';

const workload = (name: string, more: Partial<EdgeSample['source']> = {}): EdgeSample['source'] => ({
  kind: 'workload',
  cluster: 'east',
  namespace: 'shop',
  name,
  ...more,
});
const edge = (id: string, more: Partial<EdgeSample> = {}) =>
  ({ id, source: workload('web'), target: workload('cart'), reporters: ['source'], ...more }) as EdgeSample;
const chunk = (at: string, index: number, count: number, cluster = 'east'): WindowClosed => ({
  cluster,
  at: `2026-01-01T00:${at}Z`,
  windowSec: 30,
  chunk: { index, count },
  backfilled: false,
  sources: [],
  edges: [edge(`${cluster} ${at} ${index}`)],
});

/** Adds chunks in order and says which windows came out, by the ids of their edges. */
function check(chunks: readonly WindowClosed[], expected: readonly string[][]): void {
  const inbox = new WindowInbox();
  const windows = chunks.flatMap((event) => inbox.add(event) ?? []);
  expect(windows.map(({ edges }) => edges.map(({ id }) => id))).toEqual(expected);
}

describe('WindowInbox', () => {
  it('gives a window of one chunk at once', () => check([chunk('00:30', 0, 1)], [['east 00:30 0']]));
  it('waits for all chunks, in any order, and keeps theirs', () =>
    check([chunk('00:30', 2, 3), chunk('00:30', 0, 3), chunk('00:30', 1, 3)], [['east 00:30 0', 'east 00:30 1', 'east 00:30 2']]));
  it('does not mix windows or clusters', () =>
    check(
      [chunk('00:30', 0, 2), chunk('01:00', 0, 2), chunk('00:30', 1, 2, 'west'), chunk('01:00', 1, 2), chunk('00:30', 0, 2, 'west')],
      [
        ['east 01:00 0', 'east 01:00 1'],
        ['west 00:30 0', 'west 00:30 1'],
      ],
    ));
  it('takes a chunk twice for one', () => check([chunk('00:30', 0, 2), chunk('00:30', 0, 2)], []));
  it('starts again when a window is published in other chunks', () =>
    check([chunk('00:30', 0, 3), chunk('00:30', 0, 2), chunk('00:30', 1, 2)], [['east 00:30 0', 'east 00:30 1']]));
  it('holds a bounded number of incomplete windows', () => {
    const minutes = Array.from({ length: 40 }, (_, minute) => `${String(minute).padStart(2, '0')}:00`);
    check([...minutes.map((at) => chunk(at, 0, 2)), chunk('00:00', 1, 2), chunk('39:00', 1, 2)], [['east 39:00 0', 'east 39:00 1']]);
  });
});

describe('parts that are the same', () => {
  const parts = (name: string) => ({
    target: workload(name),
    destinationService: { cluster: 'east', namespace: 'shop', name, host: `${name}.shop` },
    latency: { upperBoundsMs: [1, 5], perSecond: [1, 2, 3], readAt: '2026-01-01T00:00:30Z' },
  });
  const given = [
    edge('a', parts('cart')),
    edge('b', { ...parts('cart'), source: workload('web', { version: 'v2' }) }),
    edge('c', { ...parts('stock'), source: workload('web', { namespace: 'other' }), reporters: ['source', 'destination'] }),
  ];
  const chunks = given.map((one, index) => ({ ...chunk('00:30', index, 3), edges: [structuredClone(one)] }));
  const inbox = new WindowInbox();
  const edges = chunks.flatMap((event) => inbox.add(event)?.edges ?? []);

  it('are one, over all chunks, and say what they said', () => {
    expect(edges).toEqual(given);
    expect(edges[0]!.target).toBe(edges[1]!.target);
    expect(edges[0]!.destinationService).toBe(edges[1]!.destinationService);
    expect(edges[0]!.reporters).toBe(edges[1]!.reporters);
    expect(edges[0]!.latency!.upperBoundsMs).toBe(edges[2]!.latency!.upperBoundsMs);
  });
  it('are apart where they differ', () => {
    expect(new Set(edges.map(({ source }) => source)).size).toBe(3);
    expect(edges[2]!.target).not.toBe(edges[0]!.target);
    expect(edges[2]!.reporters).not.toBe(edges[0]!.reporters);
  });
});
