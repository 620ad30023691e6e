/**
 * Units and boxes of the layout. One unit is the room of one node: rows are 1 apart, columns COLUMN, since edges and labels
 * run between columns. x grows to the right, y downwards.
 */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** `cluster/namespace`: whose hull the node is in. */
  readonly block: string;
}
export type Places = ReadonlyMap<string, Place>;

export interface Box {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

export const COLUMN = 2;
export const ROW = 1;
/** Between a node's middle and its namespace's hull. */
export const HULL_PAD = 0.75;
/** Above the topmost node, for the hull's title. */
export const HULL_TITLE = 0.75;
/** Between hulls, and between the lanes of clusters. */
export const HULL_GAP = 0.75;
export const LANE_GAP = 2;

/** The hull around the middles of some nodes. */
export function hullOf(points: Iterable<{ x: number; y: number }>): Box {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const { x, y } of points) {
    box.minX = Math.min(box.minX, x - HULL_PAD);
    box.maxX = Math.max(box.maxX, x + HULL_PAD);
    box.minY = Math.min(box.minY, y - HULL_PAD - HULL_TITLE);
    box.maxY = Math.max(box.maxY, y + HULL_PAD);
  }
  return box;
}

export function union(a: Box, b: Box): Box {
  return { minX: Math.min(a.minX, b.minX), minY: Math.min(a.minY, b.minY), maxX: Math.max(a.maxX, b.maxX), maxY: Math.max(a.maxY, b.maxY) };
}

/** True when the boxes come closer than `gap`. Touching at exactly `gap` is fine. */
export function collide(a: Box, b: Box, gap = 0): boolean {
  const reach = gap - 1e-6;
  return a.minX < b.maxX + reach && b.minX < a.maxX + reach && a.minY < b.maxY + reach && b.minY < a.maxY + reach;
}

export const clusterOfBlock = (block: string): string => block.slice(0, block.indexOf('/'));
