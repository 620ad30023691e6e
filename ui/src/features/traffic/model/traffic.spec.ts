import type { TopologyEdge, TopologyNode, TrafficSeries } from '@observatory/contracts';
import { aNode, anEdge } from '../../../lib/fixtures.js';
import { hasTraffic, trafficCharts } from './charts.js';
import { findWorkload, partners } from './partners.js';
import { edgeSentence, workloadSentence } from './sentence.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const pay = 'workload~east~pay~payments';
const rates = (requestsPerSecond: number, errorRatio: number | null, bytesPerSecond = 0) => ({
  requestsPerSecond,
  errorRatio,
  bytesPerSecond,
});

describe('partners', () => {
  it('finds both sides, the busiest first, also where the node is not in the graph', () => {
    const web = aNode({ name: 'web' });
    const graph = {
      nodes: [aNode(), web],
      edges: [
        anEdge({ requestsPerSecond: 1 }),
        anEdge({ source: 'unknown~east~~unknown', requestsPerSecond: 5 }),
        anEdge({ source: aNode().id, target: pay }),
      ],
    };
    expect(partners(graph, aNode().id, 'callers').map(({ name, node }) => [name, node?.name])).toEqual([
      ['unknown', undefined],
      ['web', 'web'],
    ]);
    expect(partners(graph, aNode().id, 'callees').map(({ name, namespace }) => [name, namespace])).toEqual([['payments', 'pay']]);
    expect(findWorkload(graph, web)?.id).toBe(web.id);
    expect(findWorkload(graph, { ...web, cluster: 'west' })).toBeUndefined();
  });
});

describe('workloadSentence', () => {
  const check = (node: Partial<TopologyNode>, edges: { callers?: TopologyEdge[]; callees?: TopologyEdge[] }, expected: string) =>
    expect(plain(workloadSentence(aNode(node), edges.callers ?? [], edges.callees ?? []))).toBe(expected);
  it('says how busy and how well', () => {
    check({ idle: true }, {}, 'cart had no traffic in this window.');
    check({}, {}, 'cart answers 10 req/s and fails next to none.');
    check({ in: rates(10, null) }, {}, 'cart answers 10 req/s.');
    check({ in: rates(0, null), out: rates(4, 0) }, {}, 'cart sends 4 req/s and answers none.');
    check({ in: rates(0, null, 500), out: rates(0, null, 700) }, {}, 'cart carries 1.2 kB/s of TCP.');
  });
  it('says with what it fails, and which call is behind it', () => {
    const failing = [anEdge({ errorRatio: 0.12, responses: [{ code: '503', flags: 'UF', requestsPerSecond: 1.2 }] })];
    const callees = [anEdge({ target: pay, errorRatio: 0.2 }), anEdge({ target: 'workload~east~shop~catalog', errorRatio: 0.0001 })];
    check(
      { in: rates(10, 0.12) },
      { callers: failing, callees },
      'cart answers 10 req/s and fails 12 % of them, mostly with 503 Service Unavailable; its calls to payments fail.',
    );
    check({ in: rates(10, 0.12) }, {}, 'cart answers 10 req/s and fails 12 % of them.');
  });
});

describe('edgeSentence', () => {
  const check = (edge: Partial<TopologyEdge>, expected: string) => expect(plain(edgeSentence(anEdge(edge)))).toBe(expected);
  it('speaks of requests or of bytes', () => {
    check({}, 'web sends 10 req/s to cart.');
    check({ latencyMs: { mean: 30 } }, 'web sends 10 req/s to cart, 30 ms on average.');
    check(
      { latencyMs: { mean: 30, p50: 20 }, errorRatio: 0.5, responses: [{ code: '0', flags: 'DC', requestsPerSecond: 5 }] },
      'web sends 10 req/s to cart, 20 ms in the median; 50 % fail, mostly with No response.',
    );
    check({ protocol: 'tcp', connectionsPerSecond: 2 }, 'web sends 100 B/s to cart and receives 1 kB/s over 2 conn/s opened.');
  });
});

describe('trafficCharts', () => {
  const none = [null, null];
  const empty: TrafficSeries = {
    at: ['2026-06-03T00:00:00Z', '2026-06-03T00:00:30Z'],
    requestsPerSecond: none,
    errorRatio: none,
    clientErrorRatio: none,
    latencyMsMean: none,
    latencyMsP50: none,
    latencyMsP95: none,
    latencyMsP99: none,
    sentBytesPerSecond: none,
    receivedBytesPerSecond: none,
    connectionsPerSecond: none,
    mtlsRatio: none,
  };
  const check = (change: Partial<TrafficSeries>, expected: string[]) =>
    expect(trafficCharts({ ...empty, ...change }).map(({ title }) => title)).toEqual(expected);
  it('draws requests, or connections where there is only TCP', () => {
    check({ requestsPerSecond: [1, null] }, ['Requests', 'Errors', 'Latency', 'Bytes']);
    check({ requestsPerSecond: [0, 0], connectionsPerSecond: [1, 1] }, ['Connections opened', 'Bytes']);
  });
  it('falls back to the mean where the mesh has no quantiles', () => {
    const latency = (change: Partial<TrafficSeries>) => trafficCharts({ ...empty, ...change })[2]?.series.map(({ label }) => label);
    expect(latency({ latencyMsMean: [1, 2] })).toEqual(['mean']);
    expect(latency({ latencyMsP50: [1, 2], latencyMsP99: [1, null] })).toEqual(['p50', 'p99']);
    expect(latency({ latencyMsMean: [1, 2], latencyMsP50: [null, 2] })).toEqual(['mean', 'p50']);
    expect(latency({ latencyMsMean: [1, 2], latencyMsP50: [1, 2] })).toEqual(['p50']);
  });
  it('knows nothing from silence', () => {
    expect(hasTraffic(empty)).toBe(false);
    expect(hasTraffic({ ...empty, sentBytesPerSecond: [0, null] })).toBe(true);
  });
});
