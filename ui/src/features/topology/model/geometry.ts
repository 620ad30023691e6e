/**
 * Where do edges run and what lies where? Points, boxes and cubic curves in world pixels (screen pixels at zoom 1).
 * Curves leave and reach nodes sideways, as the layout goes left to right. Invariant: same input, same curve.
 */
export interface Point {
  x: number;
  y: number;
}

export interface Box {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** x0 y0, first control, second control, x1 y1. */
export type Curve = readonly [number, number, number, number, number, number, number, number];

export interface Camera {
  /** World point in the middle of the viewport. */
  x: number;
  y: number;
  /** Screen pixels per world pixel. */
  zoom: number;
}

export const EMPTY_BOX: Box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };

export function boxOf(points: Iterable<Point>, margin = 0): Box {
  let { minX, minY, maxX, maxY } = EMPTY_BOX;
  for (const { x, y } of points) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return { minX: minX - margin, minY: minY - margin, maxX: maxX + margin, maxY: maxY + margin };
}

export const isEmptyBox = (box: Box) => box.minX > box.maxX;
/** The smallest box that both are in. */
export const union = (a: Box, b: Box): Box => ({
  minX: Math.min(a.minX, b.minX),
  minY: Math.min(a.minY, b.minY),
  maxX: Math.max(a.maxX, b.maxX),
  maxY: Math.max(a.maxY, b.maxY),
});

export const overlaps = (a: Box, b: Box) => a.minX <= b.maxX && a.maxX >= b.minX && a.minY <= b.maxY && a.maxY >= b.minY;

/** Screen pixels. */
export interface Size {
  width: number;
  height: number;
}

export function viewBox(camera: Camera, size: Size, margin = 0): Box {
  const [halfX, halfY] = [(size.width * (0.5 + margin)) / camera.zoom, (size.height * (0.5 + margin)) / camera.zoom];
  return { minX: camera.x - halfX, minY: camera.y - halfY, maxX: camera.x + halfX, maxY: camera.y + halfY };
}

/** The middle of a node and how far it reaches. */
export interface Spot extends Point {
  halfWidth: number;
  halfHeight: number;
}

export interface EdgeEnds {
  source: Spot;
  target: Spot;
  /** 0 for the only edge of a pair, else its place among them: ±1, ±2. */
  lane: number;
  /** World pixels between lanes and before the arrow. */
  gap: number;
}

/** Room before an arrow and between lanes: more of the world when seen from afar. */
export const edgeGap = (zoom: number) => 7 / Math.min(1, Math.max(zoom, 0.4));

const LOOP = 2.4;

/** A loop above the node, for what calls itself. */
function loop({ source, gap }: EdgeEnds): Curve {
  const { x, y, halfWidth, halfHeight } = source;
  const [wide, high] = [halfWidth * LOOP + gap, halfHeight * LOOP * 1.3 + gap];
  return [x - halfWidth * 0.5, y - halfHeight - gap / 2, x - wide, y - high, x + wide, y - high, x + halfWidth * 0.5, y - halfHeight - gap];
}

/** Straight ahead: an S from the right side to the left side. Otherwise a bow that leaves and arrives on the nearer side. */
export function edgeCurve(ends: EdgeEnds): Curve {
  const { source, target, lane, gap } = ends;
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  if (dx === 0 && dy === 0) return loop(ends);
  const shift = lane * gap * 3.2;
  const ahead = dx - source.halfWidth - target.halfWidth - gap;
  if (ahead > gap * 2 && Math.abs(dy) < ahead * 4) {
    const bend = Math.min(ahead * 0.5, 160 + ahead * 0.15);
    const [x0, x1] = [source.x + source.halfWidth, target.x - target.halfWidth - gap];
    return [x0, source.y + shift * 0.4, x0 + bend, source.y + shift, x1 - bend, target.y + shift, x1, target.y + shift * 0.4];
  }
  return bow(ends, shift);
}

