import { endOf, parseRange, parseTime, stepSec, type TimeMode } from './time.js';
import type { UrlValues } from './url-values.js';

describe('parseTime', () => {
  const check = (values: UrlValues, expected: TimeMode) => expect(parseTime(values)).toEqual(expected);
  it('is live unless told', () => {
    check({}, { mode: 'live' });
    check({ at: 'yesterday' }, { mode: 'live' });
    check({ from: '2026-06-03T10:00:00Z' }, { mode: 'live' });
  });
  it('reads one instant, and two in order', () => {
    check({ at: '2026-06-03T10:00:00Z' }, { mode: 'at', at: '2026-06-03T10:00:00.000Z' });
    const two = { mode: 'compare', from: '2026-06-03T10:00:00.000Z', to: '2026-06-03T11:00:00.000Z' } as const;
    check({ from: '2026-06-03T10:00:00Z', to: '2026-06-03T11:00:00Z' }, two);
    check({ from: '2026-06-03T11:00:00Z', to: '2026-06-03T10:00:00Z', at: '2026-06-03T10:00:00Z' }, two);
    expect(endOf(two)).toBe(two.to);
    expect(endOf({ mode: 'live' })).toBeUndefined();
  });
});

describe('parseRange', () => {
  it('takes a span before a length, and an hour where neither reads', () => {
    expect(parseRange({})).toEqual({ kind: 'last', text: '1h', seconds: 3600 });
    expect(parseRange({ last: '6h' })).toEqual({ kind: 'last', text: '6h', seconds: 21_600 });
    expect(parseRange({ last: 'x', span: 'a/b' })).toEqual({ kind: 'last', text: '1h', seconds: 3600 });
    expect(parseRange({ last: '6h', span: '2026-06-03T10:00:00Z/2026-06-03T10:30:00Z' })).toEqual({
      kind: 'span',
      from: '2026-06-03T10:00:00.000Z',
      to: '2026-06-03T10:30:00.000Z',
    });
  });
});

describe('stepSec', () => {
  const check = (seconds: number, expected: number, windowSec?: number) => expect(stepSec(seconds, windowSec)).toBe(expected);
  it('keeps charts at 240 points or fewer', () => {
    check(900, 30);
    check(3600, 30);
    check(6 * 3600, 120);
    check(86_400, 600);
    check(7 * 86_400, 3600);
    check(900, 5, 5);
  });
});
