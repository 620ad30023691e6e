/** Draws a scene on a canvas whose transform maps world pixels to device pixels, back to front. */
import { overlaps } from '../model/geometry.js';
import type { Scene, SceneHull } from '../model/scene-types.js';
import { textWidth } from '../model/text-fit.js';
import { drawBand, drawEdges, drawFlow, drawLabels } from './draw-edges.js';
import { drawNames, drawNode, drawRing } from './draw-nodes.js';
import { setText, type Drawing, type Pen } from './pen.js';
import type { Palette } from './theme.js';

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
    setText(pen, cluster, {
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
    pen.globalAlpha = hull.faded ? 0.5 : 1;
    const style = { px, zoom, align: 'left' as const, font: palette.font };
    setText(pen, hull.title, { ...style, x, y, weight: 600, colour: palette.ink2 });
    const after = x + pen.measureText(hull.title).width + 8 / zoom;
    // The nodes have their marks: where the hull is too narrow for the count, nothing is lost.
    if (hull.attention !== '' && after + textWidth(hull.attention, px) / zoom < hull.box.maxX) {
      setText(pen, hull.attention, { ...style, x: after, y, weight: 500, colour: palette.tones[hull.tone].text });
    }
    pen.globalAlpha = 1;
  }
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
  if (chosen) drawBand(pen, chosen, scene.zoom, palette.accent);
  drawEdges(part);
  if (focus.flowPx !== null) drawFlow(pen, edges, scene.zoom, { flowPx: focus.flowPx, colour: palette.surface });
  for (const node of nodes) {
    if (node.id === focus.selected) drawRing(node, drawing);
    drawNode(node, part);
  }
  drawNames(nodes, part);
  drawLabels(edges, part);
}
