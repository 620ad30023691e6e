/**
 * Where does each node stand? Where a person dragged it, else where the service's layout put it, else beside its
 * neighbours. Invariant: the same nodes, edges and positions give the same places, so that nothing jumps at a refresh
 * and two people see one map; a node that has a place keeps it whatever else comes or goes.
 */
import type { TopologyEdge, TopologyNode } from '@observatory/contracts';
import { namespaceKey, type NamespaceExtent } from './level-of-detail.js';
import { boxOf, type Point } from './geometry.js';

/** World pixels of one unit of the layout: columns are two units apart and hold edges with labels, rows hold a node and its name. */
export const UNIT_X_PX = 84;
export const UNIT_Y_PX = 102;
/** One column of the fallback, wide enough for edges with labels. */
const COLUMN = 2;
export const HULL_PADDING_PX = 58;
/** Above the topmost node, for the title of the hull; the layout leaves room for it. */
const HULL_TITLE_PX = 22;

export type Places = Map<string, Point>;

const cell = (x: number, y: number) => `${Math.round(x)}:${Math.round(y)}`;

/** The nearest free cell in layout units, ring by ring. */
function freeCell(taken: Set<string>, x: number, y: number): Point {
  const [midX, midY] = [Math.round(x), Math.round(y)];
  for (let ring = 0; ring < 200; ring += 1) {
    for (let dy = -ring; dy <= ring; dy += 1) {
      for (let dx = -ring; dx <= ring; dx += Math.abs(dy) === ring ? 1 : Math.max(1, 2 * ring)) {
        if (!taken.has(cell(midX + dx, midY + dy))) return { x: midX + dx, y: midY + dy };
      }
    }
  }
  return { x: midX, y: midY };
}

interface Neighbours {
  callers: string[];
  callees: string[];
}

function neighboursOf(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[]): Map<string, Neighbours> {
  const found = new Map<string, Neighbours>(nodes.map(({ id }) => [id, { callers: [], callees: [] }]));
  for (const { source, target } of edges) {
    found.get(source)?.callees.push(target);
    found.get(target)?.callers.push(source);
  }
  return found;
}

/** Columns by distance from what nobody calls; of a ring of calls the first by id begins. */
function depths(nodes: readonly TopologyNode[], neighbours: Map<string, Neighbours>): Map<string, number> {
  const ids = nodes.map(({ id }) => id).toSorted();
  const depth = new Map<string, number>();
  const roots = ids.filter((id) => neighbours.get(id)?.callers.length === 0);
  for (const start of [...roots, ...ids]) {
    if (depth.has(start)) continue;
    const queue = [start];
    depth.set(start, 0);
    for (let index = 0; index < queue.length; index += 1) {
      const id = queue[index] as string;
      for (const next of neighbours.get(id)?.callees ?? []) {
        if (depth.has(next) || !neighbours.has(next)) continue;
        depth.set(next, (depth.get(id) ?? 0) + 1);
        queue.push(next);
      }
    }
  }
  return depth;
}

interface Block {
  cells: Map<string, Point>;
  width: number;
  height: number;
  depth: number;
  key: string;
}

/** One namespace: columns by depth, at most so many rows that the block stays about as high as wide. */
function block(key: string, members: readonly TopologyNode[], depth: Map<string, number>): Block {
  const columns = new Map<number, TopologyNode[]>();
  for (const node of members) {
    const column = columns.get(depth.get(node.id) ?? 0) ?? [];
    column.push(node);
    columns.set(depth.get(node.id) ?? 0, column);
  }
  const rows = Math.max(3, Math.ceil(Math.sqrt(members.length * COLUMN)));
  const cells = new Map<string, Point>();
  let x = 0;
  let height = 0;
  for (const [, column] of [...columns].toSorted(([a], [b]) => a - b)) {
    column.sort((left, right) => (left.id < right.id ? -1 : 1));
    column.forEach((node, index) => cells.set(node.id, { x: x + Math.floor(index / rows) * COLUMN, y: index % rows }));
    height = Math.max(height, Math.min(rows, column.length));
    x += Math.ceil(column.length / rows) * COLUMN;
  }
  const total = members.reduce((sum, { id }) => sum + (depth.get(id) ?? 0), 0);
  return { cells, width: x, height, depth: total / members.length, key };
}

