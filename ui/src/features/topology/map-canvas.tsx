import { useEffect, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref, type RefObject } from 'react';
import { useShownTheme } from '../../lib/preferences.js';
import { HoverCard } from './hover-card.js';
import { EMPTY_BOX, fitAboveCorner, union, zoomAt, type Camera, type Point, type Size } from './model/geometry.js';
import { ALL_OPEN_NODES, namespaceKey, type MapView } from './model/level-of-detail.js';
import type { Scene } from './model/scene-types.js';
import { around, moveNode, neighbourTowards, type Hit } from './model/pointing.js';
import { attachGestures, ZOOM_LIMITS } from './render/gestures.js';
import { MapRenderer } from './render/map-renderer.js';
import { scenePng } from './render/picture.js';
import { sceneSvg } from './render/svg.js';
import { readPalette } from './render/theme.js';
import type { Built, MapModel } from './use-map-model.js';

export interface MapHandle {
  fit: () => void;
  zoom: (factor: number) => void;
  show: (id: string) => void;
  png: () => Promise<Blob>;
  svg: (title: string) => string;
}

interface MapCanvasProps {
  model: MapModel;
  camera: Camera | null;
  selected: string | null;
  /** A panel lies over the right side, on a phone over the lower half. */
  panel: boolean;
  /** What lies over the lower left corner. */
  corner?: RefObject<HTMLElement | null>;
  /** What the colours say of a node or an edge, by id. */
  words?: Readonly<Record<string, string>> | undefined;
  /** What a screen reader hears about the whole map. */
  summary: string;
  onSelect: (id: string | null) => void;
  onOpen: (hit: Hit) => void;
  onDragged: (id: string, from: Point, to: Point) => void;
  onSettled: (camera: Camera, view: MapView) => void;
  ref: Ref<MapHandle>;
}

const FIT = { minZoom: 0.02, maxZoom: 1.25, padding: 28 };
/** From this width on the panel stands beside, below it over the lower half. */
const WIDE_PX = 768;
const PANEL_PX = 405;
const STEP_PX = 90;
const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

interface Live {
  renderer: MapRenderer;
  built: Built;
}

/** The newest props for handlers that live as long as the canvas. */
function useLatest<T>(value: T) {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}

export function MapCanvas(props: MapCanvasProps) {
  const { model, selected, summary } = props;
  const host = useRef<HTMLDivElement>(null);
  const live = useRef<Live>(null);
  const latest = useLatest(props);
  const [hover, setHover] = useState<{ hit: Hit; at: Point } | null>(null);
  const theme = useShownTheme((state) => state.shown);
  useMapRenderer(host, live, latest, setHover);
  useEffect(() => live.current?.renderer.rebuild(), [model]);
  useEffect(() => {
    if (host.current) live.current?.renderer.setPalette(readPalette(host.current));
  }, [theme]);
  const focus = hover && hover.hit.type !== 'namespace' ? hover.hit.id : selected;
  useEffect(() => {
    const renderer = live.current?.renderer;
    if (!renderer) return;
    const known = focus !== null && hasItem(renderer.scene, focus);
    renderer.setFocus(known ? around(renderer.scene, focus) : null, known ? selected : null);
  }, [focus, selected, model]);
  useImperativeHandle(props.ref, () => handleOf(host, live, latest), [latest]);
  const keys = (event: KeyboardEvent) => {
    if (event.target === host.current && live.current && onMapKey(event, live.current, latest.current)) event.preventDefault();
  };
  return (
    // The map is an application of its own to assistive technology: arrow keys walk the graph.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={host}
      role="application"
      aria-label="Map of the mesh. Arrow keys go to neighbours, Enter selects, plus and minus zoom, 0 fits, t shows the table."
      aria-describedby="map-summary"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={keys}
      className="absolute inset-0 cursor-grab touch-none overflow-hidden bg-bg outline-offset-[-2px] select-none"
    >
      <p id="map-summary" className="sr-only">
        {summary}
      </p>
      {hover && live.current && (
        <HoverCard
          hit={hover.hit}
          at={hover.at}
          view={live.current.built.view}
          size={live.current.renderer.size}
          words={props.words?.[hover.hit.id]}
        />
      )}
    </div>
  );
}

function hasItem(scene: Scene, id: string): boolean {
  return scene.nodes.some((node) => node.id === id) || scene.edges.some((edge) => edge.id === id);
}

