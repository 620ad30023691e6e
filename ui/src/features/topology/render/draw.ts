/** Draws a scene on a canvas whose transform maps world pixels to device pixels. One path for all edges of one look. */
import { curveBox, overlaps, type Box, type Curve } from '../model/geometry.js';
import type { Scene, SceneEdge, SceneHull, SceneNode, Tone } from '../model/scene.js';
import { shorten, textWidth } from '../model/text-fit.js';
import { ICONS } from './icons.js';
import type { Ink, Palette } from './theme.js';

export type Pen = CanvasRenderingContext2D;

const FADED = 0.16;
const icons = new Map<string, Path2D>();

function icon(name: keyof typeof ICONS): Path2D {
  const known = icons.get(name) ?? new Path2D(ICONS[name]);
  icons.set(name, known);
  return known;
}

export interface Drawing {
  pen: Pen;
  scene: Scene;
  palette: Palette;
  /** The part of the world that the canvas shows. */
  view: Box;
}

const DASHES: Record<SceneEdge['dash'], number[]> = { solid: [], dashed: [7, 4], dotted: [1.5, 4.5] };

function trace(path: Path2D, curve: Curve): void {
  path.moveTo(curve[0], curve[1]);
  path.bezierCurveTo(curve[2], curve[3], curve[4], curve[5], curve[6], curve[7]);
}

/** Length and half width of an arrow head, in screen pixels. */
export function arrowSize(widthPx: number): [number, number] {
  return [5.5 + widthPx * 1.5, 2.6 + widthPx * 0.95];
}

/** A head whose tip is a little beyond the end of the curve, along its last direction. */
export function arrowPoints(edge: SceneEdge, zoom: number): [number, number, number, number, number, number] {
  const [, , , , cx, cy, x, y] = edge.curve;
  const [long, half] = arrowSize(edge.widthPx).map((size) => size / zoom) as [number, number];
  const length = Math.hypot(x - cx, y - cy) || 1;
  const [ux, uy] = [(x - cx) / length, (y - cy) / length];
  const [baseX, baseY] = [x - ux * long * 0.45, y - uy * long * 0.45];
  return [x + ux * long * 0.55, y + uy * long * 0.55, baseX - uy * half, baseY + ux * half, baseX + uy * half, baseY - ux * half];
}

/** Widths are drawn in steps of a third of a pixel, so that few paths are stroked. */
const widthStep = (widthPx: number) => Math.round(widthPx * 3) / 3;

function drawEdges({ pen, scene, palette, view }: Drawing): void {
  const looks = new Map<string, { edge: SceneEdge; lines: Path2D; heads: Path2D }>();
  for (const edge of scene.edges) {
    if (!overlaps(curveBox(edge.curve), view)) continue;
    const key = `${edge.faded ? 0 : 1} ${loudness(edge.tone)} ${edge.tone} ${edge.dash} ${widthStep(edge.widthPx).toFixed(1)}`;
    const look = looks.get(key) ?? { edge, lines: new Path2D(), heads: new Path2D() };
    looks.set(key, look);
    trace(look.lines, edge.curve);
    const [ax, ay, bx, by, cx, cy] = arrowPoints(edge, scene.zoom);
    look.heads.moveTo(ax, ay);
    look.heads.lineTo(bx, by);
    look.heads.lineTo(cx, cy);
    look.heads.closePath();
  }
  // Many quiet edges step back, so that the loud ones are seen at once.
  const quiet = Math.max(0.4, Math.min(0.9, 1.05 - scene.edges.length / 500));
  for (const [, { edge, lines, heads }] of [...looks].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { line } = palette.tones[edge.tone];
    pen.globalAlpha = edge.faded ? FADED : edge.tone === 'quiet' ? quiet : edge.tone === 'idle' ? 0.55 : 0.9;
    pen.strokeStyle = line;
    pen.fillStyle = line;
    pen.lineWidth = widthStep(edge.widthPx) / scene.zoom;
    pen.lineCap = edge.dash === 'dotted' ? 'round' : 'butt';
    pen.setLineDash(DASHES[edge.dash].map((length) => length / scene.zoom));
    pen.stroke(lines);
    pen.setLineDash([]);
    pen.fill(heads);
  }
  pen.globalAlpha = 1;
}

