/**
 * What is drawn, where and how loud? Nodes and edges of a view become a draw list in world pixels that a canvas and an
 * SVG file draw alike. Health is fill and mark, traffic is size and width by logarithm, errors are the colour of an
 * edge, encryption is its dash (UI specification, "The map"). Invariant: a lock stands only where all is encrypted.
 */
import { counted } from '../../../lib/format.js';
import { boxOf, curveBox, distanceToCurve, edgeCurve, pointAt, type Box, type Curve, type Point } from './geometry.js';
import { edgeLabel, type LabelMode } from './edge-label.js';
import {
  hasErrors,
  namespaceKey,
  namespaceNodeId,
  type MapEdge,
  type MapNode,
  type MapView,
  type NamespaceExtent,
} from './level-of-detail.js';
import { HULL_PADDING_PX } from './placement.js';
import { Room, shorten, textWidth } from './text-fit.js';

export type Shape = 'square' | 'hexagon' | 'circle' | 'diamond' | 'gateway' | 'stack';
export type IconName = 'workload' | 'app' | 'service' | 'gateway' | 'waypoint' | 'tunnel' | 'external' | 'unknown' | 'namespace';
/** What a colour means; the theme says which it is. */
export type Tone =
  | 'quiet'
  | 'idle'
  | 'degraded'
  | 'failing'
  | 'unknown'
  | 'accent'
  | 'added'
  | 'removed'
  | 'changed'
  | 'encrypted'
  | 'scale0'
  | 'scale1'
  | 'scale2'
  | 'scale3'
  | 'scale4'
  | 'istio'
  | 'ambient'
  | 'linkerd';

export interface SceneNode {
  id: string;
  x: number;
  y: number;
  radius: number;
  halfWidth: number;
  halfHeight: number;
  shape: Shape;
  icon: IconName;
  tone: Tone;
  /** A small sign beside the node, so that health is never colour alone. */
  mark: 'failing' | 'degraded' | 'unknown' | null;
  dashed: boolean;
  faded: boolean;
  name: string;
  /** Whether the name found room, and a second line. */
  named: boolean;
  detail: string;
}

export interface SceneEdge {
  id: string;
  source: string;
  target: string;
  curve: Curve;
  /** Screen pixels at this zoom. */
  widthPx: number;
  tone: Tone;
  dash: 'solid' | 'dashed' | 'dotted';
  faded: boolean;
  label: { text: string; short: string; tone: Tone; mark: 'lock' | 'open' | null; at: Point } | null;
}

export interface SceneHull {
  key: string;
  title: string;
  box: Box;
  failing: number;
  degraded: number;
  faded: boolean;
}

export interface Scene {
  zoom: number;
  /** Screen pixels of names. */
  textPx: number;
  nodes: SceneNode[];
  edges: SceneEdge[];
  hulls: SceneHull[];
  lanes: { cluster: string; box: Box }[];
  box: Box;
}

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

function sceneNode(node: MapNode, at: Point, options: SceneOptions, area: Box | undefined): SceneNode {
  const { failing, degraded } = node;
  const look = shapeOf(node);
  const mark =
    failing > 0 ? 'failing' : degraded > 0 ? 'degraded' : node.health === 'unknown' && node.node?.kind === 'workload' ? 'unknown' : null;
  return {
    id: node.id,
    x: at.x,
    y: at.y,
    ...sizeOf(node, look.shape, options, area),
    ...look,
    tone: options.tones ? (options.tones.node(node) ?? 'quiet') : healthTone(node),
    mark,
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

/** Room before an arrow and between lanes: more of the world when seen from afar. */
const edgeGap = (zoom: number) => 7 / Math.min(1, Math.max(zoom, 0.4));

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
    label: text === '' && mark === null ? null : { text, short, tone: health, mark, at: pointAt(curve, 0.5) },
  };
}

const LOUD: Record<string, number> = { failing: 3, degraded: 2 };

/** Names first, as an edge without its label is still an edge; each group by importance. */
function fitTexts(scene: Scene): void {
  const { zoom, textPx } = scene;
  const size = textPx / zoom;
  const room = new Room(120 / zoom);
  for (const { x, y, halfWidth, halfHeight } of scene.nodes)
    room.occupy({ minX: x - halfWidth, minY: y - halfHeight, maxX: x + halfWidth, maxY: y + halfHeight });
  for (const { box, title } of scene.hulls)
    room.occupy({ minX: box.minX, minY: box.minY, maxX: box.minX + textWidth(title, size * 1.3), maxY: box.minY + size * 1.8 });
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

function hullsOf(view: MapView, options: SceneOptions, nodes: readonly SceneNode[]): SceneHull[] {
  if (!options.grouped) return [];
  const members = new Map<string, MapNode[]>();
  const faded = new Map(nodes.map((node) => [node.id, node.faded]));
  for (const node of view.nodes) {
    if (node.kind === 'namespace' || node.namespace === '') continue;
    const known = members.get(namespaceKey(node));
    if (known) known.push(node);
    else members.set(namespaceKey(node), [node]);
  }
  const hulls: SceneHull[] = [];
  for (const { key, ...extent } of options.extents) {
    const list = members.get(key);
    if (!list || !options.open.has(key)) continue;
    hulls.push({
      key,
      title: list[0]?.namespace ?? '',
      box: { ...extent, maxY: extent.maxY + 8 },
      failing: list.filter(({ health }) => health === 'failing').length,
      degraded: list.filter(({ health }) => health === 'degraded').length,
      faded: list.every(({ id }) => faded.get(id) === true),
    });
  }
  return hulls;
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

/** A quiet figure in the middle of nowhere says little: among many edges only those with both ends near it are labelled. */
const MAX_LABELLED_PX = 380;
const MANY_EDGES = 150;

function dropFarLabels(edges: readonly SceneEdge[], zoom: number): void {
  if (edges.length < MANY_EDGES) return;
  for (const edge of edges) {
    const length = Math.hypot(edge.curve[6] - edge.curve[0], edge.curve[7] - edge.curve[1]) * zoom;
    if (length > MAX_LABELLED_PX && edge.label?.short === '') edge.label = null;
  }
}

const union = (a: Box, b: Box): Box => ({
  minX: Math.min(a.minX, b.minX),
  minY: Math.min(a.minY, b.minY),
  maxX: Math.max(a.maxX, b.maxX),
  maxY: Math.max(a.maxY, b.maxY),
});

function lanesOf(view: MapView, options: SceneOptions): Scene['lanes'] {
  const boxes = new Map<string, Box>();
  for (const { key, ...extent } of options.extents) {
    if (key.includes('/ ')) continue;
    const cluster = key.slice(0, key.lastIndexOf('/'));
    const known = boxes.get(cluster);
    boxes.set(cluster, known ? union(known, extent) : extent);
  }
  if (boxes.size < 2 || view.nodes.length === 0) return [];
  const pad = HULL_PADDING_PX * 0.7;
  return Array.from(boxes, ([cluster, box]) => ({
    cluster,
    box: { minX: box.minX - pad, minY: box.minY - pad, maxX: box.maxX + pad, maxY: box.maxY + pad },
  }));
}

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
