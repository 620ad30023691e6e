import { COLUMN, collide, hullOf, ROW, type Place } from './geometry.js';
import { layoutFromScratch, type LayoutEdge, type LayoutNode } from './layout.js';
import { placeNodes } from './place.js';

const node = (path: string): LayoutNode => ({ id: path, block: path.slice(0, path.lastIndexOf('/')) });
const edge = (line: string): LayoutEdge => {
  const [source, target] = line.split(' > ') as [string, string];
  return { source, target, weight: 1 };
};

/** A repeatable mesh: `edges` calls from lower to higher numbers mostly, within and across namespaces. */
function mesh(workloads: number, calls: number, namespaces: number): { nodes: LayoutNode[]; edges: LayoutEdge[] } {
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const nodes = Array.from({ length: workloads }, (_, at) => node(`east/ns${at % namespaces}/w${at}`));
  const edges = Array.from({ length: calls }, () => {
    const [a, b] = [random(workloads), random(workloads)];
    return { source: (nodes[Math.min(a, b)] as LayoutNode).id, target: (nodes[Math.max(a, b)] as LayoutNode).id, weight: 1 + random(5) };
  });
  return { nodes, edges };
}

function hulls(places: ReadonlyMap<string, Place>) {
  return [...Map.groupBy(places.values(), ({ block }) => block)].map(([block, members]) => ({ block, hull: hullOf(members) }));
}

function checkReadable(places: ReadonlyMap<string, Place>): void {
  const boxes = hulls(places);
  const overlapping = boxes.flatMap((a, at) =>
    boxes
      .slice(at + 1)
      .filter((b) => collide(a.hull, b.hull))
      .map((b) => `${a.block} ${b.block}`),
  );
  expect(overlapping).toEqual([]);
  const taken = [...places.values()];
  const tooClose = taken.flatMap((a, at) =>
    taken.slice(at + 1).filter((b) => Math.abs(a.x - b.x) < COLUMN - 0.01 && Math.abs(a.y - b.y) < ROW - 0.01),
  );
  expect(tooClose).toEqual([]);
}

const shop = {
  nodes: [
    'east/ingress/gateway',
    'east/shop/web',
    'east/shop/cart',
    'east/shop/catalog',
    'east/data/db',
    'east/data/cache',
    'west/ops/cron',
  ].map(node),
  edges: [
    'east/ingress/gateway > east/shop/web',
    'east/shop/web > east/shop/cart',
    'east/shop/web > east/shop/catalog',
    'east/shop/cart > east/data/cache',
    'east/shop/catalog > east/data/db',
  ].map(edge),
};