/** What needs attention is drawn last, on top. */
function loudness(tone: Tone): number {
  return tone === 'failing' ? 4 : tone === 'degraded' ? 3 : tone === 'idle' ? 0 : 1;
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

function drawHulls({ pen, scene, palette, view }: Drawing): void {
  const { zoom } = scene;
  for (const { box, cluster } of scene.lanes) {
    pen.beginPath();
    pen.roundRect(box.minX, box.minY, box.maxX - box.minX, box.maxY - box.minY, 26);
    pen.setLineDash([2 / zoom, 6 / zoom]);
    pen.lineWidth = 1.2 / zoom;
    pen.strokeStyle = palette.ink3;
    pen.stroke();
    pen.setLineDash([]);
    text(pen, cluster, {
      x: box.minX + 12,
      y: box.minY - 8 / zoom,
      px: 12,
      zoom,
      weight: 600,
      colour: palette.ink3,
      align: 'left',
      font: palette.font,
    });
  }
  for (const hull of scene.hulls) if (overlaps(hull.box, view)) drawHull(pen, hull, scene, palette);
}

function drawHull(pen: Pen, hull: SceneHull, scene: Scene, palette: Palette): void {
  const { box } = hull;
  pen.globalAlpha = hull.faded ? 0.5 : 1;
  pen.beginPath();
  pen.roundRect(box.minX, box.minY, box.maxX - box.minX, box.maxY - box.minY, 18);
  pen.fillStyle = palette.hull;
  pen.fill();
  pen.lineWidth = 1 / scene.zoom;
  pen.strokeStyle = palette.hullLine;
  pen.stroke();
  pen.globalAlpha = 1;
}

/** Titles lie over the edges, or a busy namespace could not be read. */
function drawTitles({ pen, scene, palette, view }: Drawing): void {
  const { zoom } = scene;
  const px = Math.max(11, Math.min(13, 12.5 * zoom));
  for (const hull of scene.hulls) {
    if (!overlaps(hull.box, view) || (hull.box.maxX - hull.box.minX) * zoom < 60) continue;
    const [x, y] = [hull.box.minX + 12 / zoom, hull.box.minY + (px + 6) / zoom];
    const attention = hull.failing > 0 ? `${hull.failing} failing` : hull.degraded > 0 ? `${hull.degraded} degraded` : '';
    pen.globalAlpha = hull.faded ? 0.5 : 1;
    const style = { px, zoom, align: 'left' as const, font: palette.font };
    text(pen, hull.title, { ...style, x, y, weight: 600, colour: palette.ink2 });
    if (attention) {
      const tone = palette.tones[hull.failing > 0 ? 'failing' : 'degraded'];
      text(pen, attention, { ...style, x: x + (textWidth(hull.title, px * 1.06) + 8) / zoom, y, weight: 500, colour: tone.text });
    }
    pen.globalAlpha = 1;
  }
}

interface TextStyle {
  x: number;
  y: number;
  px: number;
  zoom: number;
  weight: number;
  colour: string;
  align: CanvasTextAlign;
  font: string;
  /** Colour of a soft outline that parts the text from what runs behind it. */
  halo?: string;
}

function text(pen: Pen, words: string, style: TextStyle): void {
  pen.font = `${style.weight} ${style.px / style.zoom}px ${style.font}`;
  pen.textAlign = style.align;
  pen.textBaseline = 'alphabetic';
  if (style.halo) {
    pen.lineJoin = 'round';
    pen.lineWidth = 3.5 / style.zoom;
    pen.strokeStyle = style.halo;
    pen.strokeText(words, style.x, style.y);
  }
  pen.fillStyle = style.colour;
  pen.fillText(words, style.x, style.y);
}

function drawNode(node: SceneNode, drawing: Drawing): void {
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
  if (node.shape !== 'stack' && radius * scene.zoom > 7) drawIcon(node, tone, pen);
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

function drawNames(nodes: readonly SceneNode[], { pen, scene, palette }: Drawing): void {
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
    text(pen, node.name, {
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
  text(pen, shorten(node.name, chars(px)), { ...style, y, px, weight: 600, colour: loud ? colour : palette.ink });
  if (!both) return;
  const short = node.detail.length <= chars(px * 0.86) ? node.detail : node.detail.replace(/ of \d+/u, '').replace(/ workloads?/u, '');
  text(pen, short, { ...style, y: y + (px * 1.28) / zoom, px: px * 0.86, weight: 450, colour: loud ? colour : palette.ink3 });
}

function drawLabels(edges: readonly SceneEdge[], { pen, scene, palette, view }: Drawing): void {
  const { zoom } = scene;
  const px = scene.textPx * 0.9;
  const size = px / zoom;
  for (const { label, faded } of edges) {
    if (!label || !overlaps({ minX: label.at.x, maxX: label.at.x, minY: label.at.y, maxY: label.at.y }, view)) continue;
    const loud = label.tone === 'failing' || label.tone === 'degraded';
    const tone = palette.tones[label.tone];
    const wide = textWidth(label.text, size) * 0.96;
    const lock = label.mark ? size * 1.05 : 0;
    const half = (wide + lock) / 2 + size * 0.4;
    pen.globalAlpha = faded ? FADED : 1;
    pen.beginPath();
    pen.roundRect(label.at.x - half, label.at.y - size * 0.78, half * 2, size * 1.56, size * 0.45);
    pen.fillStyle = loud ? tone.fill : palette.bg;
    pen.fill();
    if (label.mark) drawLock(pen, label.at.x - (label.text ? (wide + lock) / 2 : size * 0.32), label.at.y, size, label.mark, palette);
    if (label.text)
      text(pen, label.text, {
        x: label.at.x + lock / 2,
        y: label.at.y + size * 0.36,
        px,
        zoom,
        weight: loud ? 600 : 450,
        colour: loud ? tone.text : palette.ink2,
        align: 'center',
        font: palette.font,
      });
  }
  pen.globalAlpha = 1;
}

/** A small padlock whose left edge is at x; open and amber where only a part is encrypted. */
function drawLock(pen: Pen, x: number, y: number, size: number, mark: 'lock' | 'open', palette: Palette): void {
  const [width, height] = [size * 0.64, size * 0.46];
  const left = x;
  pen.strokeStyle = mark === 'lock' ? palette.encrypted : palette.degraded;
  pen.fillStyle = pen.strokeStyle;
  pen.lineWidth = size * 0.13;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.roundRect(left, y - size * 0.08, width, height, size * 0.1);
  pen.fill();
  pen.beginPath();
  const [middle, radius] = [left + width / 2, size * 0.19];
  pen.arc(middle, y - size * 0.16, radius, Math.PI, mark === 'lock' ? 0 : Math.PI * 1.75);
  pen.moveTo(middle - radius, y - size * 0.16);
  pen.lineTo(middle - radius, y - size * 0.04);
  if (mark === 'lock') {
    pen.moveTo(middle + radius, y - size * 0.16);
    pen.lineTo(middle + radius, y - size * 0.04);
  }
  pen.stroke();
}

/** Everything, back to front. */
export function drawScene(drawing: Drawing): void {
  const { scene, view } = drawing;
  const margin = 40 / scene.zoom;
  const roomy = { minX: view.minX - margin, minY: view.minY - margin, maxX: view.maxX + margin, maxY: view.maxY + margin };
  const nodes = scene.nodes.filter(({ x, y, radius }) =>
    overlaps({ minX: x - radius, maxX: x + radius, minY: y - radius, maxY: y + radius }, roomy),
  );
  drawHulls(drawing);
  drawEdges(drawing);
  drawTitles(drawing);
  for (const node of nodes) drawNode(node, drawing);
  drawNames(nodes, drawing);
  drawLabels(scene.edges, drawing);
}

export interface Focus {
  /** Nodes and edges drawn above the rest. */
  bright: ReadonlySet<string>;
  selected: string | null;
  /** Where the marks that show the direction of traffic are, in pixels along the edge; null without motion. */
  flowPx: number | null;
}

/** The hovered or selected path, over the dimmed rest. */
export function drawFocus(drawing: Drawing, focus: Focus): void {
  const { pen, scene, palette } = drawing;
  const edges = scene.edges
    .filter(({ id }) => focus.bright.has(id))
    .map((edge) => ({ ...edge, faded: false, widthPx: edge.widthPx + 0.6 }));
  const nodes = scene.nodes.filter(({ id }) => focus.bright.has(id)).map((node) => ({ ...node, faded: false, named: true }));
  const part: Drawing = { ...drawing, scene: { ...scene, edges, nodes, hulls: [], lanes: [] } };
  const chosen = edges.find(({ id }) => id === focus.selected);
  if (chosen) strokeWide(pen, chosen, scene.zoom, palette.accent);
  drawEdges(part);
  if (focus.flowPx !== null) drawFlow(pen, edges, scene.zoom, { flowPx: focus.flowPx, colour: palette.surface });
  for (const node of nodes) {
    if (node.id === focus.selected) ring(node, drawing);
    drawNode(node, part);
  }
  drawNames(nodes, part);
  drawLabels(edges, part);
}

function strokeWide(pen: Pen, edge: SceneEdge, zoom: number, colour: string): void {
  const path = new Path2D();
  trace(path, edge.curve);
  pen.globalAlpha = 0.3;
  pen.lineCap = 'round';
  pen.lineWidth = (edge.widthPx + 7) / zoom;
  pen.strokeStyle = colour;
  pen.stroke(path);
  pen.globalAlpha = 1;
}

/** Edges beyond this many stand still: on a hub the motion would say nothing. */
const MAX_FLOWING = 60;

function drawFlow(pen: Pen, edges: readonly SceneEdge[], zoom: number, { flowPx, colour }: { flowPx: number; colour: string }): void {
  const moving = edges.filter(({ tone }) => tone !== 'idle');
  if (moving.length > MAX_FLOWING) return;
  pen.strokeStyle = colour;
  pen.lineCap = 'round';
  pen.globalAlpha = 0.9;
  pen.setLineDash([1 / zoom, 17 / zoom]);
  pen.lineDashOffset = -flowPx / zoom;
  for (const edge of moving) {
    const path = new Path2D();
    trace(path, edge.curve);
    pen.lineWidth = Math.max(1.4, edge.widthPx * 0.6) / zoom;
    pen.stroke(path);
  }
  pen.setLineDash([]);
  pen.lineDashOffset = 0;
  pen.globalAlpha = 1;
}

function ring(node: SceneNode, { pen, scene, palette }: Drawing): void {
  pen.beginPath();
  shapePath(pen, node, 5 / scene.zoom);
  pen.lineWidth = 2.5 / scene.zoom;
  pen.strokeStyle = palette.accent;
  pen.stroke();
}
