/**
 * Shows a scene and moves over it. The scene is drawn once on a bitmap larger than the viewport; panning and zooming only
 * move that bitmap, which a machine without a GPU does at full rate, and it is drawn anew when the camera rests, leaves
 * the bitmap or has zoomed far. Invariant: what is on the screen is at most REDRAW_MS behind the camera in sharpness,
 * never in place.
 */
import { viewBox, type Camera, type Point, type Size } from '../model/geometry.js';
import type { Scene } from '../model/scene-types.js';
import { drawFocus, drawScene, type Focus } from './draw.js';
import type { Palette } from './theme.js';

export interface MapRendererOptions {
  host: HTMLElement;
  /** What there is to see from here; asked when the camera rests or the data changed. */
  build: (camera: Camera, size: Size) => Scene;
  palette: Palette;
  camera: Camera;
  onSettled: (camera: Camera, scene: Scene) => void;
}

/** How much of the viewport the bitmap has beyond each side. */
const MARGIN = 0.4;
/** Device pixels of the bitmap: above this the margin shrinks, then the resolution. */
const MAX_BITMAP_PIXELS = 14_000_000;
const SETTLE_MS = 130;
const REDRAW_MS = 220;
/** Zooming further than this from what is drawn blurs it too much. */
const MAX_STRETCH = 1.7;
const ANIMATION_MS = 140;
/** How much of the picture is left behind the path in focus. */
const DIMMED = '0.3';
const FLOW_PX_PER_SECOND = 28;
const FLOW_FRAME_MS = 50;

interface Layer {
  canvas: HTMLCanvasElement;
  pen: CanvasRenderingContext2D;
}

/** An opaque bitmap is copied to the screen, a transparent one is blended: three times the work without a GPU. */
function layer(host: HTMLElement, opaque: boolean): Layer {
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'position:absolute;left:0;top:0;transform-origin:0 0;will-change:transform;pointer-events:none';
  const pen = canvas.getContext('2d', { alpha: !opaque });
  if (!pen) throw new Error('This browser draws no canvas');
  host.append(canvas);
  return { canvas, pen };
}

