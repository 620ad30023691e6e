import type { Topology } from '@observatory/contracts';
import { overlaps } from './geometry.js';
import { levelOfDetail, namespaceKey } from './level-of-detail.js';
import { namespaceExtents, placeNodes } from './placement.js';
import { around, hitTest, moveNode, neighbourTowards } from './pointing.js';
import { buildScene, type SceneOptions } from './scene.js';
import { textWidth } from './text-fit.js';
import { edge, node, topology } from './test-graph.js';

const web = node('edge/web', { role: 'gateway', position: { x: 0, y: 0 } });
const cart = node('shop/cart', { position: { x: 2, y: 0 }, in: { requestsPerSecond: 900, errorRatio: 0, bytesPerSecond: 0 } });
const pay = node('shop/pay', { position: { x: 4, y: 0 }, health: { state: 'failing', reasons: ['x'] } });
const maps = node('/maps', { kind: 'external', position: { x: 4, y: 2 }, health: { state: 'unknown', reasons: [] } });
const calls = [
  edge(web, cart),
  edge(cart, pay, { errorRatio: 0.2, responses: [] }),
  edge(cart, pay, { protocol: 'tcp', requestsPerSecond: 0, errorRatio: null, mtls: { ratio: 0.5 }, sentBytesPerSecond: 10 }),
  edge(pay, maps, { mtls: { ratio: null }, errorRatio: 0.02 }),
];
const graph = topology([web, cart, pay, maps], calls);

function sceneOf(of: Topology, fields: Partial<SceneOptions> = {}, open = new Set(of.nodes.map(namespaceKey))) {
  const places = placeNodes(of.nodes, of.edges, new Map());
  const extents = namespaceExtents(of.nodes, places);
  return buildScene(levelOfDetail(of, { open }), {
    zoom: 1,
    windowSec: 300,
    labels: 'rate',
    locks: true,
    places,
    extents,
    open,
    grouped: true,
    ...fields,
  });
}
const scene = sceneOf(graph);
const edgeAt = (index: number, of = scene) => of.edges.find(({ id }) => id === calls[index]?.id);

describe('buildScene', () => {
  it('tells kinds by shape, health by colour and mark, traffic by size', () => {
    const by = Object.fromEntries(scene.nodes.map((each) => [each.name, each]));
    expect(by['web']).toMatchObject({ shape: 'gateway', icon: 'gateway', tone: 'quiet', mark: null });
    expect(by['pay']).toMatchObject({ shape: 'square', tone: 'failing', mark: 'failing' });
    expect(by['maps']).toMatchObject({ shape: 'circle', icon: 'external', mark: null });
    expect(by['cart']?.radius ?? 0).toBeGreaterThan(by['web']?.radius ?? 0);
  });

  it('marks nodes by what the overlay says, not by their health', () => {
    const tones = { node: ({ name }: { name: string }) => (name === 'cart' ? ('degraded' as const) : undefined), edge: () => undefined };
    const by = Object.fromEntries(sceneOf(graph, { tones }).nodes.map((each) => [each.name, each]));
    expect(by['pay']).toMatchObject({ tone: 'quiet', mark: null });
    expect(by['cart']).toMatchObject({ tone: 'degraded', mark: 'degraded' });
  });

  it('colours edges by errors and dashes them by encryption', () => {
    expect([0, 1, 2, 3].map((index) => `${edgeAt(index)?.tone} ${edgeAt(index)?.dash}`)).toEqual([
      'quiet solid',
      'failing solid',
      'quiet dashed',
      'degraded dotted',
    ]);
  });

  it('shows a lock only where all is encrypted, and a warning where a part is', () => {
    const mark = (of: typeof scene) => [0, 2, 3].map((index) => edgeAt(index, of)?.label?.mark ?? null);
    expect(mark(scene)).toEqual(['lock', 'open', null]);
    expect(mark(sceneOf(graph, { locks: false }))).toEqual([null, 'open', null]);
  });

  it('does not colour a handful of failures', () => {
    const chance = topology([web, cart], [edge(web, cart, { requestsPerSecond: 0.03, errorRatio: 0.11 })]);
    expect(sceneOf(chance).edges[0]?.tone).toBe('quiet');
  });

  it('says errors even without labels, and nothing else', () => {
    const labels = sceneOf(graph, { labels: 'off', locks: false }).edges.map(({ label }) => label?.text ?? '');
    expect(
      labels
        .filter((text) => text !== '')
        .map((text) => text.replace('\u00a0', ' '))
        .toSorted(),
    ).toEqual(['2 % errors', '20 % errors']);
  });

  it('runs two edges of one pair beside each other', () => {
    expect(edgeAt(1)?.curve).not.toEqual(edgeAt(2)?.curve);
  });

  it('puts hulls around open namespaces, and cards in place of closed ones that do not overlap', () => {
    expect(scene.hulls.map(({ title, attention }) => `${title} ${attention}`)).toEqual(['edge ', 'shop 1 failing']);
    expect(sceneOf(graph, { grouped: false }).hulls).toEqual([]);
    const closed = sceneOf(graph, { zoom: 0.2 }, new Set());
    expect(closed.nodes.map(({ shape, name }) => `${shape} ${name}`).toSorted()).toEqual([
      'stack edge',
      'stack outside the mesh',
      'stack shop',
    ]);
    const boxes = closed.nodes.map(({ x, y, halfWidth, halfHeight }) => ({
      minX: x - halfWidth,
      maxX: x + halfWidth,
      minY: y - halfHeight,
      maxY: y + halfHeight,
    }));
    for (const a of boxes) for (const b of boxes) expect(a === b || !overlaps(a, b)).toBe(true);
    expect(closed.nodes.find(({ name }) => name === 'shop')).toMatchObject({ mark: 'failing', tone: 'failing' });
  });

  it('fades what is not bright', () => {
    const faded = sceneOf(graph, { bright: new Set([web.id]) });
    expect(faded.nodes.filter((each) => !each.faded).map(({ name }) => name)).toEqual(['web']);
    expect(faded.edges.every((each) => each.faded)).toBe(true);
    expect(faded.hulls.map((hull) => hull.faded)).toEqual([false, true]);
  });

  it('takes the colours of an overlay', () => {
    const toned = sceneOf(graph, { tones: { node: () => 'istio', edge: () => undefined } });
    expect([toned.nodes[0]?.tone, toned.edges[1]?.tone]).toEqual(['istio', 'quiet']);
  });

  it('draws a lane a cluster when there are several', () => {
    const other = node('shop/cart', { cluster: 'west', position: { x: 0, y: 6 } });
    expect(sceneOf(graph).lanes).toEqual([]);
    expect(sceneOf(topology([web, other], [])).lanes.map(({ cluster }) => cluster)).toEqual(['demo', 'west']);
  });

  it('names nodes only where the names do not cover each other', () => {
    const close = Array.from({ length: 40 }, (_, index) =>
      node(`shop/a-long-name-of-a-workload-${index}`, { position: { x: index * 0.3, y: 0 } }),
    );
    const crowded = sceneOf(topology(close, []));
    const named = crowded.nodes.filter((each) => each.named).toSorted((a, b) => a.x - b.x);
    expect(named.length).toBeGreaterThan(1);
    expect(named.length).toBeLessThan(40);
    for (const [index, each] of named.entries()) {
      const next = named[index + 1];
      if (next) expect(next.x - each.x).toBeGreaterThanOrEqual(textWidth(each.name, 12));
    }
  });
});

