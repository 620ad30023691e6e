/** Areas behind the nodes: a hull around each open namespace, a lane around each cluster where there are several. */
import { union, type Box } from './geometry.js';
import { namespaceKey, type MapNode, type MapView, type NamespaceExtent } from './level-of-detail.js';
import type { Tones } from './overlay.js';
import { HULL_PADDING_PX } from './placement.js';
import type { Scene, SceneHull, SceneNode } from './scene-types.js';

interface AreaOptions {
  extents: readonly NamespaceExtent[];
  open: ReadonlySet<string>;
  grouped: boolean;
  /** Colours of an overlay, which take the place of health. */
  tones?: Tones | undefined;
}

export function hullsOf(view: MapView, options: AreaOptions, nodes: readonly SceneNode[]): SceneHull[] {
  if (!options.grouped) return [];
  const members = new Map<string, MapNode[]>();
  const faded = new Map(nodes.map((node) => [node.id, node.faded]));
  for (const node of view.nodes) {
    if (node.kind === 'namespace' || node.namespace === '') continue;
    const known = members.get(namespaceKey(node));
    if (known) known.push(node);
    else members.set(namespaceKey(node), [node]);
  }
  const hulls: SceneHull[] = [];
  for (const { key, ...extent } of options.extents) {
    const list = members.get(key);
    if (!list || !options.open.has(key)) continue;
    hulls.push({
      key,
      title: list[0]?.namespace ?? '',
      box: { ...extent, maxY: extent.maxY + 8 },
      ...(options.tones === undefined ? attentionOf(list) : QUIET),
      faded: list.every(({ id }) => faded.get(id) === true),
    });
  }
  return hulls;
}

const QUIET: Pick<SceneHull, 'attention' | 'tone'> = { attention: '', tone: 'quiet' };

function attentionOf(nodes: readonly MapNode[]): Pick<SceneHull, 'attention' | 'tone'> {
  for (const state of ['failing', 'degraded'] as const) {
    const count = nodes.filter(({ health }) => health === state).length;
    if (count > 0) return { attention: `${count} ${state}`, tone: state };
  }
  return QUIET;
}

export function lanesOf(view: MapView, options: AreaOptions): Scene['lanes'] {
  const boxes = new Map<string, Box>();
  for (const { key, ...extent } of options.extents) {
    if (key.includes('/ ')) continue;
    const cluster = key.slice(0, key.lastIndexOf('/'));
    const known = boxes.get(cluster);
    boxes.set(cluster, known ? union(known, extent) : extent);
  }
  if (boxes.size < 2 || view.nodes.length === 0) return [];
  const pad = HULL_PADDING_PX * 0.7;
  return Array.from(boxes, ([cluster, box]) => ({
    cluster,
    box: { minX: box.minX - pad, minY: box.minY - pad, maxX: box.maxX + pad, maxY: box.maxY + pad },
  }));
}
