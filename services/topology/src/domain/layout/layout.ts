/**
 * Where is each node on the map, from nothing? Nodes in columns within their namespace, namespaces in columns within their
 * cluster, clusters in lanes below each other; rows are ordered by sweeps of barycenters over the whole (Sugiyama, without
 * dummy vertices: edges are drawn as curves and may pass behind).
 * Invariant: deterministic; hulls of namespaces do not overlap; no two nodes share a place.
 */
import { COLUMN, HULL_GAP, HULL_PAD, HULL_TITLE, LANE_GAP, ROW, type Place } from './geometry.js';
import { columnsOf, wrapped, type Arc } from './layers.js';

export interface LayoutNode {
  readonly id: string;
  readonly block: string;
}
export interface LayoutEdge {
  readonly source: string;
  readonly target: string;
  readonly weight: number;
}

/** One namespace: `columns` hold indexes of nodes; x and y are those of its top left node. */
interface Block {
  readonly name: string;
  columns: number[][];
  rows: number;
  x: number;
  y: number;
}

interface Scene {
  readonly nodes: readonly LayoutNode[];
  readonly links: readonly (readonly { other: number; weight: number }[])[];
  readonly y: Float64Array;
}

const SWEEPS = 6;
/** Width of a block or a lane over its height, about that of a screen. */
const ASPECT = 1.6;

/** The places of nodes of one cluster or more, from the top left corner (0, `top`). */
export function layoutFromScratch(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], top = 0): Map<string, Place> {
  const sorted = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const index = new Map(sorted.map(({ id }, at) => [id, at]));
  const arcs = edges.flatMap(({ source, target, weight }): Arc[] => {
    const [from, to] = [index.get(source), index.get(target)];
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, weight }];
  });
  const scene = { nodes: sorted, links: linksOf(sorted.length, arcs), y: new Float64Array(sorted.length) };
  const places = new Map<string, Place>();
  let laneTop = top;
  for (const members of lanesOf(sorted)) {
    const lane = layoutLane(scene, members, arcs);
    laneTop = writePlaces(scene, lane, laneTop, places) + LANE_GAP;
  }
  return places;
}

function linksOf(count: number, arcs: readonly Arc[]): { other: number; weight: number }[][] {
  const links: { other: number; weight: number }[][] = Array.from({ length: count }, () => []);
  for (const { from, to, weight } of arcs) {
    (links[from] as { other: number; weight: number }[]).push({ other: to, weight });
    (links[to] as { other: number; weight: number }[]).push({ other: from, weight });
  }
  return links;
}

/** Block names by cluster, each with the indexes of its nodes. */
function lanesOf(nodes: readonly LayoutNode[]): Map<string, number[]>[] {
  const lanes = new Map<string, Map<string, number[]>>();
  nodes.forEach(({ block }, at) => {
    const cluster = block.slice(0, block.indexOf('/'));
    const lane = lanes.get(cluster) ?? new Map<string, number[]>();
    lane.set(block, [...(lane.get(block) ?? []), at]);
    lanes.set(cluster, lane);
  });
  return [...lanes.keys()].sort().map((cluster) => lanes.get(cluster) as Map<string, number[]>);
}

