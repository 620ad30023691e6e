import type { TopologyDiff } from '@observatory/contracts';
import { compareTones, differences, fates, unionOf } from './compare.js';
import { mapEdge, mapNode } from './level-of-detail.js';
import { edge, node, topology } from './test-graph.js';

const [kept, fresh, gone] = [node('shop/kept'), node('shop/fresh'), node('shop/gone')];
const sick = {
  ...kept,
  health: { state: 'failing' as const, reasons: [] },
  in: { requestsPerSecond: 5, errorRatio: 0, bytesPerSecond: 0 },
};
const [call, newCall, oldCall] = [edge(kept, fresh), edge(fresh, kept), edge(gone, kept)];
const after = { ...call, requestsPerSecond: 20, errorRatio: 0.1, mtls: { ratio: 0.5 } };
const diff: TopologyDiff = {
  generatedAt: '2026-09-01T12:00:00.000Z',
  sources: [],
  from: '2026-09-01T11:00:00.000Z',
  to: '2026-09-01T12:00:00.000Z',
  windowSec: 300,
  graph: 'workload',
  nodes: {
    added: [fresh],
    removed: [gone],
    changed: [{ id: kept.id, before: kept, after: sick, changes: ['health', 'in.requestsPerSecond'] }],
  },
  edges: {
    added: [newCall],
    removed: [oldCall],
    changed: [{ id: call.id, before: call, after, changes: ['requestsPerSecond', 'errorRatio', 'mtls.ratio'] }],
  },
};
const to = topology([sick, fresh], [after, newCall]);

describe('compare', () => {
  it('draws what went beside what is', () => {
    const union = unionOf(to, diff);
    expect(union.nodes.map(({ name }) => name).toSorted()).toEqual(['fresh', 'gone', 'kept']);
    expect(union.edges).toHaveLength(3);
    expect(union.nodes.find(({ name }) => name === 'kept')?.health.state).toBe('failing');
  });
  it('colours each by its fate, and what is the same not at all', () => {
    const tones = compareTones(fates(diff));
    expect([fresh, gone, kept, node('shop/other')].map((each) => tones.node(mapNode(each)))).toEqual([
      'added',
      'removed',
      'changed',
      'idle',
    ]);
    expect([newCall, oldCall, after, edge(fresh, gone)].map((each) => tones.edge(mapEdge(each.id, '', '', [each])))).toEqual([
      'added',
      'removed',
      'changed',
      'idle',
    ]);
  });
  it('tells what changed in the words of both sides', () => {
    expect(differences(diff, to).map(({ fate, name, words }) => `${fate} ${name}: ${words}`.replaceAll('\u00a0', ' '))).toEqual([
      'added fresh: ',
      'removed gone: ',
      'added fresh → kept: 10 req/s',
      'removed gone → kept: 10 req/s',
      'changed kept: healthy → failing, receives 0 req/s → 5 req/s',
      'changed kept → fresh: 10 req/s → 20 req/s, errors 0 % → 10 %, encrypted 100 % → 50 %',
    ]);
  });
  it('names fields that it has no words for', () => {
    const odd: TopologyDiff = {
      ...diff,
      nodes: { added: [], removed: [], changed: [{ id: kept.id, before: kept, after: kept, changes: ['version'] }] },
      edges: { added: [], removed: [], changed: [{ id: call.id, before: call, after: call, changes: ['reporters'] }] },
    };
    expect(differences(odd, to).map(({ words }) => words)).toEqual(['version', 'reporters']);
  });
});
