/** Turns pointers and wheel over the map into moves of the camera, drags of nodes, hovers and choices. */
import { zoomAt, type Camera, type Point } from '../model/geometry.js';
import { hitTest, type Hit } from '../model/pointing.js';
import type { MapRenderer } from './map-renderer.js';

export const ZOOM_LIMITS = { minZoom: 0.02, maxZoom: 2.2 };
/** A finger is less exact than a mouse. */
const REACH_PX = { mouse: 6, pen: 8, touch: 14 };
/** Movement below this is a click with a shaky hand. */
const DRAG_PX = 4;
const WHEEL_STEP = 0.0016;

export interface GestureHandlers {
  onHover: (hit: Hit | null, at: Point) => void;
  onSelect: (hit: Hit | null) => void;
  onOpen: (hit: Hit) => void;
  /** World points; `done` when the node was let go. */
  onDrag: (id: string, to: Point, done: boolean) => void;
}

interface Press {
  at: Point;
  camera: Camera;
  hit: Hit | null;
  /** From the pointer to the middle of the node. */
  grip: Point;
  dragging: boolean;
}

export function attachGestures(host: HTMLElement, renderer: MapRenderer, handlers: GestureHandlers): () => void {
  const pointers = new Map<number, Point>();
  let press: Press | null = null;
  let pinch: { distance: number; camera: Camera; middle: Point } | null = null;
  const local = (event: { clientX: number; clientY: number }): Point => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const hitAt = (at: Point, type: string) => hitTest(renderer.scene, renderer.toWorld(at), REACH_PX[type as keyof typeof REACH_PX] ?? 6);
  const fromMiddle = (at: Point): Point => ({ x: at.x - renderer.size.width / 2, y: at.y - renderer.size.height / 2 });
  const spread = () => {
    const [a, b] = [...pointers.values()] as [Point, Point];
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest('[data-map-control]')) return;
    const at = local(event);
    pointers.set(event.pointerId, at);
    host.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      pinch = { ...spread(), camera: renderer.camera };
      press = null;
      return;
    }
    const hit = hitAt(at, event.pointerType);
    const node = hit?.type === 'node' ? renderer.scene.nodes.find(({ id }) => id === hit.id) : undefined;
    const world = renderer.toWorld(at);
    press = {
      at,
      camera: renderer.camera,
      hit,
      grip: node ? { x: node.x - world.x, y: node.y - world.y } : { x: 0, y: 0 },
      dragging: false,
    };
  };

  const dragTo = (at: Point, done: boolean) => {
    if (!press) return;
    const world = renderer.toWorld(at);
    if (press.hit?.type === 'node') handlers.onDrag(press.hit.id, { x: world.x + press.grip.x, y: world.y + press.grip.y }, done);
    else if (!done) {
      const { camera } = press;
      renderer.moveTo({ ...camera, x: camera.x - (at.x - press.at.x) / camera.zoom, y: camera.y - (at.y - press.at.y) / camera.zoom });
    }
  };

  const move = (event: PointerEvent) => {
    const at = local(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, at);
    if (pinch && pointers.size === 2) {
      const now = spread();
      const zoomed = zoomAt(pinch.camera, now.distance / Math.max(1, pinch.distance), fromMiddle(pinch.middle), ZOOM_LIMITS);
      const [dx, dy] = [now.middle.x - pinch.middle.x, now.middle.y - pinch.middle.y];
      return renderer.moveTo({ ...zoomed, x: zoomed.x - dx / zoomed.zoom, y: zoomed.y - dy / zoomed.zoom });
    }
    if (!press) {
      const hit = hitAt(at, event.pointerType);
      host.style.cursor = hit ? 'pointer' : 'grab';
      if (event.pointerType === 'mouse') handlers.onHover(hit, at);
      return;
    }
    if (!press.dragging && Math.hypot(at.x - press.at.x, at.y - press.at.y) < DRAG_PX) return;
    if (!press.dragging) handlers.onHover(null, at);
    press.dragging = true;
    host.style.cursor = 'grabbing';
    dragTo(at, false);
  };

  const up = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    if (pointers.size < 2) pinch = null;
    if (!press) return;
    if (press.dragging) dragTo(local(event), true);
    else handlers.onSelect(press.hit);
    press = null;
    host.style.cursor = 'grab';
  };

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 16 : 1;
    const { camera } = renderer;
    if (event.shiftKey) return renderer.moveTo({ ...camera, x: camera.x + ((event.deltaX || event.deltaY) * pixels) / camera.zoom });
    // A pinch on a touchpad comes as a wheel with ctrl, in small steps.
    const step = event.ctrlKey ? WHEEL_STEP * 6 : WHEEL_STEP;
    renderer.moveTo(zoomAt(camera, Math.exp(-event.deltaY * pixels * step), fromMiddle(local(event)), ZOOM_LIMITS));
  };

  const double = (event: MouseEvent) => {
    if ((event.target as Element).closest('[data-map-control]')) return;
    const at = local(event);
    const hit = hitAt(at, 'mouse');
    if (hit) handlers.onOpen(hit);
    else renderer.glideTo(zoomAt(renderer.camera, 1.8, fromMiddle(at), ZOOM_LIMITS));
  };
  const leave = () => handlers.onHover(null, { x: 0, y: 0 });

  const abort = new AbortController();
  const { signal } = abort;
  host.addEventListener('pointerdown', down, { signal });
  host.addEventListener('pointermove', move, { signal });
  host.addEventListener('pointerup', up, { signal });
  host.addEventListener('pointercancel', up, { signal });
  host.addEventListener('pointerleave', leave, { signal });
  host.addEventListener('wheel', wheel, { signal, passive: false });
  host.addEventListener('dblclick', double, { signal });
  return () => abort.abort();
}
