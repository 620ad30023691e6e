import {
  boxOf,
  curveBox,
  distanceToCurve,
  edgeCurve,
  EMPTY_BOX,
  fitAboveCorner,
  fitCamera,
  isEmptyBox,
  overlaps,
  pointAt,
  polyline,
  viewBox,
  zoomAt,
  type Spot,
} from './geometry.js';

const spot = (x: number, y: number, half = 20): Spot => ({ x, y, halfWidth: half, halfHeight: half });
const limits = { minZoom: 0.1, maxZoom: 4 };

describe('edgeCurve', () => {
  const ends = (source: Spot, target: Spot, lane = 0) => edgeCurve({ source, target, lane, gap: 6 });

  it('leaves on the right and arrives on the left when the target is ahead', () => {
    const [x0, y0, , , , , x1, y1] = ends(spot(0, 0), spot(200, 80));
    expect([x0, y0, x1, y1]).toEqual([20, 0, 174, 80]);
  });

  it('bows from border to border when the target is behind, above or below', () => {
    for (const target of [spot(-200, 10), spot(0, 150), spot(0, -150)]) {
      const curve = ends(spot(0, 0), target);
      const away = (x: number, y: number, from: Spot) => Math.max(Math.abs(x - from.x), Math.abs(y - from.y));
      expect(away(curve[0], curve[1], spot(0, 0))).toBeCloseTo(20);
      expect(away(curve[6], curve[7], target)).toBeGreaterThan(20);
      expect(away(curve[6], curve[7], target)).toBeLessThan(28);
    }
  });

  it('keeps the edges of a pair apart, there and back, and lane by lane', () => {
    const middle = (curve: ReturnType<typeof ends>) => pointAt(curve, 0.5);
    const [there, back] = [middle(ends(spot(0, 0), spot(0, 200))), middle(ends(spot(0, 200), spot(0, 0)))];
    expect(Math.hypot(there.x - back.x, there.y - back.y)).toBeGreaterThan(30);
    const [first, second] = [middle(ends(spot(0, 0), spot(300, 0))), middle(ends(spot(0, 0), spot(300, 0), 1))];
    expect(Math.abs(first.y - second.y)).toBeGreaterThan(5);
  });

  it('loops above a node that calls itself', () => {
    const curve = ends(spot(0, 0), spot(0, 0));
    expect(pointAt(curve, 0.5).y).toBeLessThan(-30);
  });
});

describe('boxes and distances', () => {
  it('a curve is in its box, and a point on it is at no distance', () => {
    const curve = edgeCurve({ source: spot(0, 0), target: spot(300, 120), lane: 0, gap: 6 });
    for (const at of polyline(curve)) expect(overlaps(curveBox(curve), boxOf([at]))).toBe(true);
    expect(distanceToCurve(pointAt(curve, 0.25), curve)).toBeLessThan(1);
    expect(distanceToCurve({ x: 160, y: 300 }, curve)).toBeGreaterThan(150);
    expect(distanceToCurve({ x: 3, y: 4 }, [0, 0, 0, 0, 0, 0, 0, 0])).toBe(5);
  });
  it('no points have an empty box', () => {
    expect(isEmptyBox(boxOf([]))).toBe(true);
    expect(boxOf([{ x: 1, y: 2 }], 3)).toEqual({ minX: -2, maxX: 4, minY: -1, maxY: 5 });
  });
});

describe('cameras', () => {
  const size = { width: 400, height: 200 };
  it('fits a box with padding and within limits', () => {
    expect(fitCamera({ minX: 0, maxX: 360, minY: 0, maxY: 100 }, size, { ...limits, padding: 20 })).toEqual({ x: 180, y: 50, zoom: 1 });
    expect(fitCamera({ minX: 0, maxX: 1, minY: 0, maxY: 1 }, size, { ...limits, padding: 0 }).zoom).toBe(4);
    expect(fitCamera(EMPTY_BOX, size, { ...limits, padding: 0 })).toEqual({ x: 0, y: 0, zoom: 1 });
  });
  it('leaves a covered corner free where something would lie under it', () => {
    const box = { minX: 0, maxX: 380, minY: 0, maxY: 180 };
    const view = { size, corner: { width: 100, height: 50 }, limits: { ...limits, padding: 10 } };
    const elsewhere = [{ minX: 200, maxX: 380, minY: 100, maxY: 180 }];
    expect(fitAboveCorner(box, elsewhere, view)).toEqual({ x: 190, y: 90, zoom: 1 });
    const beneath = [{ minX: 0, maxX: 90, minY: 150, maxY: 180 }];
    const camera = fitAboveCorner(box, beneath, view);
    expect(camera.zoom).toBeCloseTo(130 / 180);
    // Its lower edge is above the corner by the padding.
    expect(size.height / 2 + (180 - camera.y) * camera.zoom).toBeCloseTo(200 - 50 - 10);
    expect(fitAboveCorner(box, beneath, { ...view, corner: { width: 0, height: 0 } })).toEqual({ x: 190, y: 90, zoom: 1 });
  });
  it('holds the point under the pointer while zooming', () => {
    const camera = { x: 10, y: 20, zoom: 1 };
    const anchor = { x: 50, y: -30 };
    const zoomed = zoomAt(camera, 2, anchor, limits);
    expect(zoomed.zoom).toBe(2);
    expect(zoomed.x + anchor.x / zoomed.zoom).toBeCloseTo(camera.x + anchor.x);
    expect(zoomed.y + anchor.y / zoomed.zoom).toBeCloseTo(camera.y + anchor.y);
    expect(zoomAt(camera, 100, anchor, limits).zoom).toBe(4);
  });
  it('sees what the viewport holds', () => {
    expect(viewBox({ x: 0, y: 0, zoom: 2 }, size)).toEqual({ minX: -100, maxX: 100, minY: -50, maxY: 50 });
  });
});