export class MapRenderer {
  camera: Camera;
  scene: Scene;
  size: Size;
  private readonly base: Layer;
  private readonly top: Layer;
  private palette: Palette;
  /** The camera and margin with which the bitmaps were drawn. */
  private drawn: { camera: Camera; margin: number; scale: number };
  private lastDrawnAt = 0;
  private frame = 0;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private focus: Focus | null = null;
  private moving = false;
  private flowSince = 0;
  private flowFrame = 0;
  private readonly reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(private readonly options: MapRendererOptions) {
    const { host, camera, palette } = options;
    this.camera = camera;
    this.palette = palette;
    this.size = { width: host.clientWidth, height: host.clientHeight };
    this.base = layer(host, true);
    this.top = layer(host, false);
    this.base.canvas.style.transition = 'opacity 110ms';
    this.scene = options.build(camera, this.size);
    this.drawn = { camera, margin: MARGIN, scale: 1 };
    this.draw();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.flowFrame);
    clearTimeout(this.settle);
    this.base.canvas.remove();
    this.top.canvas.remove();
  }

  resize(size: Size): void {
    if (size.width === this.size.width && size.height === this.size.height) return;
    this.size = size;
    this.rebuild();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.rebuild();
  }

  /** The data or the way it is shown changed: same camera, new scene. */
  rebuild(): void {
    this.scene = this.options.build(this.camera, this.size);
    this.draw();
    this.options.onSettled(this.camera, this.scene);
  }

  /** A node under the pointer: it and its edges follow above the picture, which is drawn anew when the node is let go. */
  showMoved(scene: Scene, bright: ReadonlySet<string>): void {
    this.scene = scene;
    this.focus = { bright, selected: null, flowPx: null };
    this.base.canvas.style.opacity = DIMMED;
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.drawTop();
      });
  }

  setFocus(bright: ReadonlySet<string> | null, selected: string | null): void {
    this.focus = bright && { bright, selected, flowPx: null };
    this.flowSince = performance.now();
    this.base.canvas.style.opacity = this.focus ? DIMMED : '1';
    this.drawTop();
    this.flow();
  }

  /** Moves now; sharpens when it rests. */
  moveTo(camera: Camera): void {
    this.camera = camera;
    this.moving = true;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.step());
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.rest(), SETTLE_MS);
  }

  /** Glides there, or jumps where motion is not wanted. */
  glideTo(target: Camera): void {
    if (this.reducedMotion.matches) return this.moveTo(target);
    const [from, start] = [this.camera, performance.now()];
    const tick = (now: number) => {
      const share = Math.min(1, Math.max(0, (now - start) / ANIMATION_MS));
      const eased = 1 - (1 - share) ** 3;
      this.moveTo({
        x: from.x + (target.x - from.x) * eased,
        y: from.y + (target.y - from.y) * eased,
        zoom: from.zoom * (target.zoom / from.zoom) ** eased,
      });
      if (share < 1) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  toWorld({ x, y }: Point): Point {
    return {
      x: this.camera.x + (x - this.size.width / 2) / this.camera.zoom,
      y: this.camera.y + (y - this.size.height / 2) / this.camera.zoom,
    };
  }

  toScreen({ x, y }: Point): Point {
    return {
      x: (x - this.camera.x) * this.camera.zoom + this.size.width / 2,
      y: (y - this.camera.y) * this.camera.zoom + this.size.height / 2,
    };
  }

  private step(): void {
    this.frame = 0;
    const stale = performance.now() - this.lastDrawnAt > REDRAW_MS;
    const stretch = this.camera.zoom / this.drawn.camera.zoom;
    if (this.leftBitmap() || (stale && (stretch > MAX_STRETCH || stretch < 1 / MAX_STRETCH))) this.draw();
    else this.place();
  }

  private rest(): void {
    this.moving = false;
    this.rebuild();
    this.flow();
  }

  /** Whether a part of the viewport is not on the bitmap. Far out of it only: a sliver at the edge may wait. */
  private leftBitmap(): boolean {
    const { camera, margin } = this.drawn;
    const have = viewBox(camera, this.size, margin);
    const want = viewBox(this.camera, this.size);
    const tooFast = performance.now() - this.lastDrawnAt < REDRAW_MS / 4;
    return !tooFast && (want.minX < have.minX || want.maxX > have.maxX || want.minY < have.minY || want.maxY > have.maxY);
  }

  private draw(): void {
    const { width, height } = this.size;
    if (width === 0 || height === 0) return;
    const wanted = Math.min(2, globalThis.devicePixelRatio || 1);
    const pixels = (margin: number) => width * height * (1 + 2 * margin) ** 2 * wanted ** 2;
    const margin = pixels(MARGIN) <= MAX_BITMAP_PIXELS ? MARGIN : pixels(0.15) <= MAX_BITMAP_PIXELS ? 0.15 : 0.05;
    const scale = Math.min(wanted, wanted * Math.sqrt(MAX_BITMAP_PIXELS / pixels(margin)));
    this.drawn = { camera: this.camera, margin, scale };
    this.lastDrawnAt = performance.now();
    this.prepare(this.base, margin);
    const view = viewBox(this.camera, this.size, margin);
    drawScene({ pen: this.base.pen, scene: this.scene, palette: this.palette, view });
    this.place();
    this.drawTop();
  }

  /** Clears a bitmap of viewport and margin and lets it be drawn on in world pixels. */
  private prepare({ canvas, pen }: Layer, margin: number): void {
    const { camera, scale } = this.drawn;
    const [width, height] = [this.size.width * (1 + 2 * margin), this.size.height * (1 + 2 * margin)];
    const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
      [canvas.width, canvas.height] = [pixelWidth, pixelHeight];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    if (canvas === this.base.canvas) {
      pen.fillStyle = this.palette.bg;
      pen.fillRect(0, 0, pixelWidth, pixelHeight);
    } else pen.clearRect(0, 0, pixelWidth, pixelHeight);
    const zoom = camera.zoom * scale;
    pen.setTransform(zoom, 0, 0, zoom, pixelWidth / 2 - camera.x * zoom, pixelHeight / 2 - camera.y * zoom);
  }

  /** Moves the bitmaps to where the camera is. */
  private place(): void {
    for (const [{ canvas }, margin] of [
      [this.base, this.drawn.margin],
      [this.top, 0],
    ] as const) {
      const stretch = this.camera.zoom / this.drawn.camera.zoom;
      const half = { x: (this.size.width * (1 + 2 * margin)) / 2, y: (this.size.height * (1 + 2 * margin)) / 2 };
      const x = this.size.width / 2 - half.x * stretch + (this.drawn.camera.x - this.camera.x) * this.camera.zoom;
      const y = this.size.height / 2 - half.y * stretch + (this.drawn.camera.y - this.camera.y) * this.camera.zoom;
      canvas.style.transform =
        stretch === 1 ? `translate(${Math.round(x)}px,${Math.round(y)}px)` : `translate(${x}px,${y}px) scale(${stretch})`;
    }
  }

  private drawTop(): void {
    this.top.canvas.style.display = this.focus ? '' : 'none';
    if (!this.focus) return;
    this.prepare(this.top, 0);
    drawFocus({ pen: this.top.pen, scene: this.scene, palette: this.palette, view: viewBox(this.drawn.camera, this.size) }, this.focus);
  }

  /** Motion along the path in focus: for a few seconds, as it tells the direction once. */
  private flow(): void {
    cancelAnimationFrame(this.flowFrame);
    if (!this.focus || this.reducedMotion.matches) return;
    let last = 0;
    const tick = (now: number) => {
      if (!this.focus || now - this.flowSince > 6000) return;
      if (!this.moving && now - last >= FLOW_FRAME_MS) {
        last = now;
        this.focus = { ...this.focus, flowPx: ((now - this.flowSince) / 1000) * FLOW_PX_PER_SECOND };
        this.drawTop();
      }
      this.flowFrame = requestAnimationFrame(tick);
    };
    this.flowFrame = requestAnimationFrame(tick);
  }
}
