import type { Topology } from '@observatory/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ProblemView, Skeleton, StateView } from '../../components/state-view.js';
import { counted } from '../../lib/format.js';
import type { MapPaint } from '../../lib/map-paint.js';
import { type TopologyArgs, topologyQuery } from '../../lib/queries.js';
import { MapCanvas, type MapHandle } from './map-canvas.js';
import { LegendEntries } from './map-legend.js';
import { MAP_DEFAULTS } from './model/map-url.js';
import { aroundPaint } from './model/paint.js';
import type { Overlay } from './model/overlay.js';
import { mapSummary } from './model/summary.js';
import { useMapModel } from './use-map-model.js';

const NO_DRAGS = {};
const EVERYWHERE = { namespaces: [] };
/** Rare callers had no traffic in the last minutes: a day shows them, and is read quickly. */
const WINDOW = '24h';

export interface PaintedMapProps {
  paint: MapPaint;
  /** The overlay of the whole map that says the same. */
  overlay?: Overlay;
  /** Which mesh is drawn: so much traffic, up to this time, of these namespaces, with or without what is idle. */
  of?: Pick<TopologyArgs, 'window' | 'at' | 'namespaces' | 'idle'>;
  /** Why there may be nothing to draw, after the window. */
  empty?: string;
}

const WHOLE_DAY: NonNullable<PaintedMapProps['of']> = { window: WINDOW, idle: false };

/** A small map of what is painted, on another page. A click leads to the whole map. */
export function PaintedMap({ paint, overlay = 'what-if', of = WHOLE_DAY, empty = 'the table below has all.' }: PaintedMapProps) {
  const graph = useQuery(topologyQuery(of));
  if (graph.data) return <Painted whole={graph.data} paint={paint} overlay={overlay} of={of} empty={empty} />;
  if (graph.isError) return <ProblemView error={graph.error} onRetry={() => void graph.refetch()} />;
  return <Skeleton label="Reading the graph" className="m-4 h-64" />;
}

function Painted({ whole, paint, overlay, of, empty }: Required<PaintedMapProps> & { whole: Topology }) {
  const { window = WINDOW, at } = of;
  const navigate = useNavigate();
  const map = useRef<MapHandle>(null);
  const { topology, missing } = useMemo(() => aroundPaint(whole, paint), [whole, paint]);
  const [state] = useState(() => ({ ...MAP_DEFAULTS, window }));
  const model = useMapModel({ topology, diff: undefined, state, scope: EVERYWHERE, dragged: NO_DRAGS, paint });
  const open = useCallback(
    (id: string | null) =>
      id !== null && void navigate({ to: '/map', search: { overlay, window, sel: id, ...(at === undefined ? {} : { at }) } }),
    [navigate, overlay, window, at],
  );
  if (topology.nodes.length === 0)
    return (
      <StateView state="empty" title="Nothing to draw">
        Nothing of it had traffic in the last {window}: {empty}
      </StateView>
    );
  return (
    <>
      <MapCanvas
        key={topology.nodes.map(({ id }) => id).join(' ')}
        ref={map}
        model={model}
        camera={null}
        selected={null}
        panel={false}
        summary={mapSummary(topology, null)}
        words={paint.words}
        onSelect={open}
        onOpen={({ id }) => open(id)}
        onDragged={() => undefined}
        onSettled={() => undefined}
      />
      <div className="pointer-events-none absolute bottom-2 left-2 rounded-md border border-line bg-surface px-3 py-1.5 text-sm text-ink-2">
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          <LegendEntries entries={paint.legend} />
        </div>
        {missing > 0 && (
          <p className="text-ink-3">
            {counted(missing, 'edge')} without traffic in the last {window} {missing === 1 ? 'is' : 'are'} not drawn
          </p>
        )}
      </div>
    </>
  );
}
