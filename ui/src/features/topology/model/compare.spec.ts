import type { TopologyDiff, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { compareTones, differences, unionOf } from './compare.js';
import { mapEdge, mapNode } from './level-of-detail.js';
import { edge, node, topology } from './test-graph.js';

const [kept, fresh, gone] = [node('shop/kept'), node('shop/fresh'), node('shop/gone')];
const sick = { ...kept, health: { state: 'failing' as const, reasons: [] } };
const [call, newCall, oldCall] = [edge(kept, fresh), edge(fresh, kept), edge(gone, kept)];
const after = { ...call, requestsPerSecond: 20, errorRatio: 0.1, mtls: { ratio: 0.5 } };
const diff: TopologyDiff = {
  generatedAt: '2026-09-01T12:00:00.000Z',
  sources: [],
  from: '2026-09-01T11:00:00.000Z',
  to: '2026-09-01T12:00:00.000Z',
  windowSec: 300,
  graph: 'workload',
  nodes: { added: [fresh], removed: [gone], changed: [{ id: kept.id, before: kept, after: sick, changes: ['health'] }] },
  edges: {
    added: [newCall],
    removed: [oldCall],
    changed: [{ id: call.id, before: call, after, changes: ['requestsPerSecond', 'errorRatio', 'mtls.ratio'] }],
  },
};
const to = topology([sick, fresh], [after, newCall]);
const none = { added: [], removed: [], changed: [] };

describe('compare', () => {
  it('draws what went beside what is', () => {
    const union = unionOf(to, diff);
    expect(union.nodes.map(({ name }) => name).toSorted()).toEqual(['fresh', 'gone', 'kept']);
    expect(union.edges).toHaveLength(3);
    expect(union.nodes.find(({ name }) => name === 'kept')?.health.state).toBe('failing');
  });

  it('tells everything by fate, changes in the words of both sides', () => {
    expect(differences(diff, to).map(({ fate, name, words }) => `${fate} ${name}: ${words}`.replaceAll('\u00a0', ' '))).toEqual([
      'added fresh: ',
      'added fresh → kept: 10 req/s',
      'removed gone: ',
      'removed gone → kept: 10 req/s',
      'changed kept: healthy → failing',
      'changed kept → fresh: 10 req/s → 20 req/s, errors 0 % → 10 %, encrypted 100 % → 50 %',
    ]);
  });

  it('colours each by its fate, and what is the same not at all', () => {
    const tones = compareTones(differences(diff, to));
    expect([fresh, gone, kept, node('shop/other')].map((each) => tones.node(mapNode(each)))).toEqual([
      'added',
      'removed',
      'changed',
      'idle',
    ]);
    const ofEdges = [newCall, oldCall, after, edge(fresh, gone)].map((each) => tones.edge(mapEdge(each.id, '', '', [each])));
    expect(ofEdges).toEqual(['added', 'removed', 'changed', 'idle']);
  });
});

describe('what a change is worth', () => {
  const rates = (requestsPerSecond: number, bytesPerSecond = 0) => ({ requestsPerSecond, errorRatio: 0, bytesPerSecond });
  const told = (changes: Partial<TopologyDiff>) =>
    differences({ ...diff, nodes: none, edges: none, ...changes }, to).map(({ fate, words }) =>
      `${fate}: ${words}`.replaceAll('\u00a0', ' '),
    );
  const checkNode = (changes: string[], fields: Partial<TopologyNode>, expected: string[], before: Partial<TopologyNode> = {}) =>
    it(`node ${changes.join(' ')}`, () => {
      const changed = [{ id: kept.id, before: { ...kept, ...before }, after: { ...kept, ...fields }, changes }];
      expect(told({ nodes: { ...none, changed } })).toEqual(expected);
    });
  const checkEdge = (changes: string[], fields: Partial<TopologyEdge>, expected: string[], before: Partial<TopologyEdge> = {}) =>
    it(`edge ${changes.join(' ')}`, () => {
      const changed = [{ id: call.id, before: { ...call, ...before }, after: { ...call, ...fields }, changes }];
      expect(told({ edges: { ...none, changed } })).toEqual(expected);
    });

  checkNode(['idle'], { idle: true }, ['changed: went idle']);
  checkNode(['idle'], { idle: false }, ['changed: came to life'], { idle: true });
  checkNode(['mesh', 'version'], { mesh: 'ambient', version: 'v2' }, ['changed: data plane istio → ambient, version – → v2']);
  checkNode(['replicas'], { replicas: { desired: 2, ready: 1 } }, ['changed: replicas 2/2 → 1/2'], { replicas: { desired: 2, ready: 2 } });
  checkNode(['replicas'], { replicas: { desired: 2, ready: 1 } }, []);
  checkNode(
    ['in.requestsPerSecond', 'out.requestsPerSecond'],
    { in: rates(14), out: rates(9) },
    ['drifted: receives 10 req/s → 14 req/s, sends 10 req/s → 9 req/s'],
    { in: rates(10), out: rates(10) },
  );
  checkNode(['in.requestsPerSecond', 'in.bytesPerSecond'], { in: rates(11, 9000) }, ['changed: receives 1 kB/s → 9 kB/s'], {
    in: rates(10, 1000),
  });
  checkNode(['in.errorRatio'], { in: { ...rates(1), errorRatio: 0.3 } }, ['changed: errors 0 % → 30 %'], { in: rates(1) });
  checkNode(['in.errorRatio'], { in: { ...rates(1), errorRatio: 0.3 } }, ['drifted: errors – → 30 %']);
  checkNode(['out.errorRatio'], {}, []);

  checkEdge(['latencyMs.mean', 'latencyMs.p95'], { latencyMs: { mean: 12, p95: 300 } }, ['changed: 95 % 30 ms → 300 ms'], {
    latencyMs: { mean: 10, p95: 30 },
  });
  checkEdge(['clientErrorRatio', 'mtls.principals'], { clientErrorRatio: 0.5 }, ['changed: client errors 0 % → 50 %, another identity']);
  checkEdge(['sentBytesPerSecond', 'receivedBytesPerSecond'], { sentBytesPerSecond: 5, receivedBytesPerSecond: 5 }, [
    'changed: sends 0 B/s → 5 B/s, gets back 0 B/s → 5 B/s',
  ]);
  checkEdge(['connectionsPerSecond'], {}, []);
});
