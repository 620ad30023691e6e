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
  off: 'No labels',
  rate: 'Request rate',
  p95: 'Latency, 95 %',
  mean: 'Latency, mean',
  errors: 'Errors',
  bytes: 'Bytes',
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
  const note = found ? `${found.nodes.size + found.edges.size} match` : undefined;
  return (
    <div role="toolbar" aria-label="Map" className="flex items-center gap-2 border-b border-line bg-surface px-3 py-2">
      <div className="flex min-w-0 flex-[2] items-center gap-2 md:max-w-md">
        <Search size={15} aria-hidden className="shrink-0 text-ink-3" />
        <ExpressionInput
          label="Find"
          value={state.find}
          note={note}
          placeholder="Find: errors > 1%"
          onChange={(find) => setState({ find }, { replace: true })}
          className="flex-1"
        />
      </div>
      <div className="min-w-0 flex-1 max-lg:hidden lg:max-w-60">
        <HideInput state={state} setState={setState} />
      </div>
      <div className="flex gap-2 max-lg:hidden">
        <Choices state={state} setState={setState} overlays={overlays} comparing={comparing} />
      </div>
      <ViewOptions state={state} setState={setState} overlays={overlays} comparing={comparing} topology={topology} />
      <div className="ml-auto flex items-center md:gap-1">
        <Button look="plain" aria-pressed={travelling} onClick={onTravel} title="Time travel">
          <History size={15} aria-hidden /> <span className="max-2xl:sr-only">Time</span>
        </Button>
        <Button
          look="plain"
          aria-pressed={state.table}
          onClick={() => setState({ table: !state.table })}
          title="Table of the same nodes and edges (t)"
        >
          <Table2 size={15} aria-hidden /> <span className="max-2xl:sr-only">Table</span>
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

type ChoicesProps = Pick<MapToolbarProps, 'state' | 'setState' | 'overlays' | 'comparing'>;

function Choices({ state, setState, overlays, comparing }: ChoicesProps) {
  const graphs = Object.fromEntries(GRAPHS.map((graph) => [graph, GRAPH_NAMES[graph]]));
  const colours = Object.fromEntries(overlays.map((overlay) => [overlay, OVERLAY_NAMES[overlay]]));
  return (
    <>
      <Choice
        label="Graph"
        value={state.graph}
        names={graphs}
        onChange={(graph) => setState({ graph: graph as MapState['graph'], selected: null })}
      />
      <Choice label="Window" value={state.window} names={windowNames(state.window)} onChange={(window) => setState({ window })} />
      <Choice
        label="Labels on edges"
        value={state.labels}
        names={LABEL_NAMES}
        onChange={(labels) => setState({ labels: labels as LabelMode })}
      />
      {!comparing && (
        <Choice label="Colours" value={state.overlay} names={colours} onChange={(overlay) => setState({ overlay: overlay as Overlay })} />
      )}
    </>
  );
}

function HideInput({ state, setState }: Pick<MapToolbarProps, 'state' | 'setState'>) {
  return (
    <div className="flex items-center gap-2">
      <EyeOff size={15} aria-hidden className="shrink-0 text-ink-3" />
      <ExpressionInput
        label="Hide"
        value={state.hide}
        placeholder="Hide: rps < 1"
        onChange={(hide) => setState({ hide }, { replace: true })}
        className="flex-1"
      />
    </div>
  );
}

function ViewOptions({ state, setState, overlays, comparing, topology }: ChoicesProps & Pick<MapToolbarProps, 'topology'>) {
  const keys = [...new Set(topology.nodes.filter(({ namespace }) => namespace !== '').map(namespaceKey))];
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button title="What is drawn">
          <SlidersHorizontal size={14} aria-hidden /> <span className="max-xl:sr-only">View</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          className="z-40 w-64 rounded-lg border border-line bg-surface p-2 text-sm shadow-(--shadow)"
        >
          <div className="flex flex-col gap-2 pb-2 *:max-w-none lg:hidden">
            <HideInput state={state} setState={setState} />
            <Choices state={state} setState={setState} overlays={overlays} comparing={comparing} />
          </div>
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