describe('pointing', () => {
  const spot = (name: string) => scene.nodes.find((each) => each.name === name) as (typeof scene.nodes)[0];
  it('finds nodes, edges and titles under a point', () => {
    expect(hitTest(scene, spot('cart'), 6)).toEqual({ type: 'node', id: cart.id });
    const curve = edgeAt(0)?.curve as NonNullable<ReturnType<typeof edgeAt>>['curve'];
    expect(hitTest(scene, { x: (curve[0] + curve[6]) / 2, y: curve[1] + 3 }, 6)).toEqual({ type: 'edge', id: calls[0]?.id });
    const hull = scene.hulls[1]?.box ?? { minX: 0, minY: 0 };
    expect(hitTest(scene, { x: hull.minX + 15, y: hull.minY + 12 }, 6)).toEqual({ type: 'namespace', id: 'demo/shop' });
    expect(hitTest(scene, { x: -900, y: -900 }, 6)).toBeNull();
  });
  it('keeps what a node or an edge touches', () => {
    expect(around(scene, web.id)).toEqual(new Set([web.id, calls[0]?.id, cart.id]));
    expect(around(scene, calls[3]?.id ?? '')).toEqual(new Set([calls[3]?.id, pay.id, maps.id]));
  });
  it('walks to the neighbour in a direction', () => {
    expect(neighbourTowards(scene, cart.id, { x: 1, y: 0 })).toBe(pay.id);
    expect(neighbourTowards(scene, cart.id, { x: -1, y: 0 })).toBe(web.id);
    expect(neighbourTowards(scene, cart.id, { x: 0, y: -1 })).toBeNull();
    expect(neighbourTowards(scene, 'gone', { x: 1, y: 0 })).toBe(scene.nodes[0]?.id);
  });
  it('takes the edges along with a moved node', () => {
    const moved = moveNode(scene, cart.id, { x: 50, y: 400 });
    expect(moved.nodes.find(({ id }) => id === cart.id)).toMatchObject({ x: 50, y: 400 });
    expect(edgeAt(0, moved)?.curve).not.toEqual(edgeAt(0)?.curve);
    expect(edgeAt(3, moved)).toBe(edgeAt(3));
  });
});
