import { Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { csv } from '../lib/csv.js';
import { absoluteTime, clockTime, formatQuantity, type Unit } from '../lib/format.js';
import { usePreferences, useShownTheme } from '../lib/preferences.js';
import { saveFile } from '../lib/save-file.js';
import { Button } from './button.js';
import { bandEdge, type ChartSeries, type ChartSpan, isEmpty, newest } from './chart-model.js';
import { Skeleton } from './state-view.js';

/** The canvas library comes when the first chart does. */
const TimeSeriesDrawing = lazy(() => import('./time-series-drawing.js').then((module) => ({ default: module.TimeSeriesDrawing })));

const NO_SPANS: readonly ChartSpan[] = [];

interface TimeSeriesChartProps {
  title: string;
  unit: Unit;
  at: readonly string[];
  series: readonly ChartSeries[];
  height?: number;
  /** Parts of the time that stand out. */
  spans?: readonly ChartSpan[];
  /** Dragging over the chart selects a span of time. */
  onZoom?: ((from: Date, to: Date) => void) | undefined;
  /** Why there may be nothing to draw. */
  emptyReason?: string;
}

export function TimeSeriesChart({ title, unit, at, series, height = 150, spans = NO_SPANS, onZoom, emptyReason }: TimeSeriesChartProps) {
  const [index, setIndex] = useState<number | null>(null);
  // A canvas does not follow the colour tokens by itself: another theme is another drawing.
  const theme = useShownTheme((state) => state.shown);
  const save = () => saveFile(`${title.toLowerCase().replaceAll(' ', '-')}.csv`, chartCsv(at, series), 'text/csv');
  return (
    <figure className="min-w-0">
      <figcaption className="flex items-baseline gap-x-3 text-sm">
        <span className="font-medium">{title}</span>
        <Legend series={series} unit={unit} index={index} at={at} />
        <Button look="plain" size="small" className="-my-2 ml-auto" onClick={save} aria-label={`${title} as CSV`} title="CSV">
          <Download size={13} aria-hidden />
        </Button>
      </figcaption>
      {isEmpty(series) ? (
        <div
          className="mt-1 flex items-center justify-center rounded-md bg-inset/60 px-4 text-center text-sm text-ink-3"
          style={{ height }}
        >
          {emptyReason ?? 'No data in this span of time'}
        </div>
      ) : (
        <Suspense
          fallback={
            <div style={{ height }} className="mt-1 flex">
              <Skeleton label={`Loading ${title}`} className="flex-1" />
            </div>
          }
        >
          <TimeSeriesDrawing
            key={theme}
            title={title}
            unit={unit}
            at={at}
            series={series}
            height={height}
            spans={spans}
            onZoom={onZoom}
            onCursor={setIndex}
          />
        </Suspense>
      )}
    </figure>
  );
}

function chartCsv(at: readonly string[], series: readonly ChartSeries[]): string {
  return csv(
    ['at', ...series.map((each) => each.label)],
    at.map((time, row) => [time, ...series.map((each) => each.values[row])]),
  );
}

interface LegendProps {
  series: readonly ChartSeries[];
  unit: Unit;
  index: number | null;
  at: readonly string[];
}

/** Names and values: those under the crosshair, else the newest. */
function Legend({ series, unit, index, at }: LegendProps) {
  const zone = usePreferences((preferences) => preferences.zone);
  const time = index === null ? undefined : at[index];
  return (
    <span className="flex min-w-0 flex-1 flex-wrap gap-x-3 text-ink-3">
      {series.map(({ label, colour, look, values }, each) => {
        if (look === 'low') return null;
        const shown = (of: readonly (number | null)[]) => formatQuantity(index === null ? newest(of) : of[index], unit);
        return (
          <span key={label} className="figures inline-flex items-center gap-1">
            <Key colour={colour} look={look} />
            {label}{' '}
            <span className="text-ink">
              {look === 'high' ? bandEdge(shown(series[each + 1]?.values ?? []), shown(values)) : shown(values)}
            </span>
          </span>
        );
      })}
      {time !== undefined && (
        <span className="figures" title={absoluteTime(time, zone)}>
          {clockTime(time, zone, Date.parse(at.at(-1) ?? time))}
        </span>
      )}
    </span>
  );
}

function Key({ colour, look }: Pick<ChartSeries, 'colour' | 'look'>) {
  const stroke = `var(--${colour})`;
  return (
    <span aria-hidden className={look === 'faint' || look === 'dashed' ? 'opacity-70' : undefined}>
      <svg width="12" height="8">
        {look === 'high' ? (
          <rect width="12" height="8" rx="1" fill={stroke} opacity="0.25" />
        ) : (
          <line x1="0" x2="12" y1="4" y2="4" stroke={stroke} strokeWidth="2" strokeDasharray={look === 'dashed' ? '3 2' : undefined} />
        )}
      </svg>
    </span>
  );
}
