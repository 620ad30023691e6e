import { Maximize, Minus, Plus, RotateCcw } from 'lucide-react';
import { Button } from '../../components/button.js';
import type { MapHandle } from './map-canvas.js';
import { useDragged } from './use-dragged.js';

export function MapControls({ map }: { map: { current: MapHandle | null } }) {
  const { places, reset } = useDragged();
  const moved = Object.keys(places).length;
  return (
    <div
      data-map-control
      className="absolute right-3 bottom-3 z-10 flex flex-col rounded-md border border-line bg-surface shadow-(--shadow)"
    >
      {moved > 0 && (
        <Button look="plain" className="px-0" onClick={reset} aria-label="Put dragged nodes back" title={`Put ${moved} dragged nodes back`}>
          <RotateCcw size={15} aria-hidden />
        </Button>
      )}
      <Button look="plain" className="px-0" onClick={() => map.current?.zoom(1.4)} aria-label="Zoom in" title="Zoom in (+)">
        <Plus size={15} aria-hidden />
      </Button>
      <Button look="plain" className="px-0" onClick={() => map.current?.zoom(1 / 1.4)} aria-label="Zoom out" title="Zoom out (-)">
        <Minus size={15} aria-hidden />
      </Button>
      <Button look="plain" className="px-0" onClick={() => map.current?.fit()} aria-label="Show everything" title="Show everything (0)">
        <Maximize size={15} aria-hidden />
      </Button>
    </div>
  );
}
