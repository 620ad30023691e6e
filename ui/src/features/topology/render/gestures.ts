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

class Gestures {
  private readonly pointers = new Map<number, Point>();
  private press: Press | null = null;
  private pinch: { distance: number; camera: Camera; middle: Point } | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly renderer: MapRenderer,
    private readonly handlers: GestureHandlers,
  ) {}

  attach(): () => void {
    const abort = new AbortController();
    const { signal } = abort;
    this.host.addEventListener('pointerdown', this.down, { signal });
    this.host.addEventListener('pointermove', this.move, { signal });
    this.host.addEventListener('pointerup', this.up, { signal });
    this.host.addEventListener('pointercancel', this.up, { signal });
    this.host.addEventListener('pointerleave', this.leave, { signal });
    this.host.addEventListener('wheel', this.wheel, { signal, passive: false });
    this.host.addEventListener('dblclick', this.double, { signal });
    return () => abort.abort();
  }

  private readonly local = (event: { clientX: number; clientY: number }): Point => {
    const box = this.host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  private readonly hitAt = (at: Point, type: string) =>
    hitTest(this.renderer.scene, this.renderer.toWorld(at), REACH_PX[type as keyof typeof REACH_PX] ?? 6);
  private readonly fromMiddle = (at: Point): Point => ({ x: at.x - this.renderer.size.width / 2, y: at.y - this.renderer.size.height / 2 });
  private readonly spread = () => {
    const [a, b] = [...this.pointers.values()] as [Point, Point];
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  };

  private readonly down = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest('[data-map-control]')) return;
    const at = this.local(event);
    this.pointers.set(event.pointerId, at);
    this.host.setPointerCapture(event.pointerId);
    if (this.pointers.size === 2) {
      this.pinch = { ...this.spread(), camera: this.renderer.camera };
      this.press = null;
      return;
    }
    const hit = this.hitAt(at, event.pointerType);
    const node = hit?.type === 'node' ? this.renderer.scene.nodes.find(({ id }) => id === hit.id) : undefined;
    const world = this.renderer.toWorld(at);
    this.press = {
      at,
      camera: this.renderer.camera,
      hit,
      grip: node ? { x: node.x - world.x, y: node.y - world.y } : { x: 0, y: 0 },
      dragging: false,
    };
  };

  private readonly dragTo = (at: Point, done: boolean) => {
    if (!this.press) return;
    const world = this.renderer.toWorld(at);
    if (this.press.hit?.type === 'node')
      this.handlers.onDrag(this.press.hit.id, { x: world.x + this.press.grip.x, y: world.y + this.press.grip.y }, done);
    else if (!done) {
      const { camera, at: from } = this.press;
      this.renderer.moveTo({ ...camera, x: camera.x - (at.x - from.x) / camera.zoom, y: camera.y - (at.y - from.y) / camera.zoom });
    }
  };

  private readonly move = (event: PointerEvent) => {
    const at = this.local(event);
    if (this.pointers.has(event.pointerId)) this.pointers.set(event.pointerId, at);
    if (this.pinch && this.pointers.size === 2) {
      const now = this.spread();
      const zoomed = zoomAt(
        this.pinch.camera,
        now.distance / Math.max(1, this.pinch.distance),
        this.fromMiddle(this.pinch.middle),
        ZOOM_LIMITS,
      );
      const [dx, dy] = [now.middle.x - this.pinch.middle.x, now.middle.y - this.pinch.middle.y];
      return this.renderer.moveTo({ ...zoomed, x: zoomed.x - dx / zoomed.zoom, y: zoomed.y - dy / zoomed.zoom });
    }
    if (!this.press) {
      const hit = this.hitAt(at, event.pointerType);
      this.host.style.cursor = hit ? 'pointer' : 'grab';
      if (event.pointerType === 'mouse') this.handlers.onHover(hit, at);
      return;
    }
    if (!this.press.dragging && Math.hypot(at.x - this.press.at.x, at.y - this.press.at.y) < DRAG_PX) return;
    if (!this.press.dragging) this.handlers.onHover(null, at);
    this.press.dragging = true;
    this.host.style.cursor = 'grabbing';
    this.dragTo(at, false);
  };

  private readonly up = (event: PointerEvent) => {
    this.pointers.delete(event.pointerId);
    if (this.pointers.size < 2) this.pinch = null;
    if (!this.press) return;
    if (this.press.dragging) this.dragTo(this.local(event), true);
    else this.handlers.onSelect(this.press.hit);
    this.press = null;
    this.host.style.cursor = 'grab';
  };

  private readonly wheel = (event: WheelEvent) => {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? 16 : 1;
    const { camera } = this.renderer;
    if (event.shiftKey) return this.renderer.moveTo({ ...camera, x: camera.x + ((event.deltaX || event.deltaY) * pixels) / camera.zoom });
    // A pinch on a touchpad comes as a wheel with ctrl, in small steps.
    const step = event.ctrlKey ? WHEEL_STEP * 6 : WHEEL_STEP;
    this.renderer.moveTo(zoomAt(camera, Math.exp(-event.deltaY * pixels * step), this.fromMiddle(this.local(event)), ZOOM_LIMITS));
  };

  private readonly double = (event: MouseEvent) => {
    if ((event.target as Element).closest('[data-map-control]')) return;
    const at = this.local(event);
    const hit = this.hitAt(at, 'mouse');
    if (hit) this.handlers.onOpen(hit);
    else this.renderer.glideTo(zoomAt(this.renderer.camera, 1.8, this.fromMiddle(at), ZOOM_LIMITS));
  };
  private readonly leave = () => this.handlers.onHover(null, { x: 0, y: 0 });
}

export const attachGestures = (host: HTMLElement, renderer: MapRenderer, handlers: GestureHandlers): (() => void) =>
  new Gestures(host, renderer, handlers).attach();
