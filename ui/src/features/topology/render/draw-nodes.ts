/** Nodes: shape and icon by kind, fill and mark by health, names below; closed namespaces as cards. */
import type { SceneNode } from '../model/scene-types.js';
import { shorten, textWidth } from '../model/text-fit.js';
import { ICONS } from './icons.js';
import { setText, type Drawing, type Pen } from './pen.js';
import type { Ink } from './theme.js';

const icons = new Map<string, Path2D>();

function icon(name: keyof typeof ICONS): Path2D {
  const known = icons.get(name) ?? new Path2D(ICONS[name]);
  icons.set(name, known);
  return known;
}

export function shapePath(
  pen: Pen | Path2D,
  node: Pick<SceneNode, 'shape' | 'x' | 'y' | 'radius' | 'halfWidth' | 'halfHeight'>,
  grow = 0,
): void {
  const { shape, x, y } = node;
  const r = node.radius + grow;
  if (shape === 'stack') {
    const [w, h] = [node.halfWidth + grow, node.halfHeight + grow];
    return pen.roundRect(x - w, y - h, 2 * w, 2 * h, Math.min(w, h) * 0.32);
  }
  if (shape === 'square') return pen.roundRect(x - r, y - r, 2 * r, 2 * r, r * 0.42);
  if (shape === 'circle') return pen.arc(x, y, r, 0, Math.PI * 2);
  const corners: Record<string, [number, number][]> = {
    diamond: [
      [0, -1.14],
      [1.14, 0],
      [0, 1.14],
      [-1.14, 0],
    ],
    hexagon: [
      [-0.56, -1],
      [0.56, -1],
      [1.13, 0],
      [0.56, 1],
      [-0.56, 1],
      [-1.13, 0],
    ],
    gateway: [
      [-1, -1],
      [0.5, -1],
      [1.14, 0],
      [0.5, 1],
      [-1, 1],
    ],
  };
  roundedPolygon(
    pen,
    (corners[shape] ?? []).map(([dx, dy]) => [x + dx * r, y + dy * r]),
    r * 0.24,
  );
}

function roundedPolygon(pen: Pen | Path2D, points: [number, number][], radius: number): void {
  const count = points.length;
  const at = (index: number) => points[(index + count) % count] as [number, number];
  const [first, last] = [at(0), at(-1)];
  pen.moveTo((first[0] + last[0]) / 2, (first[1] + last[1]) / 2);
  for (let index = 0; index < count; index += 1) {
    const [corner, next] = [at(index), at(index + 1)];
    pen.arcTo(corner[0], corner[1], next[0], next[1], radius);
  }
  pen.closePath();
}

export function drawNode(node: SceneNode, drawing: Drawing): void {
  const { pen, scene, palette } = drawing;
  const tone = palette.tones[node.tone];
  const { radius } = node;
  pen.globalAlpha = node.faded ? 0.28 : 1;
  if (node.shape === 'stack') drawStack(node, tone, drawing);
  pen.beginPath();
  shapePath(pen, node);
  pen.fillStyle = tone.fill;
  pen.fill();
  pen.lineWidth = Math.max(1.25, Math.min(2, 1.5 * scene.zoom)) / scene.zoom;
  pen.strokeStyle = tone.line;
  if (node.dashed) pen.setLineDash([4 / scene.zoom, 3 / scene.zoom]);
  pen.stroke();
  pen.setLineDash([]);
  if (node.shape !== 'stack' && radius * scene.zoom > 5.5) drawIcon(node, tone, pen);
  if (node.mark) drawMark(node, drawing);
  pen.globalAlpha = 1;
}

/** A second card behind says: this stands for many. */
function drawStack(node: SceneNode, tone: Ink, { pen, scene, palette }: Drawing): void {
  const shift = 3.5 / scene.zoom;
  pen.beginPath();
  shapePath(pen, { ...node, x: node.x + shift, y: node.y - shift });
  pen.fillStyle = palette.surface;
  pen.fill();
  pen.lineWidth = 1.25 / scene.zoom;
  pen.strokeStyle = tone.line;
  pen.stroke();
}

function drawIcon(node: SceneNode, tone: Ink, pen: Pen): void {
  const size = node.radius * (node.shape === 'diamond' ? 0.9 : 1.08);
  pen.save();
  const aside = node.shape === 'gateway' ? node.radius * 0.08 : 0;
  pen.translate(node.x - size / 2 - aside, node.y - size / 2);
  pen.scale(size / 24, size / 24);
  pen.lineWidth = 1.9;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = tone.text;
  pen.stroke(icon(node.icon));
  pen.restore();
}

