/**
 * Where is each node on the map, given where things were? Known nodes stay, a new node comes beside its neighbours within its
 * namespace's hull, a new namespace beside the namespaces that it talks to, a new cluster below the others.
 * Invariant: no known node that is still there moves, unless more than half of the graph is new: then all is laid out again.
 */
import { clusterOfBlock, collide, COLUMN, HULL_GAP, hullOf, LANE_GAP, ROW, union, type Box, type Place, type Places } from './geometry.js';
import { layoutFromScratch, type LayoutEdge, type LayoutNode } from './layout.js';

/** How far from the wanted place a free one is looked for, in columns and rows. */
const REACH_COLUMNS = 12;
const REACH_ROWS = 40;

interface Board {
  readonly places: Map<string, Place>;
  readonly hulls: Map<string, Box>;
  readonly neighbours: ReadonlyMap<string, readonly Neighbour[]>;
}
interface Neighbour {
  readonly id: string;
  readonly direction: 'from' | 'to';
}

/** All places: those of `nodes`, and those of `known` nodes that are away, which keep theirs. */
export function placeNodes(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], known: Places): Map<string, Place> {
  const fresh = nodes.filter(({ id, block }) => known.get(id)?.block !== block);
  if (fresh.length === 0) return new Map(known);
  if (fresh.length * 2 > nodes.length) return layoutFromScratch(nodes, edges);
  const board: Board = { places: new Map(known), hulls: new Map(), neighbours: neighboursOf(edges) };
  for (const { id } of fresh) board.places.delete(id);
  for (const [block, places] of Map.groupBy(board.places.values(), (place) => place.block)) board.hulls.set(block, hullOf(places));
  const byBlock = Map.groupBy(fresh, ({ block }) => block);
  for (const block of [...byBlock.keys()].sort()) {
    const members = (byBlock.get(block) as LayoutNode[]).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (!board.hulls.has(block)) placeBlock(board, block, layoutFromScratch(members, edges));
    else if (!members.every(({ id }) => placeOne(board, id, block))) return layoutFromScratch(nodes, edges);
  }
  return board.places;
}

function neighboursOf(edges: readonly LayoutEdge[]): Map<string, Neighbour[]> {
  const neighbours = new Map<string, Neighbour[]>();
  const add = (id: string, neighbour: Neighbour) => {
    const list = neighbours.get(id);
    if (list) list.push(neighbour);
    else neighbours.set(id, [neighbour]);
  };
  for (const { source, target } of edges) {
    add(source, { id: target, direction: 'to' });
    add(target, { id: source, direction: 'from' });
  }
  return neighbours;
}

/** False when there is no free place within reach. */
function placeOne(board: Board, id: string, block: string): boolean {
  const hull = board.hulls.get(block) as Box;
  const mates = [...board.places.values()].filter((place) => place.block === block);
  const wanted = wantedPlace(board, id, block, mates);
  const others = [...board.hulls].filter(([name]) => name !== block).map(([, box]) => box);
  const anchor = nearest(mates, wanted);
  let best: { place: Place; cost: number; hull: Box } | undefined;
  for (let column = -REACH_COLUMNS; column <= REACH_COLUMNS; column += 1) {
    for (let row = -REACH_ROWS; row <= REACH_ROWS; row += 1) {
      const place = { x: anchor.x + column * COLUMN, y: anchor.y + row * ROW, block };
      const grown = union(hull, hullOf([place]));
      // Growing the hull costs more than a longer way within it.
      const growth = grown.maxX - grown.minX + (grown.maxY - grown.minY) - (hull.maxX - hull.minX) - (hull.maxY - hull.minY);
      const cost = Math.abs(place.x - wanted.x) + Math.abs(place.y - wanted.y) + growth * 1.5;
      if (best !== undefined && cost >= best.cost) continue;
      if (mates.some((mate) => Math.abs(mate.x - place.x) < COLUMN - 1e-6 && Math.abs(mate.y - place.y) < ROW - 1e-6)) continue;
      if (growth > 0 && others.some((other) => collide(grown, other))) continue;
      best = { place, cost, hull: grown };
    }
  }
  if (!best) return false;
  board.places.set(id, best.place);
  board.hulls.set(block, best.hull);
  return true;
}

