/** Query parameters that several routes share, from text to what the services are asked. */
import { durationSec, timestamp } from '@observatory/contracts';
import { z } from 'zod';

const WINDOW_MAX_SEC = 7 * 86_400;
const NAMESPACES_MAX = 2000;
const NAME_MAX = 253;

export const clusterParam = z.string().max(NAME_MAX).meta({ description: 'one cluster; absent: all' });

/** `a,b` as a sorted list without doubles, so that equal questions have one key. */
export const namespacesParam = z
  .string()
  .max(NAMESPACES_MAX * (NAME_MAX + 1))
  .transform((text) => [...new Set(text.split(',').filter((name) => name !== ''))].sort())
  .pipe(z.array(z.string().max(NAME_MAX)).max(NAMESPACES_MAX))
  .meta({ description: 'comma list; an edge is in when one of its ends is; absent: all', examples: ['shop,payments'] });

export const windowParam = z
  .string()
  .refine((text) => (durationSec(text) ?? Infinity) <= WINDOW_MAX_SEC, 'must be a duration such as 30s, 5m, 1h, up to 7d')
  .transform((text) => durationSec(text) as number)
  .meta({ description: 'length of the window: 30s, 5m, 1h, up to 7d', examples: ['5m'] });

export const timeParam = timestamp
  .transform((text) => new Date(text).toISOString())
  .meta({ description: 'RFC 3339 time', examples: ['2026-06-03T14:02:30Z'] });

export const booleanParam = z.enum(['true', 'false']).transform((text) => text === 'true');

export const stepParam = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, 'must be a whole number of seconds')
  .transform(Number)
  .refine((value) => value <= 86_400, 'must be at most 86400')
  .meta({ description: 'length of a step in seconds', examples: ['60'] });

/** `from` and `to` of a series, in order. */
export const spanParams = { from: timeParam.optional(), to: timeParam.optional(), stepSec: stepParam.optional() };

export function inOrder(span: { from?: string; to?: string }): boolean {
  return span.from === undefined || span.to === undefined || span.from < span.to;
}
export const IN_ORDER = { message: 'must be before to', path: ['from'] };