/** All of a graph without any position: namespaces as blocks on shelves, those that are called least first. */
function placeAll(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[]): Places {
  const depth = depths(nodes, neighboursOf(nodes, edges));
  const members = new Map<string, TopologyNode[]>();
  for (const node of nodes) members.set(namespaceKey(node), [...(members.get(namespaceKey(node)) ?? []), node]);
  const blocks = Array.from(members, ([key, list]) => block(key, list, depth));
  blocks.sort((left, right) => left.depth - right.depth || (left.key < right.key ? -1 : 1));
  const area = blocks.reduce((sum, { width, height }) => sum + (width + 2) * (height + 2), 0);
  const shelf = Math.max(8, Math.sqrt(area) * 1.4);
  const places: Places = new Map();
  let [x, y, rowHeight] = [0, 0, 0];
  for (const { cells, width, height } of blocks) {
    if (x > 0 && x + width > shelf) [x, y, rowHeight] = [0, y + rowHeight + 2, 0];
    for (const [id, at] of cells) places.set(id, { x: x + at.x, y: y + at.y });
    x += width + 1;
    rowHeight = Math.max(rowHeight, height);
  }
  return places;
}

/** Beside the mean of its placed neighbours: right of its callers, left of what it calls. */
function wanted(id: string, places: Places, neighbours: Map<string, Neighbours>): Point | undefined {
  const { callers, callees } = neighbours.get(id) ?? { callers: [], callees: [] };
  const spots: Point[] = [];
  for (const [ids, shift] of [
    [callers, COLUMN],
    [callees, -COLUMN],
  ] as const) {
    for (const other of ids) {
      const at = places.get(other);
      if (at) spots.push({ x: at.x + shift, y: at.y });
    }
  }
  if (spots.length === 0) return undefined;
  const mean = (pick: (at: Point) => number) => spots.reduce((sum, at) => sum + pick(at), 0) / spots.length;
  return { x: mean((at) => at.x), y: mean((at) => at.y) };
}

function placeRest(rest: readonly TopologyNode[], places: Places, edges: readonly TopologyEdge[], all: readonly TopologyNode[]): void {
  const neighbours = neighboursOf(all, edges);
  const taken = new Set(Array.from(places.values(), ({ x, y }) => cell(x, y)));
  const box = boxOf(places.values());
  const homes = new Map<string, Point[]>();
  for (const node of all) {
    const at = places.get(node.id);
    if (at) homes.set(namespaceKey(node), [...(homes.get(namespaceKey(node)) ?? []), at]);
  }
  for (const node of rest.toSorted((left, right) => (left.id < right.id ? -1 : 1))) {
    const home = homes.get(namespaceKey(node));
    const homeBox = home && boxOf(home);
    const spot =
      wanted(node.id, places, neighbours) ?? (homeBox ? { x: homeBox.minX, y: homeBox.maxY + 1 } : { x: box.minX, y: box.maxY + 2 });
    const at = freeCell(taken, spot.x, spot.y);
    taken.add(cell(at.x, at.y));
    places.set(node.id, at);
  }
}

/** Places in world pixels. `dragged` is in world pixels already. */
export function placeNodes(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[], dragged: ReadonlyMap<string, Point>): Places {
  let places: Places = new Map();
  for (const { id, position } of nodes) if (position) places.set(id, position);
  const rest = nodes.filter(({ id }) => !places.has(id));
  if (places.size === 0) places = placeAll(nodes, edges);
  else if (rest.length > 0) placeRest(rest, places, edges, nodes);
  const world: Places = new Map();
  for (const [id, { x, y }] of places) world.set(id, dragged.get(id) ?? { x: x * UNIT_X_PX, y: y * UNIT_Y_PX });
  return world;
}

/** The box of every namespace with room for names, in a steady order. */
export function namespaceExtents(nodes: readonly TopologyNode[], places: ReadonlyMap<string, Point>): NamespaceExtent[] {
  const points = new Map<string, Point[]>();
  for (const node of nodes) {
    const at = places.get(node.id);
    if (!at) continue;
    const known = points.get(namespaceKey(node));
    if (known) known.push(at);
    else points.set(namespaceKey(node), [at]);
  }
  const extents = Array.from(points, ([key, list]) => {
    const box = boxOf(list, HULL_PADDING_PX);
    return { key, members: list.length, ...box, minY: box.minY - HULL_TITLE_PX };
  });
  return extents.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}
