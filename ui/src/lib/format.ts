/**
 * How do numbers and times read? SI units, three significant digits, tabular figures; unknown is a dash, never 0.
 * Invariant: a share is written `0 %` or `100 %` only where it is exactly that, so a lock or an all-clear never rests on rounding.
 */
export const UNKNOWN = '–';
const NARROW = '\u00a0';

const SI_STEPS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `value` with at most `digits` significant digits, without exponent and trailing zeros. */
export function significant(value: number, digits = 3): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)))));
  const text = rounded.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `1240` as `1.24k`: a count without unit. */
export function compactNumber(value: number | null | undefined, digits = 3): string {
  const [number, prefix] = scaled(value, digits);
  return number === undefined ? UNKNOWN : `${number}${prefix}`;
}

/** Splits into the number's text and its SI prefix; a value that would round up to 1,000 moves to the next prefix. */
function scaled(value: number | null | undefined, digits: number): [string | undefined, string] {
  if (value === null || value === undefined || !Number.isFinite(value)) return [undefined, ''];
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  for (const [size, prefix] of SI_STEPS) if (rounded >= size) return [significant(value / size, digits), prefix];
  return [significant(value, rounded < 0.1 ? 2 : digits), ''];
}

/** Figure and unit apart, for tiles that set them in two sizes. */
export interface Quantity {
  figure: string;
  unit: string;
}

export type Unit = 'requests' | 'milliseconds' | 'bytes' | 'ratio' | 'connections' | 'count';

export function quantity(value: number | null | undefined, unit: Unit, digits = 3): Quantity {
  if (value === null || value === undefined || !Number.isFinite(value)) return { figure: UNKNOWN, unit: '' };
  if (unit === 'ratio') return { figure: percentFigure(value), unit: '%' };
  if (unit === 'milliseconds') return durationQuantity(value, digits);
  const [number, prefix] = scaled(value, digits);
  if (unit === 'bytes') return { figure: number ?? UNKNOWN, unit: `${prefix}B/s` };
  if (unit === 'count') return { figure: `${number}${prefix}`, unit: '' };
  return { figure: `${number}${prefix}`, unit: unit === 'requests' ? 'req/s' : 'conn/s' };
}

function durationQuantity(milliseconds: number, digits: number): Quantity {
  const rounded = Math.abs(Number(milliseconds.toPrecision(digits)));
  if (rounded < 1000) return { figure: significant(milliseconds, rounded < 0.1 ? 2 : digits), unit: 'ms' };
  if (rounded < 60_000) return { figure: significant(milliseconds / 1000, digits), unit: 's' };
  return { figure: significant(milliseconds / 60_000, digits), unit: 'min' };
}

function percentFigure(share: number): string {
  if (share === 0 || share === 1) return String(share * 100);
  if (share > 0 && share < 0.0001) return '<0.01';
  if (share > 0.999 && share < 1) return share > 0.9999 ? '>99.99' : significant(Math.floor(share * 10_000) / 100, 4);
  return significant(share * 100, share < 0.01 ? 2 : 3);
}

export function formatQuantity(value: number | null | undefined, unit: Unit, digits = 3): string {
  const parts = quantity(value, unit, digits);
  return parts.unit === '' ? parts.figure : `${parts.figure}${NARROW}${parts.unit}`;
}

export const requestRate = (value: number | null | undefined) => formatQuantity(value, 'requests');
export const milliseconds = (value: number | null | undefined) => formatQuantity(value, 'milliseconds');
export const byteRate = (value: number | null | undefined) => formatQuantity(value, 'bytes');
export const percent = (value: number | null | undefined) => formatQuantity(value, 'ratio');

/** `45 s`, `12 min`, `3 h`, `6 d`: a span of time in its largest whole unit. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole}${NARROW}s`;
  if (whole < 90 * 60) return `${Math.round(whole / 60)}${NARROW}min`;
  if (whole < 36 * 3600) return `${Math.round(whole / 3600)}${NARROW}h`;
  return `${Math.round(whole / 86_400)}${NARROW}d`;
}

/** `12 s ago`, `in 5 min`, `just now`. */
export function relativeTime(at: string | number | Date, now: number): string {
  const seconds = (now - new Date(at).getTime()) / 1000;
  if (Number.isNaN(seconds)) return UNKNOWN;
  if (Math.abs(seconds) < 2) return 'just now';
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
}

export type Zone = 'local' | 'utc';
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: Zone, style: 'time' | 'minute' | 'full'): Intl.DateTimeFormat {
  const key = `${zone} ${style}`;
  const known = clocks.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...(style === 'full' ? { year: 'numeric', month: 'short', day: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    ...(style === 'minute' ? {} : { second: '2-digit' }),
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  clocks.set(key, made);
  return made;
}

/** `14:02` where it is today, else `3 Jun, 14:02`. */
export function clockTime(at: string | number | Date, zone: Zone, now: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return UNKNOWN;
  const time = clock(zone, 'minute').format(date);
  if (Math.abs(now - date.getTime()) < 18 * 3_600_000) return time;
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...(zone === 'utc' ? { timeZone: 'UTC' } : {}) });
  return `${day.format(date)}, ${time}`;
}

/** `3 Jun 2026, 14:02:30 UTC`: for titles and exports. */
export function absoluteTime(at: string | number | Date, zone: Zone): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return UNKNOWN;
  return `${clock(zone, 'full').format(date)}${zone === 'utc' ? ' UTC' : ''}`;
}

/** `shop/cart -> shop/db`, as the services write an edge. */
export const withArrows = (text: string) => text.replaceAll('->', '→');

const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g;

/** A sentence of a service, whose instants are RFC 3339: each as the viewer's clock says it. */
export function withClockTimes(text: string, zone: Zone, now: number): string {
  return text.replaceAll(INSTANT, (at) => clockTime(at, zone, now));
}

/** `3 workloads`, `1 workload`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${compactNumber(count)} ${count === 1 ? one : many}`;
}

/** A reason as the services write it, as a sentence: `no policy matched` as `No policy matched.` A name that comes first stays as it is. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const first = /^[a-z]+(?=[\s,:;']|$)/u.test(trimmed) ? trimmed.charAt(0).toUpperCase() : trimmed.charAt(0);
  return `${first}${trimmed.slice(1)}${/[.!?:]$/u.test(trimmed) ? '' : '.'}`;
}
