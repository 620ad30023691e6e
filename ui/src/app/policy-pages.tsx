/** Pages about policies that show the map: features do not reach into each other, so the frame puts them together. */
import { lazy, Suspense } from 'react';
import { Skeleton } from '../components/state-view.js';
import { SuggestPage } from '../features/policy/suggest-page.js';
import { WhatIfPage } from '../features/policy/what-if-page.js';
import type { MapPaint } from '../lib/map-paint.js';

const PaintedMap = lazy(async () => ({ default: (await import('../features/topology/painted-map.js')).PaintedMap }));

function ReplayMap({ paint }: { paint: MapPaint }) {
  return (
    // The page scrolls over the map; with Ctrl, or by pinching, the map zooms.
    <div className="relative h-[min(52vh,460px)]" onWheelCapture={(event) => !event.ctrlKey && event.stopPropagation()}>
      <Suspense fallback={<Skeleton label="Loading the map" className="m-4 h-64" />}>
        <PaintedMap paint={paint} />
      </Suspense>
    </div>
  );
}

export function WhatIf() {
  return <WhatIfPage Map={ReplayMap} />;
}

export function Suggest() {
  return <SuggestPage Map={ReplayMap} />;
}
