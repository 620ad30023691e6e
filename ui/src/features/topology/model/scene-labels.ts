/**
 * Which names and labels are drawn, and where? Loud ones first; what must be said (a share of errors, an open lock) is
 * shortened before it is left out. Invariant: no two texts cover each other.
 */
import { pointAt } from './geometry.js';
import type { Scene, SceneEdge } from './scene-types.js';
import { Room, textWidth } from './text-fit.js';

/** Tones that go before others. */
const LOUD: Record<string, number> = { failing: 3, degraded: 2, added: 2, removed: 2, changed: 2 };

/** Names first, as an edge without its label is still an edge; each group by importance. */
export function fitTexts(scene: Scene): void {
  const { zoom, textPx } = scene;
  const size = textPx / zoom;
  const room = new Room(120 / zoom);
  for (const { x, y, halfWidth, halfHeight } of scene.nodes)
    room.occupy({ minX: x - halfWidth, minY: y - halfHeight, maxX: x + halfWidth, maxY: y + halfHeight });
  for (const { box, title, attention } of scene.hulls) {
    const width = Math.min(box.maxX - box.minX, textWidth(`${title}  ${attention}`, size * 1.1) + size);
    room.occupy({ minX: box.minX, minY: box.minY, maxX: box.minX + width, maxY: box.minY + size * 1.9 });
  }
  const nodes = scene.nodes.toSorted(
    (a, b) => Number(a.faded) - Number(b.faded) || (LOUD[b.tone] ?? 0) - (LOUD[a.tone] ?? 0) || b.radius - a.radius,
  );
  for (const node of nodes) {
    if (node.shape === 'stack') {
      node.named = true;
      continue;
    }
    const half = textWidth(node.name, size) / 2 + size * 0.2;
    const top = node.y + node.radius + size * 0.35;
    node.named = room.take({ minX: node.x - half, maxX: node.x + half, minY: top, maxY: top + size * 1.2 });
  }
  const small = size * 0.92;
  const edges = scene.edges.filter(({ label }) => label !== null);
  edges.sort(
    (a, b) =>
      Number(a.faded) - Number(b.faded) || (LOUD[b.label?.tone ?? ''] ?? 0) - (LOUD[a.label?.tone ?? ''] ?? 0) || b.widthPx - a.widthPx,
  );
  for (const edge of edges) placeEdgeLabel(edge, small, room);
}

/** Along the middle of the edge, wherever there is room: all of it, else what must be said, else nothing. */
function placeEdgeLabel(edge: SceneEdge, size: number, room: Room): void {
  const { label } = edge;
  if (!label) return;
  const shorter: Pick<typeof label, 'text' | 'mark'>[] = [label];
  if (label.short !== '') shorter.push({ text: label.short, mark: null });
  if (label.mark === 'open') shorter.push({ text: '', mark: 'open' });
  for (const { text, mark } of shorter) {
    const half = (textWidth(text, size) + (mark ? size * 1.1 : 0)) / 2 + size * 0.4;
    for (const t of [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74]) {
      const at = pointAt(edge.curve, t);
      if (!room.take({ minX: at.x - half, maxX: at.x + half, minY: at.y - size * 0.8, maxY: at.y + size * 0.8 })) continue;
      edge.label = { ...label, text, mark, at };
      return;
    }
  }
  edge.label = null;
}

/** A quiet figure in the middle of nowhere says little: among many edges only those with both ends near it are labelled. */
const MAX_LABELLED_PX = 380;
const MANY_EDGES = 150;

export function dropFarLabels(edges: readonly SceneEdge[], zoom: number): void {
  if (edges.length < MANY_EDGES) return;
  for (const edge of edges) {
    const length = Math.hypot(edge.curve[6] - edge.curve[0], edge.curve[7] - edge.curve[1]) * zoom;
    if (length > MAX_LABELLED_PX && edge.label?.short === '') edge.label = null;
  }
}
