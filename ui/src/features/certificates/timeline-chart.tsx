import { classes } from '../../components/classes.js';
import { usePreferences } from '../../lib/preferences.js';
import type { Zone } from '../../lib/format.js';
import { barWords, thresholdMarks, type TimelineBar } from './model/timeline-view.js';

interface TimelineChartProps {
  span: { from: string; to: string };
  bars: readonly TimelineBar[];
  chosen: TimelineBar | undefined;
  onChoose: (bar: TimelineBar | undefined) => void;
}

const HEIGHT_PX = 150;

/** `3 Jun 2026`, with the hour where a bar is shorter than a day. */
function dayText(at: string, zone: Zone, hours: boolean): string {
  return new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    ...(hours ? { hour: '2-digit', minute: '2-digit' } : {}),
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  }).format(new Date(at));
}

/** Bars over time: what ends is solid, what renews by itself is pale. Each bar is a button that shows what is in it. */
export function TimelineChart({ span, bars, chosen, onChoose }: TimelineChartProps) {
  const zone = usePreferences((preferences) => preferences.zone);
  const hours = bars[0] !== undefined && Date.parse(bars[0].to) - Date.parse(bars[0].from) < 86_400_000;
  const highest = Math.max(...bars.map(({ ends, renews }) => ends + renews));
  return (
    <div className="px-4 pb-3">
      <div className="relative pt-5">
        {thresholdMarks(span).map(({ days, at }) => (
          <span
            key={days}
            aria-hidden
            className="absolute top-0 bottom-0 border-l border-dashed border-line-mid pl-1 text-xs text-ink-3"
            style={{ left: `${at * 100}%` }}
          >
            {days} d
          </span>
        ))}
        <ul aria-label="What ends when" className="relative flex items-end" style={{ height: HEIGHT_PX }}>
          {bars.map((bar) => {
            const label = `${dayText(bar.from, zone, hours)} to ${dayText(bar.to, zone, hours)}: ${barWords(bar)}`;
            const filled = bar.ends + bar.renews > 0;
            return (
              <li key={bar.from} className="flex h-full min-w-0 flex-1">
                {filled && (
                  <button
                    type="button"
                    aria-label={label}
                    title={label}
                    aria-pressed={chosen?.from === bar.from}
                    onClick={() => onChoose(chosen?.from === bar.from ? undefined : bar)}
                    className="group flex min-w-0 flex-1 flex-col justify-end px-px hover:bg-inset aria-pressed:bg-accent-soft"
                  >
                    <Part share={bar.height.renews} className="bg-line-mid" />
                    <Part share={bar.height.ends} className="bg-ink-2 group-hover:bg-accent group-aria-pressed:bg-accent" />
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      <div aria-hidden className="figures flex justify-between border-t border-line-mid pt-1 text-xs text-ink-3">
        <span>now</span>
        <span>{dayText(new Date((Date.parse(span.from) + Date.parse(span.to)) / 2).toISOString(), zone, false)}</span>
        <span>{dayText(span.to, zone, false)}</span>
      </div>
      <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-ink-3">
        <Key className="bg-ink-2" words="ends" />
        <Key className="bg-line-mid" words="is renewed by its holder" />
        <span>highest: {highest}</span>
      </p>
    </div>
  );
}

function Part({ share, className }: { share: number; className: string }) {
  if (share === 0) return null;
  return <span className={classes('block w-full', className)} style={{ height: Math.max(3, share * HEIGHT_PX) }} />;
}

function Key({ className, words }: { className: string; words: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className={classes('size-2.5 rounded-sm', className)} /> {words}
    </span>
  );
}