describe('layoutFromScratch', () => {
  it('goes from left to right, within namespaces and between them', () => {
    const places = layoutFromScratch(shop.nodes, shop.edges);
    const x = (id: string) => places.get(id)?.x as number;
    for (const { source, target } of shop.edges) expect(x(target)).toBeGreaterThan(x(source));
  });

  it('puts clusters below each other', () => {
    const places = layoutFromScratch(shop.nodes, shop.edges);
    const east = [...places].filter(([id]) => id.startsWith('east')).map(([, place]) => place.y);
    expect(places.get('west/ops/cron')?.y).toBeGreaterThan(Math.max(...east) + 2);
  });

  it('puts namespaces that talk to no other below those that do', () => {
    const quiet = ['east/system/one', 'east/system/two', 'east/tools/three'].map(node);
    const places = layoutFromScratch([...shop.nodes, ...quiet], [...shop.edges, edge('east/system/one > east/system/two')]);
    checkReadable(places);
    const lowest = Math.max(
      ...shop.edges.flatMap(({ source, target }) => [places.get(source)?.y as number, places.get(target)?.y as number]),
    );
    for (const { id } of quiet) expect(places.get(id)?.y).toBeGreaterThan(lowest);
  });

  it('keeps edges of a ladder from crossing', () => {
    const rungs = Array.from({ length: 6 }, (_, at) => at);
    const ladder = {
      nodes: rungs.flatMap((at) => [node(`c/a/n${at}`), node(`c/b/m${5 - at}`)]),
      edges: rungs.map((at) => edge(`c/a/n${at} > c/b/m${5 - at}`)),
    };
    const places = layoutFromScratch(ladder.nodes, ladder.edges);
    const ends = ladder.edges.map(({ source, target }) => [places.get(source)?.y as number, places.get(target)?.y as number] as const);
    const crossings = ends.flatMap(([a, b], at) => ends.slice(at + 1).filter(([c, d]) => (a - c) * (b - d) < 0));
    expect(crossings).toEqual([]);
  });

  it('does not depend on the order of its input', () => {
    const { nodes, edges } = mesh(60, 150, 5);
    const there = [...layoutFromScratch(nodes, edges)].sort();
    expect([...layoutFromScratch(nodes.toReversed(), edges)].sort()).toEqual(there);
  });

  it.each([
    [1, 0, 1],
    [2, 1, 2],
    [40, 0, 1],
    [60, 150, 5],
    [300, 1000, 12],
    [400, 4000, 1],
  ])('%i nodes and %i edges in %i namespaces are readable', (nodes, edges, namespaces) => {
    const graph = mesh(nodes, edges, namespaces);
    const places = layoutFromScratch(graph.nodes, graph.edges);
    expect(places.size).toBe(nodes);
    checkReadable(places);
  });

  it('is compact: wider than high, no more than twice the room that hulls need', () => {
    const graph = mesh(300, 1000, 12);
    const boxes = hulls(layoutFromScratch(graph.nodes, graph.edges)).map(({ hull }) => hull);
    const area = (box: { minX: number; maxX: number; minY: number; maxY: number }) => (box.maxX - box.minX) * (box.maxY - box.minY);
    const whole = {
      minX: Math.min(...boxes.map((b) => b.minX)),
      maxX: Math.max(...boxes.map((b) => b.maxX)),
      minY: Math.min(...boxes.map((b) => b.minY)),
      maxY: Math.max(...boxes.map((b) => b.maxY)),
    };
    expect(whole.maxX - whole.minX).toBeGreaterThan(whole.maxY - whole.minY);
    expect(area(whole)).toBeLessThan(2 * boxes.reduce((sum, box) => sum + area(box), 0));
  });
});

describe('placeNodes', () => {
  const known = layoutFromScratch(shop.nodes, shop.edges);

  function checkKept(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<string, Place> {
    const places = placeNodes(nodes, edges, known);
    for (const [id, place] of known) expect(places.get(id)).toEqual(place);
    checkReadable(places);
    return places;
  }

  it('moves nothing when nothing is new', () => {
    expect(placeNodes(shop.nodes, shop.edges, known)).toEqual(known);
  });

  it('keeps the place of a node that went away', () => {
    checkKept(shop.nodes.slice(1), shop.edges.slice(1));
  });

  it('puts a new node beside its neighbours, in the hull of its namespace', () => {
    const places = checkKept([...shop.nodes, node('east/shop/pay')], [...shop.edges, edge('east/shop/cart > east/shop/pay')]);
    const [cart, pay] = [places.get('east/shop/cart') as Place, places.get('east/shop/pay') as Place];
    expect(Math.abs(pay.x - cart.x) + Math.abs(pay.y - cart.y)).toBeLessThanOrEqual(3 * COLUMN);
  });

  it('puts a new namespace into free room of its cluster, a new cluster below', () => {
    const places = checkKept(
      [...shop.nodes, node('east/mail/smtp'), node('east/mail/queue'), node('north/edge/proxy')],
      [...shop.edges, edge('east/shop/cart > east/mail/queue'), edge('east/mail/queue > east/mail/smtp')],
    );
    expect(places.get('north/edge/proxy')?.y).toBeGreaterThan(places.get('west/ops/cron')?.y as number);
  });

  it('lays all out again when most is new', () => {
    const graph = mesh(60, 150, 5);
    expect(placeNodes(graph.nodes, graph.edges, known)).toEqual(layoutFromScratch(graph.nodes, graph.edges));
  });

  it('stays readable while a mesh grows node by node', () => {
    const graph = mesh(120, 300, 6);
    let places = layoutFromScratch(graph.nodes.slice(0, 60), graph.edges);
    for (let count = 61; count <= 120; count += 1) places = placeNodes(graph.nodes.slice(0, count), graph.edges, places);
    expect(places.size).toBe(120);
    checkReadable(places);
  });
});
