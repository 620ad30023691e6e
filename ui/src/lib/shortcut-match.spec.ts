import { matchStroke, type Match, type Stroke } from './shortcut-match.js';

const known = ['?', '/', 'mod+k', 'g m', 'm'];
const stroke = (key: string, change: Partial<Stroke> = {}): Stroke => ({ key, mod: false, typing: false, ...change });

describe('matchStroke', () => {
  const check = (given: Stroke, pending: string | undefined, expected: Match) =>
    expect(matchStroke(known, given, pending)).toEqual(expected);
  it('finds keys, chords and pairs', () => {
    check(stroke('?'), undefined, { kind: 'hit', keys: '?' });
    check(stroke('K', { mod: true }), undefined, { kind: 'hit', keys: 'mod+k' });
    check(stroke('g'), undefined, { kind: 'prefix' });
    check(stroke('m'), 'g', { kind: 'hit', keys: 'g m' });
    check(stroke('m'), undefined, { kind: 'hit', keys: 'm' });
    check(stroke('x'), 'g', { kind: 'none' });
  });
  it('leaves text to fields, but not chords', () => {
    check(stroke('/', { typing: true }), undefined, { kind: 'none' });
    check(stroke('k', { mod: true, typing: true }), undefined, { kind: 'hit', keys: 'mod+k' });
  });
});
