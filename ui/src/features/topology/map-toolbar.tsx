import type { Topology } from '@observatory/contracts';
import { EyeOff, History, Search, SlidersHorizontal, Table2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { Button } from '../../components/button.js';
import { ExportMenu } from './export-menu.js';
import { ExpressionInput } from './expression-input.js';
import type { MapHandle } from './map-canvas.js';
import type { LabelMode } from './model/edge-label.js';
import type { Found } from './model/filter.js';
import { namespaceKey } from './model/level-of-detail.js';
import { GRAPHS, WINDOWS, type MapState } from './model/map-url.js';
import { OVERLAY_NAMES, type Overlay } from './model/overlay.js';
import { Choice, Switch } from './toolbar-controls.js';
import type { SetMapState } from './use-map-state.js';

const GRAPH_NAMES = { workload: 'Workloads', app: 'Apps', versionedApp: 'Versioned apps', service: 'Services' };
const LABEL_NAMES: Record<LabelMode, string> = {
  off: 'No labels', rate: 'Request rate', p95: 'Latency, 95 %', mean: 'Latency, mean', errors: 'Errors', bytes: 'Bytes',
};

interface MapToolbarProps {
  state: MapState;
  setState: SetMapState;
  overlays: Overlay[];
  found: Found | null;
  map: { current: MapHandle | null };
  topology: Topology;
  travelling: boolean;
  onTravel: () => void;
  comparing: boolean;
}

export function MapToolbar(props: MapToolbarProps) {
  const { state, setState, overlays, found, topology, travelling, onTravel, comparing } = props;
  const note = found ? `${found.nodes.size + found.edges.size}` : undefined;
  return (
    <div role="toolbar" aria-label="Map" className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2">
      <div className="flex min-w-44 flex-1 items-center gap-2 md:max-w-md">
        <Search size={15} aria-hidden className="shrink-0 text-ink-3" />
        <ExpressionInput
          label="Find"
          value={state.find}
          note={note}
          placeholder="Find: errors > 1%, namespace = shop"
          onChange={(find) => setState({ find }, { replace: true })}
          className="flex-1"
        />
      </div>
      <div className="flex min-w-36 flex-1 items-center gap-2 max-md:order-last md:max-w-60">
        <EyeOff size={15} aria-hidden className="shrink-0 text-ink-3" />
        <ExpressionInput label="Hide" value={state.hide} placeholder="Hide: rps < 1" onChange={(hide) => setState({ hide }, { replace: true })} className="flex-1" />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Choice label="Graph" value={state.graph} names={Object.fromEntries(GRAPHS.map((graph) => [graph, GRAPH_NAMES[graph]]))} onChange={(graph) => setState({ graph: graph as MapState['graph'], selected: null })} />
        <Choice label="Window" value={state.window} names={windowNames(state.window)} onChange={(window) => setState({ window })} />
        <Choice label="Labels on edges" value={state.labels} names={LABEL_NAMES} onChange={(labels) => setState({ labels: labels as LabelMode })} />
        {!comparing && (
          <Choice label="Colours" value={state.overlay} names={Object.fromEntries(overlays.map((overlay) => [overlay, OVERLAY_NAMES[overlay]]))} onChange={(overlay) => setState({ overlay: overlay as Overlay })} />
        )}
        <ViewOptions state={state} setState={setState} topology={topology} />
      </div>
      <div className="ml-auto flex items-center gap-1">
        <Button look="plain" aria-pressed={travelling} onClick={onTravel} title="Time travel">
          <History size={15} aria-hidden /> <span className="max-lg:sr-only">Time</span>
        </Button>
        <Button look="plain" aria-pressed={state.table} onClick={() => setState({ table: !state.table })} title="Table of the same nodes and edges (t)">
          <Table2 size={15} aria-hidden /> <span className="max-lg:sr-only">Table</span>
        </Button>
        <ExportMenu state={state} map={props.map} />
      </div>
    </div>
  );
}

function windowNames(current: string): Record<string, string> {
  const known = WINDOWS.includes(current as (typeof WINDOWS)[number]) ? WINDOWS : [...WINDOWS, current];
  return Object.fromEntries(known.map((window) => [window, `Last ${window.replace('m', ' min').replace('h', ' h')}`]));
}

function ViewOptions({ state, setState, topology }: Pick<MapToolbarProps, 'state' | 'setState' | 'topology'>) {
  const keys = [...new Set(topology.nodes.filter(({ namespace }) => namespace !== '').map(namespaceKey))];
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button title="What is drawn">
          <SlidersHorizontal size={14} aria-hidden /> <span className="max-lg:sr-only">View</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={6} className="z-40 w-64 rounded-lg border border-line bg-surface p-2 text-sm shadow-(--shadow)">
          <Switch label="Idle nodes and edges" checked={state.idle} onChange={(idle) => setState({ idle })} />
          <Switch label="Locks where all is encrypted" checked={state.locks} onChange={(locks) => setState({ locks })} />
          <Switch label="Namespaces as areas" checked={state.grouped} onChange={(grouped) => setState({ grouped })} />
          <div className="mt-1 flex gap-1 border-t border-line pt-2">
            <Button look="plain" className="flex-1" onClick={() => setState({ closed: new Set(keys), opened: new Set() })}>
              Close all
            </Button>
            <Button look="plain" className="flex-1" onClick={() => setState({ closed: new Set(), opened: new Set() })}>
              By distance
            </Button>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
