/** The page of an incident shows the map: features do not reach into each other, so the frame puts them together. */
import { lazy, Suspense } from 'react';
import { Skeleton } from '../components/state-view.js';
import { type IncidentMapProps, IncidentPage } from '../features/incidents/incident-page.js';

const PaintedMap = lazy(async () => ({ default: (await import('../features/topology/painted-map.js')).PaintedMap }));

function IncidentMap({ paint, of }: IncidentMapProps) {
  return (
    // The page scrolls over the map; with Ctrl, or by pinching, the map zooms.
    <div className="relative h-[min(48vh,400px)]" onWheelCapture={(event) => !event.ctrlKey && event.stopPropagation()}>
      <Suspense fallback={<Skeleton label="Loading the map" className="m-4 h-64" />}>
        <PaintedMap paint={paint} overlay="anomaly" of={of} empty="what was seen stands in the evidence." />
      </Suspense>
    </div>
  );
}

export function Incident() {
  return <IncidentPage Map={IncidentMap} />;
}