/** The blocks of a lane in columns, each block with its nodes in columns, ordered to keep edges short. Returns all blocks. */
function layoutLane(scene: Scene, members: ReadonlyMap<string, readonly number[]>, arcs: readonly Arc[]): Block[] {
  const names = [...members.keys()].sort();
  const blocks = names.map((name) => blockOf(name, members.get(name) as number[], arcs));
  const blockIndex = new Map<number, number>();
  names.forEach((name, at) => (members.get(name) as number[]).forEach((node) => blockIndex.set(node, at)));
  const between = blockArcs(arcs, blockIndex);
  const talking = new Set(between.flatMap(({ from, to }) => [from, to]));
  const wanted = Math.max(1, Math.ceil(Math.sqrt(talking.size) * ASPECT));
  const columns = columnsOf(blocks.length, between, wanted).map((column) => column.filter((at) => talking.has(at)));
  let lane = wrapTall(columns.filter(({ length }) => length > 0).map((column) => column.map((at) => blocks[at] as Block)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    stack(scene, lane);
    for (const column of lane) for (const block of column) orderBlock(scene, block);
    lane = lane.map((column) => orderColumn(scene, column));
  }
  const room = stack(scene, lane);
  shelve(
    scene,
    room,
    blocks.filter((_, at) => !talking.has(at)),
  );
  return blocks;
}

/** Namespaces that talk to no other stand in rows below those that do, out of the way of their edges. */
function shelve(scene: Scene, room: { width: number; height: number }, blocks: readonly Block[]): void {
  const area = blocks.reduce((sum, block) => sum + (widthOf(block) + HULL_GAP) * (heightOf(block) + HULL_GAP), 0);
  const width = Math.max(room.width, Math.sqrt(area * ASPECT), ...blocks.map(widthOf));
  let [x, top, bottom] = [0, room.height === 0 ? 0 : room.height + HULL_GAP, 0];
  for (const block of blocks) {
    if (x > 0 && x + widthOf(block) > width) [x, top] = [0, bottom + HULL_GAP];
    block.x = x + HULL_PAD;
    block.y = top + HULL_PAD + HULL_TITLE;
    writeRows(scene, block);
    x += widthOf(block) + HULL_GAP;
    bottom = Math.max(bottom, top + heightOf(block));
  }
}

function blockOf(name: string, members: readonly number[], arcs: readonly Arc[]): Block {
  const local = new Map(members.map((node, at) => [node, at]));
  const inner = arcs.flatMap(({ from, to, weight }): Arc[] => {
    const [a, b] = [local.get(from), local.get(to)];
    return a === undefined || b === undefined ? [] : [{ from: a, to: b, weight }];
  });
  // A row is half as high as a column is wide.
  const maxRows = Math.max(3, Math.ceil(Math.sqrt((members.length * COLUMN) / ROW / ASPECT)));
  const maxColumns = Math.max(1, Math.ceil(members.length / maxRows));
  const columns = wrapped(columnsOf(members.length, inner, Math.max(maxColumns, 3)), maxRows + 1);
  const nodes = columns.map((column) => column.map((at) => members[at] as number));
  return { name, columns: nodes, rows: Math.max(...nodes.map(({ length }) => length)), x: 0, y: 0 };
}

function blockArcs(arcs: readonly Arc[], blockIndex: ReadonlyMap<number, number>): Arc[] {
  const weights = new Map<string, Arc>();
  for (const { from, to, weight } of arcs) {
    const [a, b] = [blockIndex.get(from), blockIndex.get(to)];
    if (a === undefined || b === undefined || a === b) continue;
    const key = `${a} ${b}`;
    weights.set(key, { from: a, to: b, weight: (weights.get(key)?.weight ?? 0) + weight });
  }
  return [...weights.values()];
}

const widthOf = (block: Block): number => (block.columns.length - 1) * COLUMN + 2 * HULL_PAD;
const heightOf = (block: Block): number => (block.rows - 1) * ROW + 2 * HULL_PAD + HULL_TITLE;

/** Splits columns of blocks so that the lane is about as wide as a screen is. */
function wrapTall(columns: Block[][]): Block[][] {
  const area = columns.flat().reduce((sum, block) => sum + (widthOf(block) + HULL_GAP) * (heightOf(block) + HULL_GAP), 0);
  const limit = Math.max(Math.sqrt(area / ASPECT) * 1.1, ...columns.flat().map(heightOf));
  return columns.flatMap((column) => {
    const parts: Block[][] = [];
    let height = Infinity;
    for (const block of column) {
      height += heightOf(block) + HULL_GAP;
      if (height > limit + HULL_GAP) {
        parts.push([]);
        height = heightOf(block) + HULL_GAP;
      }
      (parts.at(-1) as Block[]).push(block);
    }
    return parts;
  });
}

/** Gives blocks and nodes their coordinates: columns side by side, each centred on the middle of the lane. */
function stack(scene: Scene, lane: readonly Block[][]): { width: number; height: number } {
  const heights = lane.map((column) => column.reduce((sum, block) => sum + heightOf(block) + HULL_GAP, -HULL_GAP));
  const height = Math.max(0, ...heights);
  let x = 0;
  lane.forEach((column, at) => {
    const width = Math.max(...column.map(widthOf));
    let y = snap((height - (heights[at] as number)) / 2);
    for (const block of column) {
      block.x = x + HULL_PAD + snap((width - widthOf(block)) / 2);
      block.y = y + HULL_PAD + HULL_TITLE;
      y += heightOf(block) + HULL_GAP;
      writeRows(scene, block);
    }
    x += width + HULL_GAP;
  });
  return { width: Math.max(0, x - HULL_GAP), height };
}

const snap = (value: number): number => Math.round(value * 4) / 4;

function writeRows(scene: Scene, block: Block): void {
  for (const column of block.columns) {
    const first = block.y + snap((block.rows - column.length) / 2) * ROW;
    column.forEach((node, row) => (scene.y[node] = first + row * ROW));
  }
}

/** Rows of each column by where their neighbours are. */
function orderBlock(scene: Scene, block: Block): void {
  for (const column of block.columns) {
    const wanted = new Map(column.map((node) => [node, barycenter(scene, [node])]));
    column.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number) || a - b);
  }
  writeRows(scene, block);
}

function orderColumn(scene: Scene, column: readonly Block[]): Block[] {
  if (column.length < 2) return [...column];
  const wanted = new Map(column.map((block) => [block, barycenter(scene, block.columns.flat(), block.name)]));
  return [...column].sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number) || (a.name < b.name ? -1 : 1));
}

/** Weighted mean of the neighbours' rows, of those outside `own` when given; without neighbours, where the nodes are. */
function barycenter(scene: Scene, members: readonly number[], own?: string): number {
  let [sum, weights, here] = [0, 0, 0];
  for (const node of members) {
    here += (scene.y[node] as number) / members.length;
    for (const { other, weight } of scene.links[node] as { other: number; weight: number }[]) {
      if (own !== undefined && (scene.nodes[other] as LayoutNode).block === own) continue;
      sum += (scene.y[other] as number) * weight;
      weights += weight;
    }
  }
  return weights === 0 ? here : sum / weights;
}

/** Returns the bottom of the lane. */
function writePlaces({ nodes, y }: Scene, lane: readonly Block[], top: number, places: Map<string, Place>): number {
  let bottom = top;
  for (const block of lane) {
    bottom = Math.max(bottom, top + block.y - HULL_PAD - HULL_TITLE + heightOf(block));
    block.columns.forEach((column, at) => {
      for (const node of column) {
        places.set((nodes[node] as LayoutNode).id, { x: block.x + at * COLUMN, y: top + (y[node] as number), block: block.name });
      }
    });
  }
  return bottom;
}
