import type { Topology, TopologyDiff } from '@observatory/contracts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { StaleBanner } from '../../components/source-freshness.js';
import { usePreferences } from '../../lib/preferences.js';
import type { Scope } from '../../lib/scope.js';
import { ComparePanel } from './compare-panel.js';
import { MapCanvas, type MapHandle } from './map-canvas.js';
import { MapControls } from './map-controls.js';
import { MapLegend } from './map-legend.js';
import { MapTable } from './map-table.js';
import { MapToolbar } from './map-toolbar.js';
import { namespaceKey, namespaceNodeId, type MapView as View } from './model/level-of-detail.js';
import type { Camera, Point } from './model/geometry.js';
import type { MapState } from './model/map-url.js';
import { overlaysWithData } from './model/overlay.js';
import type { Hit } from './model/pointing.js';
import { mapSummary } from './model/summary.js';
import { SidePanel } from './side-panel.js';
import { useDragged } from './use-dragged.js';
import { useMapModel, type MapModel } from './use-map-model.js';
import type { SetMapState } from './use-map-state.js';
import { usePaint } from './use-paint.js';

interface MapViewProps {
  topology: Topology;
  diff: TopologyDiff | undefined;
  error: Error | null;
  pending: boolean;
  state: MapState;
  setState: SetMapState;
  scope: Scope;
  travelling: boolean;
  onTravel: () => void;
}

export function MapView({ topology, diff, error, pending, state, setState, scope, travelling, onTravel }: MapViewProps) {
  const { places: dragged, put } = useDragged();
  const { paint, offered, note } = usePaint(state.overlay);
  const model = useMapModel({ topology, diff, state, scope, dragged, paint });
  const [view, setView] = useState<View | null>(null);
  const map = useRef<MapHandle>(null);
  const legend = useRef<HTMLElement>(null);
  const toggleTable = useCallback(() => setState({ table: !state.table }), [setState, state.table]);
  const select = useCallback((selected: string | null) => setState({ selected }, { replace: true }), [setState]);
  useMapKeys(toggleTable, select);
  useEffect(() => {
    if (state.selected) map.current?.show(state.selected);
  }, [state.selected]);
  const comparing = diff !== undefined;
  useEffect(() => {
    if (comparing) map.current?.fit();
  }, [comparing]);
  const open = useOpen(state, setState, model);
  const settled = (camera: Camera, next: View) => {
    setView(next);
    setState({ camera }, { replace: true });
  };
  const summary = useMemo(() => mapSummary(model.topology, view), [model.topology, view]);
  return (
    <>
      <MapToolbar
        state={state}
        setState={setState}
        overlays={[...overlaysWithData(topology), ...offered]}
        found={model.found}
        map={map}
        topology={model.topology}
        travelling={travelling}
        onTravel={onTravel}
        comparing={comparing}
      />
      <p className="sr-only" aria-live="polite">
        {summary}
      </p>
      <div className="relative min-h-0 flex-1">
        {state.table ? (
          <MapTable topology={model.topology} found={model.found} paint={comparing ? undefined : paint} onSelect={select} />
        ) : (
          <>
            <MapCanvas
              ref={map}
              model={model}
              camera={state.camera}
              selected={state.selected}
              panel={state.selected !== null || comparing}
              corner={legend}
              summary={summary}
              words={comparing ? undefined : paint?.words}
              onSelect={select}
              onOpen={open}
              onDragged={(id, from, to) => put(draggedPlaces(id, from, to, model))}
              onSettled={settled}
            />
            <MapLegend ref={legend} state={state} view={view} comparing={comparing} paint={paint} />
            <MapControls map={map} />
          </>
        )}
        <div className="pointer-events-none absolute inset-x-3 top-3 z-10 flex flex-col items-start gap-2 *:pointer-events-auto">
          <StaleBanner sources={topology.sources} />
          {error && (
            <p role="status" className="rounded-md bg-degraded-soft px-3 py-1.5 text-sm text-degraded-ink">
              Not refreshed: {error.message}
            </p>
          )}
          {note !== undefined && (
            <p role="status" className="rounded-md border border-line bg-surface px-3 py-1 text-sm text-ink-2">
              {note}
            </p>
          )}
          {pending && (
            <p role="status" className="rounded-md border border-line bg-surface px-3 py-1 text-sm text-ink-2">
              Reading the graph of this time…
            </p>
          )}
        </div>
        {diff && !state.selected && <ComparePanel diff={diff} to={topology} onSelect={select} />}
        {state.selected && <SidePanel key={state.selected} id={state.selected} model={model} view={view} onSelect={select} onOpen={open} />}
      </div>
    </>
  );
}

/** `t` swaps map and table, Escape closes the panel, unless somebody is typing or has turned single keys off. */
function useMapKeys(toggle: () => void, select: (id: null) => void): void {
  const shortcuts = usePreferences((preferences) => preferences.shortcuts);
  useEffect(() => {
    if (!shortcuts) return;
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as Element | null)?.closest('input, textarea, select, [contenteditable]');
      if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.key === 't') toggle();
      if (event.key === 'Escape') select(null);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [shortcuts, toggle, select]);
}

/** Opens a closed namespace, closes an open one, and selects what is neither. */
function useOpen(state: MapState, setState: SetMapState, model: MapModel): (hit: Hit) => void {
  return useCallback(
    (hit: Hit) => {
      const key = hit.type === 'namespace' ? hit.id : hit.id.startsWith('namespace~') ? hit.id.slice('namespace~'.length) : null;
      if (key === null) return setState({ selected: hit.id }, { replace: true });
      const opening = hit.type === 'node';
      const [opened, closed] = [new Set(state.opened), new Set(state.closed)];
      opened.delete(key);
      closed.delete(key);
      (opening ? opened : closed).add(key);
      const inside = model.topology.nodes.some((node) => node.id === state.selected && namespaceKey(node) === key);
      setState({ opened, closed, ...(inside || state.selected === namespaceNodeId(key) ? { selected: null } : {}) });
    },
    [state, setState, model],
  );
}

/** A dragged namespace takes its workloads along. */
function draggedPlaces(id: string, from: Point, to: Point, model: MapModel): [string, Point][] {
  const members = model.topology.nodes.filter((node) => node.id === id || namespaceNodeId(namespaceKey(node)) === id);
  return members.map((node) => {
    const at = model.places.get(node.id) ?? from;
    return [node.id, { x: Math.round(at.x + to.x - from.x), y: Math.round(at.y + to.y - from.y) }];
  });
}
