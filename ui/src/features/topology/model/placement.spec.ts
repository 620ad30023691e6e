import type { TopologyEdge, TopologyNode } from '@observatory/contracts';
import { namespaceExtents, placeNodes, UNIT_X_PX, UNIT_Y_PX } from './placement.js';
import { edge, node } from './test-graph.js';

const none = new Map();
const at = (places: ReadonlyMap<string, { x: number; y: number }>, of: TopologyNode) => {
  const { x, y } = places.get(of.id) ?? { x: Number.NaN, y: Number.NaN };
  return [x / UNIT_X_PX, y / UNIT_Y_PX];
};
const [web, cart, pay, lone] = [node('edge/web'), node('shop/cart'), node('shop/pay'), node('lab/lone')];
const edges = [edge(web, cart), edge(cart, pay)];

describe('placeNodes', () => {
  it('takes the places of the service, and those of the hand before them', () => {
    const placed = { ...web, position: { x: 3, y: 4 } };
    expect(at(placeNodes([placed], [], none), web)).toEqual([3, 4]);
    expect(placeNodes([placed], [], new Map([[web.id, { x: 7, y: 8 }]])).get(web.id)).toEqual({ x: 7, y: 8 });
  });

  it('puts a new node beside its neighbours, and moves nobody for it', () => {
    const before = [
      { ...web, position: { x: 0, y: 0 } },
      { ...pay, position: { x: 4, y: 0 } },
    ];
    const places = placeNodes([...before, cart, lone], edges, none);
    expect(at(places, web)).toEqual([0, 0]);
    expect(at(places, cart)).toEqual([2, 0]);
    expect(at(places, lone)).toEqual([0, 2]);
    expect(at(placeNodes([...before, node('shop/new')], [], none), node('shop/new'))).toEqual([4, 1]);
  });

  it('never puts two on one place', () => {
    const hub = { ...web, position: { x: 0, y: 0 } };
    const callees = Array.from({ length: 30 }, (_, index) => node(`shop/n${index}`));
    const places = placeNodes(
      [hub, ...callees],
      callees.map((callee) => edge(hub, callee)),
      none,
    );
    expect(new Set(Array.from(places.values(), ({ x, y }) => `${x} ${y}`)).size).toBe(31);
  });

  it('without any place it lays out namespaces beside each other, the same way each time', () => {
    const many: TopologyNode[] = Array.from({ length: 120 }, (_, index) => node(`ns${index % 6}/n${index}`));
    const calls: TopologyEdge[] = many.slice(1).map((target, index) => edge(many[Math.floor(index / 3)] as TopologyNode, target));
    const places = placeNodes(many, calls, none);
    expect(placeNodes(many.toReversed(), calls, none)).toEqual(places);
    const extents = namespaceExtents(many, places);
    expect(extents.map(({ members }) => members)).toEqual([20, 20, 20, 20, 20, 20]);
    for (const a of extents) {
      for (const b of extents) {
        if (a === b) continue;
        expect(a.minX >= b.maxX || b.minX >= a.maxX || a.minY >= b.maxY || b.minY >= a.maxY).toBe(true);
      }
    }
  });

  it('lays out a ring of calls', () => {
    const places = placeNodes([cart, pay], [edge(cart, pay), edge(pay, cart)], none);
    expect(at(places, cart)).not.toEqual(at(places, pay));
  });
});
