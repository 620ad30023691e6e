/** uPlot's options for a chart of ours: quiet axes, colours from the tokens, a crosshair shared by all charts of a page. */
import uPlot from 'uplot';
import { clockTime, formatQuantity, type Unit, type Zone } from '../lib/format.js';
import { axisTop, type ChartSeries, type ChartSpan, timeRange } from './chart-model.js';

export interface ChartSetup {
  width: number;
  height: number;
  unit: Unit;
  zone: Zone;
  series: readonly Omit<ChartSeries, 'values'>[];
  /** Read at each drawing. */
  spans?: () => readonly ChartSpan[];
  onCursor: (index: number | null) => void;
  onZoom?: ((from: Date, to: Date) => void) | undefined;
}

const FONT = '11px "Inter Variable", system-ui, sans-serif';
const MIN_ZOOM_PX = 8;

/** The value of a colour token on the screen now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function lineOf({ label, colour, look = 'line' }: Omit<ChartSeries, 'values'>, unit: Unit): uPlot.Series {
  const stroke = token(colour);
  if (look === 'high' || look === 'low') return { label, stroke: 'transparent', points: { show: false }, spanGaps: false };
  const faint = look === 'faint' || look === 'dashed';
  return {
    label,
    stroke: faint ? `color-mix(in srgb, ${stroke} 70%, ${token('surface')})` : stroke,
    width: faint ? 1 : 1.5,
    ...(look === 'dashed' ? { dash: [4, 3] } : {}),
    ...(look === 'area' ? { fill: `color-mix(in srgb, ${stroke} 12%, transparent)` } : {}),
    points: { show: false },
    spanGaps: false,
    // A count jumps: a slope would show halves.
    ...(unit === 'count' ? { paths: uPlot.paths.stepped?.({ align: 1 }) } : {}),
  };
}

/** Pairs of `high` and `low` as areas. uPlot counts the axis of time as series 0. */
function bandsOf(series: readonly Omit<ChartSeries, 'values'>[]): uPlot.Band[] {
  return series.flatMap(({ look, colour }, index) =>
    look === 'high'
      ? [{ series: [index + 1, index + 2] as [number, number], fill: `color-mix(in srgb, ${token(colour)} 16%, transparent)` }]
      : [],
  );
}

const MIN_SPAN_PX = 1.5;

function drawSpans(chart: uPlot, spans: readonly ChartSpan[]): void {
  const { ctx, bbox } = chart;
  const right = bbox.left + bbox.width;
  ctx.save();
  const { min = 0, max = 0 } = chart.scales['x'] ?? {};
  for (const { from, to, colour } of spans) {
    // What lies outside is not at the edge.
    if (Date.parse(to) / 1000 < (min ?? 0) || Date.parse(from) / 1000 > (max ?? 0)) continue;
    const [a, b] = [from, to].map((at) => Math.min(right, Math.max(bbox.left, chart.valToPos(Date.parse(at) / 1000, 'x', true))));
    const width = Math.max((b ?? 0) - (a ?? 0), MIN_SPAN_PX * devicePixelRatio);
    ctx.fillStyle = `color-mix(in srgb, ${token(colour)} ${from === to ? 70 : 14}%, transparent)`;
    ctx.fillRect(a ?? 0, bbox.top, width, bbox.height);
  }
  ctx.restore();
}

/** Charts of a page begin at the same place unless a label needs more room. */
const AXIS_PX = 62;
const LETTER_PX = 6.2;
const axisWidth = (labels: readonly string[] | null) => Math.max(AXIS_PX, ...(labels ?? []).map((label) => 14 + label.length * LETTER_PX));

const WHOLE_STEPS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

function axes(unit: Unit, zone: Zone): uPlot.Axis[] {
  const quiet = { stroke: token('ink-3'), font: FONT, grid: { stroke: token('line'), width: 1 }, ticks: { show: false } };
  return [
    {
      ...quiet,
      grid: { show: false },
      size: 22,
      gap: 4,
      space: 70,
      values: (_, ticks) => ticks.map((tick) => clockTime(tick * 1000, zone, Date.now())),
    },
    {
      ...quiet,
      size: (_, labels) => axisWidth(labels),
      gap: 6,
      space: 32,
      ...(unit === 'count' ? { incrs: WHOLE_STEPS } : {}),
      values: (_, ticks) => ticks.map((tick) => formatQuantity(tick, unit)),
    },
  ];
}

export function chartOptions({ width, height, unit, zone, series, spans, onCursor, onZoom }: ChartSetup): uPlot.Options {
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 18, 0, 0],
    cursor: {
      sync: { key: 'observatory' },
      drag: { x: onZoom !== undefined, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: { x: { time: true, range: (_, min, max) => timeRange(min, max) }, y: { range: (_, __, max) => [0, axisTop(max, unit)] } },
    ...(zone === 'utc' ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') } : {}),
    axes: axes(unit, zone),
    series: [{}, ...series.map((each) => lineOf(each, unit))],
    bands: bandsOf(series),
    hooks: {
      drawAxes: [(chart) => drawSpans(chart, spans?.() ?? [])],
      setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
      setSelect: [
        (chart) => {
          const { left, width: selected } = chart.select;
          if (selected < MIN_ZOOM_PX || onZoom === undefined || chart.cursor.event === undefined) return;
          onZoom(new Date(chart.posToVal(left, 'x') * 1000), new Date(chart.posToVal(left + selected, 'x') * 1000));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}
