/**
 * What is drawn, where and how loud? Nodes and edges of a view become a draw list in world pixels that a canvas and an
 * SVG file draw alike. Health is fill and mark, traffic is size and width by logarithm, errors are the colour of an
 * edge, encryption is its dash (UI specification, "The map"). Invariant: a lock stands only where all is encrypted.
 */
import { counted } from '../../../lib/format.js';
import { boxOf, edgeCurve, edgeGap, pointAt, union, type Box, type Point } from './geometry.js';
import { edgeLabel, type LabelMode } from './edge-label.js';
import { hasErrors, namespaceNodeId, type MapEdge, type MapNode, type MapView, type NamespaceExtent } from './level-of-detail.js';
import { HULL_PADDING_PX } from './placement.js';
import { hullsOf, lanesOf } from './scene-areas.js';
import { dropFarLabels, fitTexts } from './scene-labels.js';
import type { Scene, SceneEdge, SceneNode, Shape, Tone } from './scene-types.js';
import { shorten } from './text-fit.js';

export interface SceneOptions {
  zoom: number;
  windowSec: number;
  labels: LabelMode;
  locks: boolean;
  places: ReadonlyMap<string, Point>;
  extents: readonly NamespaceExtent[];
  /** Namespaces drawn as hulls around their nodes. */
  open: ReadonlySet<string>;
  grouped: boolean;
  /** Ids that stay bright; absent: all. */
  bright?: ReadonlySet<string> | undefined;
  /** What an overlay or a comparison says about a node or an edge, instead of health and errors. */
  tones?: { node: (node: MapNode) => Tone | undefined; edge: (edge: MapEdge) => Tone | undefined } | undefined;
}

/** Shares of failed requests at which an edge is coloured. */
export const WARN_SHARE = 0.01;
export const BAD_SHARE = 0.05;

const traffic = (item: { requestsPerSecond: number; bytesPerSecond: number }) =>
  Math.log10(1 + Math.max(item.requestsPerSecond, item.bytesPerSecond / 1000));

function shapeOf(node: MapNode): Pick<SceneNode, 'shape' | 'icon' | 'dashed'> {
  const role = node.node?.role;
  if (node.kind === 'namespace') return { shape: 'stack', icon: 'namespace', dashed: false };
  if (role === 'gateway' || role === 'egress') return { shape: 'gateway', icon: 'gateway', dashed: false };
  if (role === 'waypoint') return { shape: 'diamond', icon: 'waypoint', dashed: false };
  if (role === 'ztunnel') return { shape: 'diamond', icon: 'tunnel', dashed: false };
  if (role === 'passthrough' || role === 'blackhole' || node.kind === 'unknown') return { shape: 'circle', icon: 'unknown', dashed: true };
  if (node.kind === 'external' || node.kind === 'serviceEntry') return { shape: 'circle', icon: 'external', dashed: false };
  if (node.kind === 'service') return { shape: 'hexagon', icon: 'service', dashed: false };
  return { shape: 'square', icon: node.kind === 'app' ? 'app' : 'workload', dashed: false };
}

/** One sick workload of many is a blemish of its namespace, not an outage of it. */
const SICK_SHARE = 0.1;

function healthTone(node: MapNode): Tone {
  if (node.kind === 'namespace') {
    if (node.failing >= node.members * SICK_SHARE && node.failing > 0) return 'failing';
    const sick = node.failing > 0 || (node.degraded > 0 && node.degraded >= node.members * SICK_SHARE);
    return sick ? 'degraded' : node.idle ? 'idle' : 'quiet';
  }
  if (node.health === 'failing' || node.health === 'degraded') return node.health;
  return node.health === 'idle' || node.idle ? 'idle' : 'quiet';
}

/** Share of its namespace's area that a card takes: between cards the edges are seen. */
const CARD_SHARE = { width: 0.76, height: 0.56 };
const MAX_CARD_PX = { width: 190, height: 84 };

/** A namespace's card lies within its area, so that cards never overlap; seen from near it does not grow for ever. */
function sizeOf(
  node: MapNode,
  shape: Shape,
  { zoom }: SceneOptions,
  area: Box | undefined,
): Pick<SceneNode, 'radius' | 'halfWidth' | 'halfHeight'> {
  if (node.kind === 'namespace' && area) {
    const halfWidth = Math.min((area.maxX - area.minX) * CARD_SHARE.width, MAX_CARD_PX.width / zoom) / 2;
    const halfHeight = Math.min((area.maxY - area.minY) * CARD_SHARE.height, MAX_CARD_PX.height / zoom) / 2;
    return { radius: Math.min(halfWidth, halfHeight), halfWidth, halfHeight };
  }
  const radius = 19 + 3.4 * Math.min(3.5, traffic(node));
  const wide = shape === 'square' || shape === 'circle' ? 1 : 1.13;
  return { radius, halfWidth: radius * wide, halfHeight: radius };
}

function detailOf(node: MapNode): string {
  if (node.kind !== 'namespace') return '';
  if (node.failing > 0) return `${node.failing} of ${node.members} failing`;
  return node.degraded > 0 ? `${node.degraded} of ${node.members} degraded` : counted(node.members, 'workload');
}

function healthMark({ failing, degraded, health, node }: MapNode): SceneNode['mark'] {
  if (failing > 0) return 'failing';
  if (degraded > 0) return 'degraded';
  return health === 'unknown' && node?.kind === 'workload' ? 'unknown' : null;
}

