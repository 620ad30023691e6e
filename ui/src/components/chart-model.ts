/**
 * From series of the API to what a chart draws: columns for uPlot, the words that stand for the picture, ticks that read well.
 * Invariant: `null` stays `null`, so a gap is a gap and never a zero.
 */
import { formatQuantity, type Unit } from '../lib/format.js';

export interface ChartSeries {
  label: string;
  values: readonly (number | null)[];
  /** Name of a colour token without dashes, such as `rate`. */
  colour: string;
  /**
   * `line` is the main one, `faint` what stands beside it, `area` a line with its ground filled. `high` and the `low` right
   * after it are the edges of one band, which is drawn behind and named by the label of `high`.
   */
  look?: 'line' | 'faint' | 'dashed' | 'area' | 'high' | 'low';
}

/** A part of the axis of time that stands out; where both ends are the same, a line across. */
export interface ChartSpan {
  from: string;
  to: string;
  /** Name of a colour token without dashes. */
  colour: string;
}

export type ChartColumns = [number[], ...(number | null)[][]];

export function columns(at: readonly string[], series: readonly ChartSeries[]): ChartColumns {
  return [at.map((time) => Date.parse(time) / 1000), ...series.map((each) => [...each.values])];
}

/** The newest value that is known, and null where there is none. */
export function newest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function isEmpty(series: readonly ChartSeries[]): boolean {
  return series.every((each) => each.values.every((value) => value === null));
}

/** What a screen reader says in place of the picture. */
export function describeChart(title: string, series: readonly ChartSeries[], unit: Unit): string {
  const parts = series.map(({ label, values, look }, index) => {
    if (look === 'low') return '';
    if (look === 'high') {
      const [low, high] = [series[index + 1]?.values ?? [], values].map((edge) => formatQuantity(newest(edge), unit));
      return `${label}: now ${bandEdge(low ?? '', high ?? '')}`;
    }
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: no data`;
    const gaps = values.length - known.length;
    const low = formatQuantity(Math.min(...known), unit);
    const high = formatQuantity(Math.max(...known), unit);
    return `${label}: now ${formatQuantity(newest(values), unit)}, between ${low} and ${high}${gaps > 0 ? `, ${gaps} of ${values.length} steps unknown` : ''}`;
  });
  return `${title}. ${parts.filter((part) => part !== '').join('. ')}.`;
}

/** Upper end of an axis that starts at zero: a little above the highest value, and never zero itself. */
export function axisTop(max: number | null | undefined, unit: Unit): number {
  if (max === null || max === undefined || max <= 0) return unit === 'ratio' ? 0.01 : 1;
  return unit === 'ratio' ? Math.min(1, max * 1.15) : max * 1.15;
}

const ALONE_SEC = 900;

/** The axis of time, in seconds: as wide as what was read, and around a single moment a quarter of an hour on both sides. */
export function timeRange(min: number, max: number): [number, number] {
  return min === max ? [min - ALONE_SEC, max + ALONE_SEC] : [min, max];
}

/** `10 to 20 ms`: both edges of a band, the unit said once. */
export function bandEdge(low: string, high: string): string {
  const [figure = '', unit] = low.split('\u00a0');
  return `${unit !== undefined && high.endsWith(`\u00a0${unit}`) ? figure : low} to ${high}`;
}