/** Square with a cross, triangle, dashed ring: the marks of health of the whole product. */
function drawMark(node: SceneNode, { pen, scene, palette }: Drawing): void {
  const size = Math.max(4.5, Math.min(node.shape === 'stack' ? 5 : 7.5, node.radius * scene.zoom * 0.36)) / scene.zoom;
  const corner = node.shape === 'circle' || node.shape === 'diamond' ? 0.76 : 0.94;
  const stack = node.shape === 'stack';
  const [x, y] = stack
    ? [node.x + node.halfWidth, node.y - node.halfHeight]
    : [node.x + node.radius * corner, node.y - node.radius * corner];
  pen.beginPath();
  pen.arc(x, y, size * 1.62, 0, Math.PI * 2);
  pen.fillStyle = palette.surface;
  pen.fill();
  pen.beginPath();
  if (node.mark === 'failing') pen.roundRect(x - size, y - size, size * 2, size * 2, size * 0.35);
  else if (node.mark === 'degraded') {
    pen.moveTo(x, y - size * 1.1);
    pen.lineTo(x + size * 1.2, y + size * 0.95);
    pen.lineTo(x - size * 1.2, y + size * 0.95);
    pen.closePath();
  } else pen.arc(x, y, size * 0.95, 0, Math.PI * 2);
  if (node.mark === 'unknown') {
    pen.setLineDash([size * 0.6, size * 0.5]);
    pen.lineWidth = size * 0.36;
    pen.strokeStyle = palette.unknown;
    pen.stroke();
    pen.setLineDash([]);
    return;
  }
  pen.fillStyle = node.mark === 'failing' ? palette.failing : palette.degraded;
  pen.fill();
  if (node.mark === 'failing') drawCross(pen, x, y, size, palette.surface);
}

function drawCross(pen: Pen, x: number, y: number, size: number, colour: string): void {
  const arm = size * 0.46;
  pen.beginPath();
  pen.moveTo(x - arm, y - arm);
  pen.lineTo(x + arm, y + arm);
  pen.moveTo(x + arm, y - arm);
  pen.lineTo(x - arm, y + arm);
  pen.lineCap = 'round';
  pen.lineWidth = size * 0.34;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** Text costs most on a machine without a GPU: names are outlined only while there are few. */
const MAX_HALOS = 160;

export function drawNames(nodes: readonly SceneNode[], { pen, scene, palette }: Drawing): void {
  const named = nodes.filter(({ named: hasRoom }) => hasRoom);
  const { zoom, textPx } = scene;
  for (const node of named) {
    const tone = palette.tones[node.tone];
    const loud = node.tone === 'failing' || node.tone === 'degraded';
    pen.globalAlpha = node.faded ? 0.35 : 1;
    if (node.shape === 'stack') {
      drawCard(node, tone.text, { pen, scene, palette });
      continue;
    }
    const style = {
      x: node.x,
      zoom,
      align: 'center' as const,
      font: palette.font,
      ...(named.length <= MAX_HALOS ? { halo: palette.bg } : {}),
    };
    const y = node.y + node.radius + (textPx * 1.25) / zoom;
    setText(pen, node.name, {
      ...style,
      y,
      px: textPx,
      weight: 500,
      colour: loud ? tone.text : node.tone === 'idle' ? palette.ink3 : palette.ink,
    });
  }
  pen.globalAlpha = 1;
}

/** A namespace's name and count inside its card, as far as they fit. */
function drawCard(node: SceneNode, colour: string, { pen, scene, palette }: Pick<Drawing, 'pen' | 'scene' | 'palette'>): void {
  const { zoom } = scene;
  const [width, height] = [node.halfWidth * 2 * zoom, node.halfHeight * 2 * zoom];
  const px = Math.max(8.5, Math.min(13, (width - 8) / textWidth(node.name, 1), height / 2.2));
  const chars = (size: number) => Math.floor((width - 6) / textWidth('0', size));
  if (height < px * 1.3 || chars(px) < 4) return;
  const both = height >= px * 2.9 && node.detail !== '';
  const style = { x: node.x, zoom, align: 'center' as const, font: palette.font };
  const y = node.y + (both ? -px * 0.18 : px * 0.36) / zoom;
  const loud = node.tone === 'failing' || node.tone === 'degraded';
  setText(pen, shorten(node.name, chars(px)), { ...style, y, px, weight: 600, colour: loud ? colour : palette.ink });
  if (!both) return;
  const short = node.detail.length <= chars(px * 0.86) ? node.detail : node.detail.replace(/ of \d+/u, '').replace(/ workloads?/u, '');
  setText(pen, short, { ...style, y: y + (px * 1.28) / zoom, px: px * 0.86, weight: 450, colour: loud ? colour : palette.ink3 });
}

/** Around what is selected. */
export function drawRing(node: SceneNode, { pen, scene, palette }: Drawing): void {
  pen.beginPath();
  shapePath(pen, node, 5 / scene.zoom);
  pen.lineWidth = 2.5 / scene.zoom;
  pen.strokeStyle = palette.accent;
  pen.stroke();
}