/** The mark says what the colour says: under an overlay that is no longer health. */
const toneMark = (tone: Tone): SceneNode['mark'] => (tone === 'failing' || tone === 'degraded' || tone === 'unknown' ? tone : null);

function sceneNode(node: MapNode, at: Point, options: SceneOptions, area: Box | undefined): SceneNode {
  const look = shapeOf(node);
  const tone = options.tones ? (options.tones.node(node) ?? 'quiet') : healthTone(node);
  return {
    id: node.id,
    x: at.x,
    y: at.y,
    ...sizeOf(node, look.shape, options, area),
    ...look,
    tone,
    mark: options.tones ? toneMark(tone) : healthMark(node),
    faded: options.bright !== undefined && !options.bright.has(node.id),
    name: shorten(node.name, 26),
    named: false,
    detail: detailOf(node),
  };
}

function errorTone(edge: MapEdge, windowSec: number): Tone {
  const share = hasErrors(edge, windowSec) ? (edge.errorRatio ?? 0) : 0;
  if (share >= BAD_SHARE) return 'failing';
  if (share >= WARN_SHARE) return 'degraded';
  return edge.requestsPerSecond + edge.bytesPerSecond + edge.connectionsPerSecond === 0 ? 'idle' : 'quiet';
}

export function dashOf(edge: { mtlsRatio: number | null; mtlsPartial: boolean }): SceneEdge['dash'] {
  if (edge.mtlsPartial) return 'dashed';
  return edge.mtlsRatio === 1 ? 'solid' : 'dotted';
}

function lockOf(edge: MapEdge, locks: boolean): 'lock' | 'open' | null {
  if (edge.mtlsPartial) return 'open';
  return locks && edge.mtlsRatio === 1 ? 'lock' : null;
}

/** Edges of one pair of nodes run beside each other: 0, then ±1, ±2 … */
function laneOf(edge: MapEdge, lanes: Map<string, number>): number {
  const pair = edge.source < edge.target ? `${edge.source} ${edge.target}` : `${edge.target} ${edge.source}`;
  const used = lanes.get(pair) ?? 0;
  lanes.set(pair, used + 1);
  return used === 0 ? 0 : Math.ceil(used / 2) * (used % 2 === 1 ? 1 : -1);
}

function sceneEdge(edge: MapEdge, ends: [SceneNode, SceneNode], lane: number, options: SceneOptions): SceneEdge {
  const { zoom, bright, windowSec } = options;
  const scale = Math.max(0.45, Math.min(1.25, zoom));
  const health = errorTone(edge, windowSec);
  const { text, short } = edgeLabel(edge, options.labels, health === 'degraded' || health === 'failing');
  const mark = lockOf(edge, options.locks);
  const curve = edgeCurve({ source: ends[0], target: ends[1], lane, gap: edgeGap(zoom) });
  return {
    id: edge.id,
    source: edge.source,
    target: edge.target,
    curve,
    widthPx: (1.1 + 0.85 * Math.min(4.5, traffic(edge))) * scale,
    tone: options.tones ? (options.tones.edge(edge) ?? 'quiet') : health,
    dash: dashOf(edge),
    faded: bright !== undefined && !bright.has(edge.id),
    label: text === '' && mark === null ? null : { text, short, tone: options.tones ? 'quiet' : health, mark, at: pointAt(curve, 0.5) },
  };
}

/** Below this zoom nothing is named: the text would be smaller than people read. */
const MIN_NAMED_ZOOM = 0.28;
/** Below this zoom labels of edges are noise, but for shares of errors. */
const MIN_LABEL_ZOOM = 0.5;
/** Between a few cards there is room for labels at any zoom. */
const FEW_EDGES = 80;

export function buildScene(view: MapView, options: SceneOptions): Scene {
  const { zoom, places, extents } = options;
  const boxes = new Map(extents.map((extent) => [namespaceNodeId(extent.key), extent]));
  const nodes: SceneNode[] = [];
  for (const node of view.nodes) {
    const box = boxes.get(node.id);
    const at = places.get(node.id) ?? (box && { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 });
    if (at) nodes.push(sceneNode(node, at, options, box));
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const lanes = new Map<string, number>();
  const edges: SceneEdge[] = [];
  for (const edge of view.edges) {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (source && target) edges.push(sceneEdge(edge, [source, target], laneOf(edge, lanes), options));
  }
  const roomy = edges.length <= FEW_EDGES && view.nodes.some(({ kind }) => kind === 'namespace');
  if (zoom < MIN_LABEL_ZOOM && !roomy)
    for (const edge of edges) edge.label = edge.label?.short ? { ...edge.label, text: edge.label.short, mark: null } : null;
  dropFarLabels(edges, zoom);
  const hulls = hullsOf(view, options, nodes);
  const textPx = Math.max(10.5, Math.min(14, 12 * zoom));
  const scene: Scene = { zoom, textPx, nodes, edges, hulls, lanes: lanesOf(view, options), box: boxOf(nodes, HULL_PADDING_PX) };
  for (const { box } of hulls) scene.box = union(scene.box, box);
  if (zoom >= MIN_NAMED_ZOOM || view.nodes.some(({ kind }) => kind === 'namespace')) fitTexts(scene);
  return scene;
}