type Latest = { current: MapCanvasProps };
type LiveRef = { current: Live | null };

function useMapRenderer(
  host: { current: HTMLDivElement | null },
  live: LiveRef,
  latest: Latest,
  setHover: (hover: { hit: Hit; at: Point } | null) => void,
): void {
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const size = { width: element.clientWidth, height: element.clientHeight };
    const camera = latest.current.camera ?? startCamera(latest.current, size);
    let built = latest.current.model.build(camera, size);
    const renderer = new MapRenderer({
      host: element,
      camera,
      palette: readPalette(element),
      build: (at, of) => {
        built = latest.current.model.build(at, of);
        if (live.current) live.current.built = built;
        return built.scene;
      },
      onSettled: (at) => latest.current.onSettled(at, built.view),
    });
    live.current = { renderer, built };
    latest.current.onSettled(camera, built.view);
    const dragFrom = new Map<string, Point>();
    const detach = attachGestures(element, renderer, {
      onHover: (hit, at) => setHover(hit && { hit, at }),
      onSelect: (hit) => (hit?.type === 'namespace' ? latest.current.onOpen(hit) : latest.current.onSelect(hit?.id ?? null)),
      onOpen: (hit) => latest.current.onOpen(hit),
      onDrag: (id, to, done) => {
        const node = renderer.scene.nodes.find((each) => each.id === id);
        const from = dragFrom.get(id) ?? (node && { x: node.x, y: node.y });
        if (!from) return;
        dragFrom.set(id, from);
        if (!done) return renderer.showMoved(moveNode(renderer.scene, id, to), around(renderer.scene, id));
        dragFrom.delete(id);
        latest.current.onDragged(id, from, to);
      },
    });
    // Text drawn before the typeface came is drawn again with it.
    void document.fonts.ready.then(() => live.current?.renderer.rebuild());
    let fitted = latest.current.camera ? undefined : camera;
    // The legend may grow when the overlay is known, and be folded; who has moved the map keeps what is seen.
    const refit = () => {
      if (fitted === undefined || renderer.camera !== fitted) return;
      const next = startCamera(latest.current, renderer.size);
      if (next.x === fitted.x && next.y === fitted.y && next.zoom === fitted.zoom) return;
      fitted = next;
      renderer.moveTo(next);
    };
    const observer = new ResizeObserver(() => {
      renderer.resize({ width: element.clientWidth, height: element.clientHeight });
      refit();
    });
    observer.observe(element);
    const corner = latest.current.corner?.current;
    if (corner) observer.observe(corner);
    return () => {
      observer.disconnect();
      detach();
      renderer.destroy();
      live.current = null;
    };
  }, [host, live, latest, setHover]);
}

/** On a phone a small mesh would be too small to read in whole: then where most needs attention. */
const READABLE_ZOOM = 0.42;

function startCamera(props: MapCanvasProps, size: Size): Camera {
  const { model } = props;
  const whole = fitAll(props, size);
  if (whole.zoom >= READABLE_ZOOM || size.width >= 700 || model.topology.nodes.length > ALL_OPEN_NODES) return whole;
  const sick = (key: string) => model.topology.nodes.filter((node) => namespaceKey(node) === key && node.health.state === 'failing').length;
  const first = model.extents.toSorted((a, b) => sick(b.key) - sick(a.key) || b.members - a.members)[0];
  if (!first) return whole;
  return { x: (first.minX + first.maxX) / 2, y: (first.minY + first.maxY) / 2, zoom: READABLE_ZOOM };
}

function fitAll({ model: { extents }, corner }: MapCanvasProps, size: Size): Camera {
  const box = extents.reduce(union, EMPTY_BOX);
  return fitAboveCorner(box, extents, { size, corner: coveredCorner(corner, size), limits: FIT });
}

/** From what lies there to the edges of the map. */
function coveredCorner(corner: MapCanvasProps['corner'], size: Size): Size {
  const element = corner?.current;
  if (!element) return { width: 0, height: 0 };
  return { width: element.offsetLeft + element.offsetWidth, height: size.height - element.offsetTop };
}

