/**
 * Which time a person looks at: live, the mesh at one instant (`?at=`), or two instants side by side (`?from=&to=`);
 * and how much of it charts show (`?last=6h`, or `?span=<from>/<to>` after a zoom).
 * Invariant: what does not parse is live with the default range; a link never breaks a page.
 */
import { durationSec } from '@observatory/contracts';
import type { UrlValues } from './url-values.js';

export type TimeMode = { mode: 'live' } | { mode: 'at'; at: string } | { mode: 'compare'; from: string; to: string };
export const RANGES = ['15m', '1h', '6h', '24h', '7d'] as const;
export const DEFAULT_RANGE = '1h';

/** What charts show: a length that ends at the time looked at, or a fixed span. */
export type ChartRange = { kind: 'last'; text: string; seconds: number } | { kind: 'span'; from: string; to: string };

function instant(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

export function parseTime(values: UrlValues): TimeMode {
  const [at, from, to] = [instant(values['at']), instant(values['from']), instant(values['to'])];
  if (from && to) return from <= to ? { mode: 'compare', from, to } : { mode: 'compare', from: to, to: from };
  return at ? { mode: 'at', at } : { mode: 'live' };
}

export function parseRange(values: UrlValues): ChartRange {
  const [from, to] = (values['span'] ?? '').split('/').map(instant);
  if (from && to && from < to) return { kind: 'span', from, to };
  const text = values['last'] ?? DEFAULT_RANGE;
  const seconds = durationSec(text);
  return seconds === undefined ? { kind: 'last', text: DEFAULT_RANGE, seconds: 3600 } : { kind: 'last', text, seconds };
}

/** The end of what is looked at: undefined means now. */
export function endOf(time: TimeMode): string | undefined {
  if (time.mode === 'live') return undefined;
  return time.mode === 'at' ? time.at : time.to;
}

/** Step for about 240 points, on a round number of seconds and never finer than a window. */
export function stepSec(seconds: number, windowSec = 30): number {
  const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 86_400];
  return steps.find((step) => step >= windowSec && seconds / step <= 240) ?? 86_400;
}
