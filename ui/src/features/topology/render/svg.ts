/** The scene as an SVG file: the same shapes, colours and labels as on the canvas, as text that can be searched. */
import type { Scene, SceneEdge, SceneNode } from '../model/scene-types.js';
import { textWidth } from '../model/text-fit.js';
import { arrowPoints } from './draw-edges.js';
import { ICONS } from './icons.js';
import type { Palette } from './theme.js';

const round = (value: number) => Number(value.toFixed(1));
const escape = (text: string) =>
  text.replace(/[&<>"]/gu, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);

function polygon(points: [number, number][]): string {
  return `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}Z`;
}

function rounded(x: number, y: number, halfWidth: number, halfHeight: number, radius: number): string {
  const [w, h, r] = [halfWidth, halfHeight, radius].map(round) as [number, number, number];
  return `M${round(x - w + r)} ${round(y - h)}h${2 * (w - r)}a${r} ${r} 0 0 1 ${r} ${r}v${2 * (h - r)}a${r} ${r} 0 0 1 ${-r} ${r}h${-2 * (w - r)}a${r} ${r} 0 0 1 ${-r} ${-r}v${-2 * (h - r)}a${r} ${r} 0 0 1 ${r} ${-r}z`;
}

function outline(node: SceneNode): string {
  const { shape, x, y, radius: r } = node;
  switch (shape) {
    case 'square':
      return rounded(x, y, r, r, r * 0.42);
    case 'stack':
      return rounded(x, y, node.halfWidth, node.halfHeight, Math.min(node.halfWidth, node.halfHeight) * 0.32);
    case 'circle':
      return rounded(x, y, r, r, r);
    case 'diamond':
      return polygon([
        [x, y - r * 1.14],
        [x + r * 1.14, y],
        [x, y + r * 1.14],
        [x - r * 1.14, y],
      ]);
    case 'hexagon':
      return polygon([
        [x - r * 0.56, y - r],
        [x + r * 0.56, y - r],
        [x + r * 1.13, y],
        [x + r * 0.56, y + r],
        [x - r * 0.56, y + r],
        [x - r * 1.13, y],
      ]);
    case 'gateway':
      return polygon([
        [x - r, y - r],
        [x + r * 0.5, y - r],
        [x + r * 1.14, y],
        [x + r * 0.5, y + r],
        [x - r, y + r],
      ]);
  }
}

function edgeSvg(edge: SceneEdge, zoom: number, palette: Palette): string {
  const { line } = palette.tones[edge.tone];
  const c = edge.curve.map(round);
  const dash = { solid: '', dashed: '7 4', dotted: '1.5 4.5' }[edge.dash];
  const scaled = dash
    .split(' ')
    .map((part) => round(Number(part) / zoom))
    .join(' ');
  const a = arrowPoints(edge, zoom).map(round);
  const look = `stroke="${line}" stroke-width="${round(edge.widthPx / zoom)}" fill="none"${dash ? ` stroke-dasharray="${scaled}"` : ''}`;
  return `<g opacity="${edge.faded ? 0.16 : 0.9}"><path d="M${c[0]} ${c[1]}C${c[2]} ${c[3]} ${c[4]} ${c[5]} ${c[6]} ${c[7]}" ${look}/><path d="M${a[0]} ${a[1]}L${a[2]} ${a[3]}L${a[4]} ${a[5]}Z" fill="${line}"/></g>`;
}

/** Square with a cross, or triangle: health is never colour alone. */
function markSvg(node: SceneNode, zoom: number, palette: Palette): string {
  if (node.mark !== 'failing' && node.mark !== 'degraded') return '';
  const [x, y, size] = [node.x + node.halfWidth * 0.92, node.y - node.halfHeight * 0.92, 6.5 / zoom];
  const edge = `stroke="${palette.surface}" stroke-width="${round(2 / zoom)}"`;
  if (node.mark === 'degraded') {
    const corners: [number, number][] = [
      [x, y - size * 1.1],
      [x + size * 1.2, y + size],
      [x - size * 1.2, y + size],
    ];
    return `<path d="${polygon(corners)}" fill="${palette.degraded}" ${edge}><title>degraded</title></path>`;
  }
  const arm = round(size * 0.42);
  const cross = `M${round(x - arm)} ${round(y - arm)}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`;
  return (
    `<path d="${rounded(x, y, size, size, size * 0.35)}" fill="${palette.failing}" ${edge}><title>failing</title></path>` +
    `<path d="${cross}" ${edge} stroke-linecap="round"/>`
  );
}

function nodeSvg(node: SceneNode, scene: Scene, palette: Palette): string {
  const tone = palette.tones[node.tone];
  const { zoom, textPx } = scene;
  const icon = node.radius * 1.04;
  const parts = [
    `<path d="${outline(node)}" fill="${tone.fill}" stroke="${tone.line}" stroke-width="${round(1.5 / zoom)}"${node.dashed ? ' stroke-dasharray="4 3"' : ''}/>`,
    `<path transform="translate(${round(node.x - icon / 2)} ${round(node.y - icon / 2)}) scale(${(icon / 24).toFixed(3)})" d="${ICONS[node.icon]}" fill="none" stroke="${tone.text}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/>`,
  ];
  parts.push(markSvg(node, zoom, palette));
  const card = node.shape === 'stack';
  if (card) parts.splice(1, 1);
  const y = card ? node.y + (textPx * 0.36) / zoom : node.y + node.radius + (textPx * 1.25) / zoom;
  if (node.named)
    parts.push(
      `<text x="${round(node.x)}" y="${round(y)}" text-anchor="middle" font-size="${round(textPx / zoom)}" font-weight="500" fill="${palette.ink}">${escape(node.name)}</text>`,
    );
  return `<g opacity="${node.faded ? 0.3 : 1}">${parts.join('')}</g>`;
}

function labelSvg({ label, faded }: SceneEdge, scene: Scene, palette: Palette): string {
  if (!label || label.text === '' || faded) return '';
  const size = (scene.textPx * 0.9) / scene.zoom;
  const half = textWidth(label.text, size) / 2 + size * 0.3;
  const loud = label.tone === 'failing' || label.tone === 'degraded';
  const tone = palette.tones[label.tone];
  return `<path d="${rounded(label.at.x, label.at.y, half, size * 0.78, size * 0.4)}" fill="${loud ? tone.fill : palette.bg}"/><text x="${round(label.at.x)}" y="${round(label.at.y + size * 0.36)}" text-anchor="middle" font-size="${round(size)}" fill="${loud ? tone.text : palette.ink2}">${escape(label.text)}</text>`;
}

export function sceneSvg(scene: Scene, palette: Palette, title: string): string {
  const { box } = scene;
  const [width, height] = [round(box.maxX - box.minX), round(box.maxY - box.minY)];
  const hulls = scene.hulls.map(
    ({ box: hull, title: name }) =>
      `<rect x="${round(hull.minX)}" y="${round(hull.minY)}" width="${round(hull.maxX - hull.minX)}" height="${round(hull.maxY - hull.minY)}" rx="18" fill="${palette.hull}" stroke="${palette.hullLine}"/>` +
      `<text x="${round(hull.minX + 12)}" y="${round(hull.minY + 20)}" font-size="12.5" font-weight="600" fill="${palette.ink2}">${escape(name)}</text>`,
  );
  const parts = [
    ...hulls,
    ...scene.edges.map((edge) => edgeSvg(edge, scene.zoom, palette)),
    ...scene.nodes.map((node) => nodeSvg(node, scene, palette)),
    ...scene.edges.map((edge) => labelSvg(edge, scene, palette)),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${round(box.minX)} ${round(box.minY)} ${width} ${height}" width="${width}" height="${height}" font-family="Inter, system-ui, sans-serif">` +
    `<title>${escape(title)}</title><rect x="${round(box.minX)}" y="${round(box.minY)}" width="${width}" height="${height}" fill="${palette.bg}"/>${parts.join('\n')}</svg>\n`
  );
}
