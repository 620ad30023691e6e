import { useState } from 'react';
import { ProblemView, Skeleton, StateView } from '../../components/state-view.js';
import { useScope } from '../../lib/use-scope.js';
import { useTime } from '../../lib/use-time.js';
import { MapView } from './map-view.js';
import { TimeTravel } from './time-travel.js';
import { useMapState } from './use-map-state.js';
import { useMapTopology } from './use-map-topology.js';

/** The map: who talks to whom, how much, how well, encrypted or not; now, at a time, or the difference of two times. */
export function TopologyPage() {
  const [state, setState] = useMapState();
  const { time } = useTime();
  const scope = useScope();
  const { topology, diff, error, pending, retry } = useMapTopology(state, time);
  const [travelling, setTravelling] = useState(false);
  const shown = travelling || time.mode !== 'live';
  if (!topology)
    return (
      <div className="absolute inset-0 flex flex-col">
        {error ? (
          <ProblemView error={error} onRetry={retry} className="m-auto" />
        ) : (
          <Skeleton label="Reading the graph" className="m-4 flex-1" />
        )}
        {shown && <TimeTravel onClose={() => setTravelling(false)} pending={pending} />}
      </div>
    );
  return (
    <div className="absolute inset-0 flex flex-col">
      {topology.nodes.length === 0 ? (
        <StateView state="empty" title="Nothing to draw" className="m-auto">
          No workload was found and no traffic was measured in this window. If the mesh is new, the first window closes within a minute; the
          Status page says which source is missing.
        </StateView>
      ) : (
        <MapView
          topology={topology}
          diff={diff}
          error={error}
          pending={pending}
          state={state}
          setState={setState}
          scope={scope}
          travelling={shown}
          onTravel={() => setTravelling(!shown)}
        />
      )}
      {shown && <TimeTravel onClose={() => setTravelling(false)} pending={pending} />}
    </div>
  );
}
