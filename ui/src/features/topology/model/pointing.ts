/** What is under the pointer, around a node, beside it, and what moves along when it is dragged? Bounded by what is drawn. */
import { curveBox, distanceToCurve, edgeCurve, edgeGap, pointAt, type Point } from './geometry.js';
import type { Scene } from './scene-types.js';

/** The same scene with one node elsewhere and its edges after it. */
export function moveNode(scene: Scene, id: string, to: Point): Scene {
  const nodes = scene.nodes.map((node) => (node.id === id ? { ...node, ...to } : node));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = scene.edges.map((edge) => {
    if (edge.source !== id && edge.target !== id) return edge;
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !target) return edge;
    const curve = edgeCurve({ source, target, lane: 0, gap: edgeGap(scene.zoom) });
    return { ...edge, curve, label: edge.label && { ...edge.label, at: pointAt(curve, 0.5) } };
  });
  return { ...scene, nodes, edges };
}

export type Hit = { type: 'node' | 'edge' | 'namespace'; id: string };

/** What is under a world point: a node, the title of a hull, an edge within `reach`. At most 450 nodes and 1,000 edges: boxes first, no index. */
export function hitTest(scene: Scene, point: Point, reachPx: number): Hit | null {
  const reach = reachPx / scene.zoom;
  for (const node of scene.nodes) {
    if (Math.abs(point.x - node.x) <= node.halfWidth + reach / 2 && Math.abs(point.y - node.y) <= node.halfHeight + reach / 2)
      return { type: 'node', id: node.id };
  }
  const title = 22 / scene.zoom;
  for (const { key, box } of scene.hulls) {
    const inTitle = point.y >= box.minY && point.y <= box.minY + title && point.x >= box.minX && point.x <= box.minX + title * 7;
    if (inTitle) return { type: 'namespace', id: key };
  }
  let best: { id: string; distance: number } | null = null;
  for (const { id, curve } of scene.edges) {
    const box = curveBox(curve);
    if (point.x < box.minX - reach || point.x > box.maxX + reach || point.y < box.minY - reach || point.y > box.maxY + reach) continue;
    const distance = distanceToCurve(point, curve);
    if (distance <= reach && distance < (best?.distance ?? Infinity)) best = { id, distance };
  }
  return best && { type: 'edge', id: best.id };
}

/** What to keep bright around a node or an edge: itself and all that it touches. */
export function around(scene: Scene, id: string): Set<string> {
  const bright = new Set([id]);
  for (const edge of scene.edges) {
    if (edge.id !== id && edge.source !== id && edge.target !== id) continue;
    bright.add(edge.id).add(edge.source).add(edge.target);
  }
  return bright;
}

/** The neighbour of a node that lies most in a direction, for the arrow keys; without one, the nearest node that way. */
export function neighbourTowards(scene: Scene, id: string, direction: Point): string | null {
  const from = scene.nodes.find((node) => node.id === id);
  if (!from) return scene.nodes[0]?.id ?? null;
  const linked = around(scene, id);
  let best: { id: string; cost: number } | null = null;
  for (const node of scene.nodes) {
    if (node.id === id) continue;
    const [dx, dy] = [node.x - from.x, node.y - from.y];
    const ahead = dx * direction.x + dy * direction.y;
    const aside = Math.abs(dx * direction.y - dy * direction.x);
    if (ahead <= 0 || aside > ahead * 2) continue;
    const cost = (ahead + aside * 2) * (linked.has(node.id) ? 0.4 : 1);
    if (cost < (best?.cost ?? Infinity)) best = { id: node.id, cost };
  }
  return best?.id ?? null;
}
