import type { TopologyDelta } from '@observatory/contracts';
import { receiveDelta, type HeldTopology } from './apply-delta.js';
import { edge, node, topology } from './test-graph.js';

const [a, b, c] = [node('shop/a'), node('shop/b'), node('shop/c')];
const T0 = '2026-09-01T12:00:00.000Z';
const T1 = '2026-09-01T12:00:30.000Z';
const T2 = '2026-09-01T12:01:00.000Z';
const held: HeldTopology = { topology: topology([a, b], [edge(a, b)], { at: T0 }), chunks: [] };

function delta(fields: Partial<TopologyDelta> = {}): TopologyDelta {
  return {
    at: T1,
    previousAt: T0,
    windowSec: 300,
    sources: [],
    chunk: { index: 0, count: 1 },
    nodes: { upserted: [], removed: [] },
    edges: { upserted: [], removed: [] },
    ...fields,
  };
}

const names = (state: HeldTopology) => state.topology.nodes.map(({ name }) => name).join(' ');

describe('receiveDelta', () => {
  it('replaces, adds and removes', () => {
    const failing = { ...b, health: { state: 'failing' as const, reasons: ['x'] } };
    const received = receiveDelta(
      held,
      delta({
        nodes: { upserted: [failing, c], removed: [a.id] },
        edges: { upserted: [edge(b, c)], removed: [edge(a, b).id] },
      }),
    );
    expect(received.outcome).toBe('applied');
    expect(names(received.held)).toBe('b c');
    expect(received.held.topology.nodes[0]?.health.state).toBe('failing');
    expect(received.held.topology.edges.map(({ id }) => id)).toEqual([edge(b, c).id]);
    expect(received.held.topology.at).toBe(T1);
  });

  it('keeps the arrays that did not change', () => {
    const received = receiveDelta(held, delta());
    expect(received.held.topology.nodes).toBe(held.topology.nodes);
  });

  it('waits for every chunk, in any order, a repeated one counts once', () => {
    const second = delta({ chunk: { index: 1, count: 2 }, nodes: { upserted: [c], removed: [] } });
    const first = delta({ chunk: { index: 0, count: 2 }, edges: { upserted: [edge(a, c)], removed: [] } });
    const one = receiveDelta(held, second);
    expect([one.outcome, names(one.held)]).toEqual(['collected', 'a b']);
    const again = receiveDelta(one.held, second);
    expect(again.outcome).toBe('collected');
    const both = receiveDelta(again.held, first);
    expect([both.outcome, names(both.held), both.held.topology.edges.length]).toEqual(['applied', 'a b c', 2]);
  });

  it('asks for a snapshot after a gap, a lost chunk or another window', () => {
    expect(receiveDelta(held, delta({ at: T2, previousAt: T1 })).outcome).toBe('needSnapshot');
    expect(receiveDelta(held, delta({ windowSec: 60 })).outcome).toBe('needSnapshot');
    const partial = receiveDelta(held, delta({ chunk: { index: 0, count: 2 } }));
    const lost = receiveDelta(partial.held, delta({ at: T2 }));
    expect([lost.outcome, lost.held.chunks.length]).toEqual(['needSnapshot', 0]);
  });

  it('ignores what it already has, and takes a first delta as the whole', () => {
    expect(receiveDelta(held, delta({ at: T0, previousAt: null })).outcome).toBe('ignored');
    const whole = receiveDelta(held, delta({ previousAt: null, nodes: { upserted: [c], removed: [] } }));
    expect([whole.outcome, names(whole.held)]).toEqual(['applied', 'c']);
  });
});
