import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Unit } from '../lib/format.js';
import { usePreferences } from '../lib/preferences.js';
import { type ChartSeries, type ChartSpan, columns, describeChart } from './chart-model.js';
import { chartOptions } from './chart-options.js';

interface TimeSeriesDrawingProps {
  title: string;
  unit: Unit;
  at: readonly string[];
  series: readonly ChartSeries[];
  height: number;
  spans: readonly ChartSpan[];
  onZoom: ((from: Date, to: Date) => void) | undefined;
  onCursor: (index: number | null) => void;
}

/** The lines of a chart on a canvas; everything else about it is in TimeSeriesChart. */
export function TimeSeriesDrawing({ title, unit, at, series, height, spans, onZoom, onCursor }: TimeSeriesDrawingProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const zoom = useRef(onZoom);
  const zone = usePreferences((preferences) => preferences.zone);
  const data = useMemo(() => columns(at, series), [at, series]);
  const shape = JSON.stringify(series.map(({ label, colour, look }) => ({ label, colour, look })));
  const zoomable = onZoom !== undefined;
  const newestData = useRef(data);
  const newestSpans = useRef(spans);
  useEffect(() => {
    zoom.current = onZoom;
    newestSpans.current = spans;
    newestData.current = data;
  });
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const made = new uPlot(
      chartOptions({
        width: element.clientWidth,
        height,
        unit,
        zone,
        onCursor,
        spans: () => newestSpans.current,
        series: JSON.parse(shape) as Omit<ChartSeries, 'values'>[],
        onZoom: zoomable ? (from, to) => zoom.current?.(from, to) : undefined,
      }),
      newestData.current as uPlot.AlignedData,
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [shape, unit, zone, height, zoomable, onCursor]);
  useEffect(() => chart.current?.setData(data as uPlot.AlignedData), [data, spans]);
  return (
    <div
      ref={frame}
      role="img"
      aria-label={describeChart(title, series, unit)}
      style={{ height }}
      className="mt-1 min-w-0 overflow-hidden"
    />
  );
}
