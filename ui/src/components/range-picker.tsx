import { ZoomOut } from 'lucide-react';
import { absoluteTime } from '../lib/format.js';
import { usePreferences } from '../lib/preferences.js';
import { RANGES } from '../lib/time.js';
import { useTime } from '../lib/use-time.js';
import { Button } from './button.js';
import { Segmented } from './segmented.js';

const OPTIONS = RANGES.map((range) => ({ value: range, label: range }));

/** How much time the charts show; after a zoom, the span and a way back. */
export function RangePicker() {
  const { range, setRange } = useTime();
  const zone = usePreferences((preferences) => preferences.zone);
  const chosen = range.kind === 'last' ? RANGES.find((each) => each === range.text) : undefined;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {range.kind === 'span' && (
        <Button onClick={() => setRange('1h')} title={`${absoluteTime(range.from, zone)} to ${absoluteTime(range.to, zone)}`}>
          <ZoomOut size={14} aria-hidden /> Zoom out
        </Button>
      )}
      <Segmented label="Time range of the charts" value={chosen} options={OPTIONS} onChange={setRange} />
    </div>
  );
}