/** One column after those who call it, one before those whom it calls, at the height of both. */
function wantedPlace(board: Board, id: string, block: string, mates: readonly Place[]): { x: number; y: number } {
  const near = (board.neighbours.get(id) ?? []).flatMap((neighbour) => {
    const place = board.places.get(neighbour.id);
    return place ? [{ ...neighbour, place }] : [];
  });
  const hull = board.hulls.get(block) as Box;
  const within = near.filter(({ place }) => place.block === block);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const y = near.length === 0 ? Math.max(...mates.map((mate) => mate.y)) : mean(near.map(({ place }) => place.y));
  const x =
    within.length > 0
      ? mean(within.map(({ place, direction }) => place.x + (direction === 'from' ? COLUMN : -COLUMN)))
      : mean(mates.map((mate) => mate.x));
  return { x, y: Math.min(Math.max(y, hull.minY), hull.maxY) };
}

function nearest(places: readonly Place[], wanted: { x: number; y: number }): Place {
  const distance = (place: Place) => Math.abs(place.x - wanted.x) + Math.abs(place.y - wanted.y);
  return places.reduce((best, place) => (distance(place) < distance(best) ? place : best));
}

/** Moves a new namespace, laid out on its own, to free room: in its cluster's lane, else on its right, else below everything. */
function placeBlock(board: Board, block: string, own: ReadonlyMap<string, Place>): void {
  const box = hullOf(own.values());
  const all = [...board.hulls.values()];
  const lane = [...board.hulls].filter(([name]) => clusterOfBlock(name) === clusterOfBlock(block)).map(([, hull]) => hull);
  const corner =
    lane.length > 0 ? freeCorner(board, own, { box, lane, all }) : { x: 0, y: Math.max(0, ...all.map(({ maxY }) => maxY)) + LANE_GAP };
  const [dx, dy] = [corner.x - box.minX, corner.y - box.minY];
  const moved = [...own].map(([id, place]): [string, Place] => [id, { x: place.x + dx, y: place.y + dy, block }]);
  for (const [id, place] of moved) board.places.set(id, place);
  board.hulls.set(block, hullOf(moved.map(([, place]) => place)));
}

interface Room {
  readonly box: Box;
  readonly lane: readonly Box[];
  readonly all: readonly Box[];
}

function freeCorner(board: Board, own: ReadonlyMap<string, Place>, { box, lane, all }: Room): { x: number; y: number } {
  const whole = lane.reduce(union);
  const near = [...own.keys()]
    .flatMap((id) => board.neighbours.get(id) ?? [])
    .flatMap(({ id, direction }) => {
      const place = board.places.get(id);
      return place ? [{ x: place.x + (direction === 'from' ? COLUMN : -COLUMN), y: place.y }] : [];
    });
  const wanted = {
    x: near.length === 0 ? whole.maxX : near.reduce((sum, { x }) => sum + x, 0) / near.length,
    y: near.length === 0 ? whole.minY : near.reduce((sum, { y }) => sum + y, 0) / near.length,
  };
  const [width, height] = [box.maxX - box.minX, box.maxY - box.minY];
  const corners = lane.flatMap((hull) => [
    { x: hull.maxX + HULL_GAP, y: hull.minY },
    { x: hull.minX, y: hull.maxY + HULL_GAP },
    { x: hull.minX - width - HULL_GAP, y: hull.minY },
    { x: hull.minX, y: hull.minY - height - HULL_GAP },
  ]);
  const outermost = { x: Math.max(...all.map(({ maxX }) => maxX)) + HULL_GAP, y: whole.minY };
  const free = corners.filter(({ x, y }) => {
    const there = { minX: x, minY: y, maxX: x + width, maxY: y + height };
    return (
      y >= whole.minY - 1e-6 &&
      there.maxY <= Math.max(whole.maxY, whole.minY + height) + 1e-6 &&
      !all.some((hull) => collide(there, hull, HULL_GAP))
    );
  });
  const cost = ({ x, y }: { x: number; y: number }) => Math.abs(x + width / 2 - wanted.x) + Math.abs(y + height / 2 - wanted.y);
  return free.reduce((best, corner) => (cost(corner) < cost(best) ? corner : best), free[0] ?? outermost);
}
