/**
 * The map's state as text in the URL, so that a link shows what its sender saw. Invariant: what does not parse is the
 * default, and a default is not written.
 */
import { durationSec, type GraphKind } from '@observatory/contracts';
import type { UrlValues } from '../../../lib/url-values.js';
import { LABEL_MODES, type LabelMode } from './edge-label.js';
import type { Camera } from './geometry.js';
import { OVERLAYS, PAINTED_OVERLAYS, type Overlay } from './overlay.js';

export const GRAPHS: readonly GraphKind[] = ['workload', 'app', 'versionedApp', 'service'];
export const WINDOWS = ['1m', '5m', '15m', '1h'] as const;

export interface MapState {
  graph: GraphKind;
  window: string;
  labels: LabelMode;
  overlay: Overlay;
  find: string;
  hide: string;
  idle: boolean;
  locks: boolean;
  grouped: boolean;
  table: boolean;
  /** Id of a node, an edge, or a namespace on the map. */
  selected: string | null;
  opened: ReadonlySet<string>;
  closed: ReadonlySet<string>;
  camera: Camera | null;
}

export const MAP_DEFAULTS: MapState = {
  graph: 'workload',
  window: '5m',
  labels: 'rate',
  overlay: 'health',
  find: '',
  hide: '',
  idle: true,
  locks: true,
  grouped: true,
  table: false,
  selected: null,
  opened: new Set(),
  closed: new Set(),
  camera: null,
};

function oneOf<T extends string>(values: readonly T[], text: string | undefined, fallback: T): T {
  return values.find((value) => value === text) ?? fallback;
}

const list = (text: string | undefined) => new Set((text ?? '').split(',').filter((item) => item !== ''));

export function parseCamera(text: string | undefined): Camera | null {
  const [x, y, zoom] = (text ?? '').split(',').map(Number);
  const whole = [x, y, zoom].every((value) => value !== undefined && Number.isFinite(value));
  return whole && text !== '' && zoom !== undefined && zoom > 0 ? { x: x ?? 0, y: y ?? 0, zoom } : null;
}

export function parseMapState(values: UrlValues): MapState {
  const window = values['window'] ?? '';
  const seconds = durationSec(window);
  return {
    graph: oneOf(GRAPHS, values['graph'], MAP_DEFAULTS.graph),
    window: seconds !== undefined && seconds <= 7 * 86_400 ? window : MAP_DEFAULTS.window,
    labels: oneOf(LABEL_MODES, values['labels'], MAP_DEFAULTS.labels),
    overlay: oneOf<Overlay>([...OVERLAYS, ...PAINTED_OVERLAYS], values['overlay'], MAP_DEFAULTS.overlay),
    find: values['find'] ?? '',
    hide: values['hide'] ?? '',
    idle: values['idle'] !== 'off',
    locks: values['locks'] !== 'off',
    grouped: values['group'] !== 'off',
    table: values['view'] === 'table',
    selected: values['sel'] || null,
    opened: list(values['open']),
    closed: list(values['close']),
    camera: parseCamera(values['cam']),
  };
}

const flag = (value: boolean | undefined) => (value === undefined ? undefined : value ? '' : 'off');
const joined = (value: ReadonlySet<string> | undefined) => value && [...value].toSorted().join(',');

function cameraText(camera: Camera | null | undefined): string | undefined {
  if (!camera) return camera === null ? '' : undefined;
  return `${Math.round(camera.x)},${Math.round(camera.y)},${Number(camera.zoom.toPrecision(3))}`;
}

/** The URL values of a change; undefined takes a value out. Only what the change names is in the result. */
export function mapUrl(change: Partial<MapState>): UrlValues {
  const values: UrlValues = {};
  const put = (key: string, value: string | undefined, fallback = '') => {
    if (value !== undefined) values[key] = value === fallback ? undefined : value;
  };
  put('graph', change.graph, MAP_DEFAULTS.graph);
  put('window', change.window, MAP_DEFAULTS.window);
  put('labels', change.labels, MAP_DEFAULTS.labels);
  put('overlay', change.overlay, MAP_DEFAULTS.overlay);
  put('find', change.find);
  put('hide', change.hide);
  put('idle', flag(change.idle));
  put('locks', flag(change.locks));
  put('group', flag(change.grouped));
  put('view', change.table === undefined ? undefined : change.table ? 'table' : '');
  put('sel', change.selected === null ? '' : change.selected);
  put('open', joined(change.opened));
  put('close', joined(change.closed));
  put('cam', cameraText(change.camera));
  return values;
}
