/** From the graph and the state of the map to what the renderer asks for: one function from camera to scene. */
import type { Topology, TopologyDiff } from '@observatory/contracts';
import { useMemo, useRef } from 'react';
import { compareTones, differences, unionOf } from './model/compare.js';
import { parseExpression, type Expression } from './model/expression.js';
import { brightIds, filterTopology, findMatches, type Found } from './model/filter.js';
import { viewBox, type Camera, type Point, type Size } from './model/geometry.js';
import { levelOfDetail, namespaceNodeId, openNamespaces, type MapView, type NamespaceExtent } from './model/level-of-detail.js';
import type { MapPaint } from '../../lib/map-paint.js';
import type { MapState } from './model/map-url.js';
import { overlayTones, type Tones } from './model/overlay.js';
import { paintTones } from './model/paint.js';
import { namespaceExtents, placeNodes, UNIT_X_PX } from './model/placement.js';
import type { Scene } from './model/scene-types.js';
import { buildScene } from './model/scene.js';

export interface Built {
  scene: Scene;
  view: MapView;
  open: ReadonlySet<string>;
}

export interface MapModel {
  /** What is left after scope, idle and Hide. */
  topology: Topology;
  /** What Find matches; null without a question. */
  found: Found | null;
  places: ReadonlyMap<string, Point>;
  extents: readonly NamespaceExtent[];
  build: (camera: Camera, size: Size) => Built;
}

export interface MapModelInput {
  topology: Topology;
  diff: TopologyDiff | undefined;
  state: MapState;
  scope: { cluster?: string | undefined; namespaces: readonly string[] };
  dragged: Record<string, Point>;
  /** Colours from elsewhere, in place of the overlay's own. */
  paint?: MapPaint | undefined;
}

/** The expression where it can be read, else nothing is asked. */
function expressionOf(text: string): Expression | null {
  const parsed = parseExpression(text);
  return parsed.ok ? parsed.expression : null;
}

interface BuildInput extends Pick<MapModel, 'topology' | 'found' | 'places' | 'extents'> {
  tones: Tones | undefined;
  options: Pick<MapState, 'labels' | 'locks' | 'grouped' | 'opened' | 'closed' | 'selected'>;
}

function buildAt(input: BuildInput, wasOpen: ReadonlySet<string>, camera: Camera, size: Size): Built {
  const { topology, found, places, extents, tones, options } = input;
  const open = openNamespaces(extents, {
    spacingPx: UNIT_X_PX * camera.zoom,
    view: viewBox(camera, size),
    wasOpen,
    opened: options.opened,
    closed: options.closed,
    totalNodes: topology.nodes.length,
    totalEdges: topology.edges.length,
  });
  const roomy = viewBox(camera, size, 0.15);
  const seen = new Set<string>();
  for (const [id, { x, y }] of places) if (x >= roomy.minX && x <= roomy.maxX && y >= roomy.minY && y <= roomy.maxY) seen.add(id);
  for (const { key, minX, maxX, minY, maxY } of extents) {
    if (maxX >= roomy.minX && minX <= roomy.maxX && maxY >= roomy.minY && minY <= roomy.maxY) seen.add(namespaceNodeId(key));
  }
  const keep = options.selected ? new Set([options.selected]) : undefined;
  const view = levelOfDetail(topology, { open, inView: (id) => seen.has(id), ...(keep ? { keep } : {}) });
  const { labels, locks, grouped } = options;
  const scene = buildScene(view, {
    zoom: camera.zoom,
    windowSec: topology.windowSec,
    labels,
    locks,
    places,
    extents,
    open,
    grouped,
    bright: found ? brightIds(view, topology, found) : undefined,
    tones,
  });
  return { scene, view, open };
}

export function useMapModel({ topology: whole, diff, state, scope, dragged, paint }: MapModelInput): MapModel {
  const { find, hide, idle, labels, locks, grouped, overlay, opened, closed, selected } = state;
  const { cluster } = scope;
  const namespaces = scope.namespaces.join(',');
  const all = useMemo(() => (diff ? unionOf(whole, diff) : whole), [whole, diff]);
  const topology = useMemo(
    () => filterTopology(all, { cluster, namespaces: namespaces === '' ? [] : namespaces.split(','), idle, hide: expressionOf(hide) }),
    [all, cluster, namespaces, idle, hide],
  );
  const places = useMemo(() => placeNodes(all.nodes, all.edges, new Map(Object.entries(dragged))), [all, dragged]);
  const extents = useMemo(() => namespaceExtents(topology.nodes, places), [topology, places]);
  const found = useMemo(() => {
    const expression = expressionOf(find);
    return expression && findMatches(topology, expression);
  }, [topology, find]);
  const tones = useMemo(
    () => (diff ? compareTones(differences(diff, whole)) : paint ? paintTones(paint) : overlayTones(overlay)),
    [diff, whole, overlay, paint],
  );
  const wasOpen = useRef<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const input: BuildInput = { topology, found, places, extents, tones, options: { labels, locks, grouped, opened, closed, selected } };
    const build = (camera: Camera, size: Size) => {
      const built = buildAt(input, wasOpen.current, camera, size);
      wasOpen.current = built.open;
      return built;
    };
    return { topology, found, places, extents, build };
  }, [topology, found, places, extents, tones, labels, locks, grouped, opened, closed, selected]);
}
