import type { Topology } from '@observatory/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ProblemView, Skeleton, StateView } from '../../components/state-view.js';
import { counted } from '../../lib/format.js';
import type { MapPaint } from '../../lib/map-paint.js';
import { topologyQuery } from '../../lib/queries.js';
import { MapCanvas, type MapHandle } from './map-canvas.js';
import { LegendEntries } from './map-legend.js';
import { MAP_DEFAULTS } from './model/map-url.js';
import { aroundPaint } from './model/paint.js';
import { mapSummary } from './model/summary.js';
import { useMapModel } from './use-map-model.js';

const NO_DRAGS = {};
const EVERYWHERE = { namespaces: [] };
/** Rare callers had no traffic in the last minutes: a day shows them, and is read quickly. */
const WINDOW = '24h';

/** A small map of what is painted, on another page. A click leads to the whole map. */
export function PaintedMap({ paint }: { paint: MapPaint }) {
  const graph = useQuery(topologyQuery({ window: WINDOW, idle: false }));
  if (graph.data) return <Painted whole={graph.data} paint={paint} />;
  if (graph.isError) return <ProblemView error={graph.error} onRetry={() => void graph.refetch()} />;
  return <Skeleton label="Reading the graph" className="m-4 h-64" />;
}

function Painted({ whole, paint }: { whole: Topology; paint: MapPaint }) {
  const navigate = useNavigate();
  const map = useRef<MapHandle>(null);
  const { topology, missing } = useMemo(() => aroundPaint(whole, paint), [whole, paint]);
  const [state] = useState(() => ({ ...MAP_DEFAULTS, window: WINDOW }));
  const model = useMapModel({ topology, diff: undefined, state, scope: EVERYWHERE, dragged: NO_DRAGS, paint });
  const open = useCallback(
    (id: string | null) => id !== null && void navigate({ to: '/map', search: { overlay: 'what-if', window: WINDOW, sel: id } }),
    [navigate],
  );
  if (topology.nodes.length === 0)
    return (
      <StateView state="empty" title="Nothing to draw">
        None of the edges that change had traffic in the last {WINDOW}: the table below has them all.
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
            {counted(missing, 'edge')} without traffic in the last {WINDOW} {missing === 1 ? 'is' : 'are'} not drawn
          </p>
        )}
      </div>
    </>
  );
}