function handleOf(host: { current: HTMLDivElement | null }, live: LiveRef, latest: Latest): MapHandle {
  const now = () => {
    if (!live.current || !host.current) throw new Error('The map is not on the screen');
    return { ...live.current, palette: readPalette(host.current) };
  };
  return {
    fit: () => live.current && fit(live.current, latest.current),
    zoom: (factor) => live.current?.renderer.glideTo(zoomAt(live.current.renderer.camera, factor, { x: 0, y: 0 }, ZOOM_LIMITS)),
    show: (id) => live.current && show(live.current, id),
    png: () => scenePng(pictureScene(now().built, latest.current.model), now().palette),
    svg: (title) => sceneSvg(pictureScene(now().built, latest.current.model), now().palette, title),
  };
}

/** A picture has room for every name and label, unless what is drawn depends on the distance: then it is what is on the screen. */
function pictureScene({ scene }: Built, model: MapModel): Scene {
  if (scene.nodes.some(({ shape }) => shape === 'stack')) return scene;
  const { minX, minY, maxX, maxY } = scene.box;
  return model.build({ x: (minX + maxX) / 2, y: (minY + maxY) / 2, zoom: 1 }, { width: maxX - minX, height: maxY - minY }).scene;
}

/** What a panel covers of the map. */
function covered({ width, height }: Size, panel: boolean): { right: number; bottom: number } {
  if (!panel) return { right: 0, bottom: 0 };
  return width >= WIDE_PX ? { right: PANEL_PX, bottom: 0 } : { right: 0, bottom: height * 0.58 };
}

function fit({ renderer }: Live, { model, panel, corner }: MapCanvasProps): void {
  const { right, bottom } = covered(renderer.size, panel);
  const free = { width: renderer.size.width - right, height: renderer.size.height - bottom };
  const camera = fitAboveCorner(renderer.scene.box, model.extents, {
    size: free,
    corner: coveredCorner(corner, renderer.size),
    limits: FIT,
  });
  renderer.glideTo({ ...camera, x: camera.x + right / 2 / camera.zoom, y: camera.y + bottom / 2 / camera.zoom });
}

/** Brings a node or the middle of an edge into the free part of the view, without moving when it is there. */
function show({ renderer }: Live, id: string): void {
  const node = renderer.scene.nodes.find((each) => each.id === id);
  const edge = renderer.scene.edges.find((each) => each.id === id);
  const at = node ?? (edge && { x: (edge.curve[0] + edge.curve[6]) / 2, y: (edge.curve[1] + edge.curve[7]) / 2 });
  if (!at) return;
  const screen = renderer.toScreen(at);
  const { width, height } = renderer.size;
  const { right, bottom } = covered(renderer.size, true);
  const inside = screen.x > 60 && screen.x < width - right - 40 && screen.y > 70 && screen.y < height - bottom - 50;
  if (inside) return;
  const { camera } = renderer;
  renderer.glideTo({ ...camera, x: at.x + right / 2 / camera.zoom, y: at.y + bottom / 2 / camera.zoom });
}

/** True where the key was the map's. */
function onMapKey(event: KeyboardEvent, live: Live, props: MapCanvasProps): boolean {
  const { renderer } = live;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const arrow = ARROWS[event.key];
  const selectedNode = renderer.scene.nodes.some(({ id }) => id === props.selected);
  if (arrow && (event.shiftKey || !selectedNode)) {
    const { camera } = renderer;
    renderer.moveTo({ ...camera, x: camera.x + (arrow.x * STEP_PX) / camera.zoom, y: camera.y + (arrow.y * STEP_PX) / camera.zoom });
    return true;
  }
  if (arrow) {
    const next = neighbourTowards(renderer.scene, props.selected ?? '', arrow);
    if (next) props.onSelect(next);
    return true;
  }
  if (event.key === '+' || event.key === '=') renderer.glideTo(zoomAt(renderer.camera, 1.4, { x: 0, y: 0 }, ZOOM_LIMITS));
  else if (event.key === '-') renderer.glideTo(zoomAt(renderer.camera, 1 / 1.4, { x: 0, y: 0 }, ZOOM_LIMITS));
  else if (event.key === '0') fit(live, props);
  else if (event.key === 'Escape') props.onSelect(null);
  else if (event.key === 'Enter') {
    if (props.selected) props.onOpen({ type: 'node', id: props.selected });
    else props.onSelect(middleNode(renderer));
  } else return false;
  return true;
}

function middleNode({ scene, camera }: MapRenderer): string | null {
  const nearest = scene.nodes.toSorted((a, b) => Math.hypot(a.x - camera.x, a.y - camera.y) - Math.hypot(b.x - camera.x, b.y - camera.y));
  return nearest[0]?.id ?? null;
}