/** A gentle arc beside the straight line, cut where it meets the two nodes. */
function bow({ source, target, gap }: EdgeEnds, shift: number): Curve {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const length = Math.hypot(dx, dy);
  const [normalX, normalY] = [-dy / length, dx / length];
  const lift = Math.min(length * 0.22, 90) + shift;
  const control = (share: number): Point => ({
    x: source.x + dx * share + normalX * lift * 1.33,
    y: source.y + dy * share + normalY * lift * 1.33,
  });
  const [first, second] = [control(0.3), control(0.7)];
  const [from, to] = [reachShare(source, first, 0), reachShare(target, second, gap)];
  return [
    source.x + (first.x - source.x) * from,
    source.y + (first.y - source.y) * from,
    first.x,
    first.y,
    second.x,
    second.y,
    target.x + (second.x - target.x) * to,
    target.y + (second.y - target.y) * to,
  ];
}

/** Which share of the way from the middle of a node to a point is inside its box (and a gap). */
function reachShare(spot: Spot, to: Point, gap: number): number {
  const [dx, dy] = [Math.abs(to.x - spot.x), Math.abs(to.y - spot.y)];
  const length = Math.hypot(dx, dy) || 1;
  return Math.min(spot.halfWidth / (dx || Number.EPSILON), spot.halfHeight / (dy || Number.EPSILON)) + gap / length;
}

export function pointAt(curve: Curve, t: number): Point {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return { x: a * curve[0] + b * curve[2] + c * curve[4] + d * curve[6], y: a * curve[1] + b * curve[3] + c * curve[5] + d * curve[7] };
}

/** The box of the control points: the curve is inside it. */
export function curveBox(curve: Curve): Box {
  return {
    minX: Math.min(curve[0], curve[2], curve[4], curve[6]),
    minY: Math.min(curve[1], curve[3], curve[5], curve[7]),
    maxX: Math.max(curve[0], curve[2], curve[4], curve[6]),
    maxY: Math.max(curve[1], curve[3], curve[5], curve[7]),
  };
}

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / square));
  return Math.hypot(point.x - a.x - dx * share, point.y - a.y - dy * share);
}

const SAMPLES = 16;

export function distanceToCurve(point: Point, curve: Curve): number {
  let best = Infinity;
  let from = pointAt(curve, 0);
  for (let step = 1; step <= SAMPLES; step += 1) {
    const to = pointAt(curve, step / SAMPLES);
    best = Math.min(best, distanceToSegment(point, from, to));
    from = to;
  }
  return best;
}

/** The same curve as a chain of short straight lines. */
export function polyline(curve: Curve, samples = SAMPLES): Point[] {
  return Array.from({ length: samples + 1 }, (_, step) => pointAt(curve, step / samples));
}

interface FitLimits {
  minZoom: number;
  maxZoom: number;
  padding: number;
}

export function fitCamera(box: Box, size: Size, limits: FitLimits): Camera {
  if (isEmptyBox(box)) return { x: 0, y: 0, zoom: 1 };
  const [width, height] = [Math.max(1, box.maxX - box.minX), Math.max(1, box.maxY - box.minY)];
  const free = { width: Math.max(1, size.width - 2 * limits.padding), height: Math.max(1, size.height - 2 * limits.padding) };
  const zoom = Math.min(free.width / width, free.height / height);
  return { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2, zoom: Math.max(limits.minZoom, Math.min(limits.maxZoom, zoom)) };
}

/**
 * Fits a box into a view whose lower left corner is covered, so many screen pixels of it: as if it were not where no part of the box
 * would lie under it, else above it.
 */
export function fitAboveCorner(box: Box, parts: readonly Box[], view: { size: Size; corner: Size; limits: FitLimits }): Camera {
  const { size, corner, limits } = view;
  const whole = fitCamera(box, size, limits);
  const seen = viewBox(whole, size);
  const covered = { ...seen, maxX: seen.minX + corner.width / whole.zoom, minY: seen.maxY - corner.height / whole.zoom };
  if (corner.height >= size.height / 2 || !parts.some((part) => overlaps(part, covered))) return whole;
  const above = fitCamera(box, { ...size, height: size.height - corner.height }, limits);
  return { ...above, y: above.y + corner.height / 2 / above.zoom };
}

/** The camera after zooming by `factor` with the world point under `anchor` (screen pixels from the middle) held still. */
export function zoomAt(camera: Camera, factor: number, anchor: Point, limits: { minZoom: number; maxZoom: number }): Camera {
  const zoom = Math.max(limits.minZoom, Math.min(limits.maxZoom, camera.zoom * factor));
  return { x: camera.x + anchor.x / camera.zoom - anchor.x / zoom, y: camera.y + anchor.y / camera.zoom - anchor.y / zoom, zoom };
}
