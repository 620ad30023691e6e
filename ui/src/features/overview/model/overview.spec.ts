import type { OverviewReply, TopologyDiff } from '@observatory/contracts';
import { aNode, anEdge } from '../../../lib/fixtures.js';
import { changeLines, nothingBefore } from './changes.js';
import { headline, needsAttention } from './headline.js';
import { namespaceRows } from './namespaces.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const failing = { state: 'failing', reasons: ['12 % of requests fail'] } as const;

describe('headline', () => {
  const check = (nodes: Parameters<typeof headline>[0], rate: number | null, expected: string) =>
    expect(plain(headline(nodes, rate))).toBe(expected);
  it('says how many, how busy, and what needs a look', () => {
    check([], null, 'No workload was seen yet.');
    check([aNode()], 1240, '1 workload in 1 namespace answers 1.24k req/s. Nothing needs attention.');
    const ill = aNode({ name: 'pay', namespace: 'pay', health: { ...failing, reasons: [] } });
    check([aNode(), ill], null, '2 workloads in 2 namespaces, traffic not known. 1 failing.');
  });
});

describe('needsAttention', () => {
  it('puts failing first, then the busiest, and says so where there is no reason', () => {
    const nodes = [
      aNode({
        name: 'a',
        health: { state: 'degraded', reasons: ['slow'] },
        in: { requestsPerSecond: 1, errorRatio: 0, bytesPerSecond: 0 },
      }),
      aNode({ name: 'b', health: { state: 'degraded', reasons: [] } }),
      aNode({ name: 'c', health: { ...failing, reasons: [...failing.reasons] } }),
      aNode({ name: 'd' }),
    ];
    expect(needsAttention(nodes).map(({ node, reason }) => [node.name, reason])).toEqual([
      ['c', '12 % of requests fail'],
      ['b', 'The mesh gives no reason'],
      ['a', 'slow'],
    ]);
  });
});

describe('namespaceRows', () => {
  const traffic = (rates: (number | null)[]) =>
    ({ requestsPerSecond: rates, errorRatio: [], latencyMsP95: [], mtlsRatio: [] }) as unknown as OverviewReply['mesh'];
  it('joins nodes and series, the worst first', () => {
    const nodes = [
      aNode(),
      aNode({ name: 'pay', namespace: 'pay', health: { state: 'failing', reasons: [] } }),
      aNode({ namespace: '', kind: 'external' }),
    ];
    const rows = namespaceRows(nodes, [
      { cluster: 'east', namespace: 'shop', traffic: traffic([4, 5, null]) },
      { cluster: 'east', namespace: 'ghost', traffic: traffic([null]) },
    ]);
    expect(rows.map(({ namespace, worst, workloads, requestsPerSecond }) => [namespace, worst, workloads, requestsPerSecond])).toEqual([
      ['pay', 'failing', 1, null],
      ['ghost', 'unknown', null, null],
      ['shop', 'healthy', 1, 5],
    ]);
  });
});

describe('changeLines', () => {
  const none = { added: [], removed: [], changed: [] };
  const check = (diff: Partial<Pick<TopologyDiff, 'nodes' | 'edges'>>, expected: string[]) =>
    expect(
      changeLines({ nodes: none, edges: none, ...diff }).map(({ kind, subject, text }) => plain(`${kind} ${subject}: ${text}`)),
    ).toEqual(expected);
  it('words what got worse and better', () => {
    const before = aNode();
    const after = aNode({ health: { ...failing, reasons: [] }, in: { requestsPerSecond: 10, errorRatio: 0.12, bytesPerSecond: 0 } });
    const change = (from: typeof before, to: typeof after) => ({
      nodes: { ...none, changed: [{ id: from.id, before: from, after: to, changes: ['health'] }] },
    });
    check(change(before, after), ['worse cart: healthy → failing, errors 0 % → 12 %']);
    check(change(after, before), ['better cart: failing → healthy, errors 12 % → 0 %']);
    check(change(before, aNode({ health: { state: 'idle', reasons: [] } })), ['changed cart: healthy → idle']);
    check(change(aNode({ replicas: { desired: 2, ready: 2 } }), aNode({ replicas: { desired: 2, ready: 1 } })), [
      'changed cart: replicas 2/2 → 1/2',
    ]);
  });
  it('words edges by the names of their ends', () => {
    const before = anEdge({ latencyMs: { mean: 30 } });
    const after = anEdge({ latencyMs: { mean: 90 }, mtls: { ratio: 0.5 }, requestsPerSecond: 20 });
    check({ edges: { ...none, changed: [{ id: before.id, before, after, changes: [] }] } }, [
      'worse web → cart: encrypted 100 % → 50 %, latency 30 ms → 90 ms, 10 req/s → 20 req/s',
    ]);
    check({ edges: { ...none, added: [anEdge({ target: 'external~east~~_2a.example.org' })], removed: [anEdge()] } }, [
      'removed web → cart: no traffic any more, was 10 req/s',
      'added web → *.example.org: new traffic, 10 req/s',
    ]);
  });
  it('leaves out what only became known', () => {
    const change = (from: ReturnType<typeof aNode>, to: typeof from) => ({
      nodes: { ...none, changed: [{ id: from.id, before: from, after: to, changes: ['replicas'] }] },
    });
    check(change(aNode(), aNode({ replicas: { desired: 2, ready: 2 } })), []);
    check(
      change(
        aNode({ in: { requestsPerSecond: 10, errorRatio: null, bytesPerSecond: 0 } }),
        aNode({ in: { requestsPerSecond: 10, errorRatio: 0.5, bytesPerSecond: 0 } }),
      ),
      [],
    );
  });
  it('speaks of bytes where there are no requests', () => {
    const tcp = anEdge({ protocol: 'tcp', requestsPerSecond: 0, errorRatio: null });
    check({ edges: { ...none, added: [tcp] } }, ['added web → cart: new traffic, 1.1 kB/s']);
    const more = { ...tcp, sentBytesPerSecond: 3000, connectionsPerSecond: 4 };
    check({ edges: { ...none, changed: [{ id: tcp.id, before: { ...tcp, connectionsPerSecond: 2 }, after: more, changes: [] }] } }, [
      'changed web → cart: 2 conn/s → 4 conn/s, 1.1 kB/s → 4 kB/s',
    ]);
  });
  it('tells a first hour from a changed one', () => {
    expect(nothingBefore({ edges: { ...none, added: [anEdge()] } }, 1)).toBe(true);
    expect(nothingBefore({ edges: { ...none, added: [anEdge()] } }, 2)).toBe(false);
    expect(nothingBefore({ edges: { ...none, added: [anEdge()], removed: [anEdge()] } }, 1)).toBe(false);
    expect(nothingBefore({ edges: none }, 0)).toBe(false);
  });
  it('puts the gone before the new', () => {
    check({ nodes: { ...none, added: [aNode({ name: 'n' })], removed: [aNode({ name: 'g' })] } }, [
      'removed g: gone: workload in shop',
      'added n: new workload in shop',
    ]);
  });
});
