/** Edges with their arrows and labels. One path for all edges of one look: strokes are what a machine without a GPU pays for. */
import { curveBox, overlaps, type Curve } from '../model/geometry.js';
import type { SceneEdge, Tone } from '../model/scene-types.js';
import { textWidth } from '../model/text-fit.js';
import { FADED, setText, type Drawing, type Pen } from './pen.js';
import type { Palette } from './theme.js';

const DASHES: Record<SceneEdge['dash'], number[]> = { solid: [], dashed: [7, 4], dotted: [1.5, 4.5] };

function trace(path: Path2D, curve: Curve): void {
  path.moveTo(curve[0], curve[1]);
  path.bezierCurveTo(curve[2], curve[3], curve[4], curve[5], curve[6], curve[7]);
}

/** Length and half width of an arrow head, in screen pixels. */
function arrowSize(widthPx: number): [number, number] {
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

export function drawEdges({ pen, scene, palette, view }: Drawing): void {
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

export function drawLabels(edges: readonly SceneEdge[], { pen, scene, palette, view }: Drawing): void {
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
      setText(pen, label.text, {
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

/** The selected edge: a band of the accent colour behind it. */
export function drawBand(pen: Pen, edge: SceneEdge, zoom: number, colour: string): void {
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

/** Light marks that run along the edges in focus, from caller to callee. */
export function drawFlow(
  pen: Pen,
  edges: readonly SceneEdge[],
  zoom: number,
  { flowPx, colour }: { flowPx: number; colour: string },
): void {
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
