import { lifeOf, longSpan, timeLeft } from './time-left.js';

const DAY = 86_400;
describe('longSpan', () => {
  it.each([
    [40, '40 s'],
    [600, '10 min'],
    [5 * 3600, '5 h'],
    [5 * 3600 + 600, '5 h 10 min'],
    [12 * DAY + 4 * 3600, '12 d 4 h'],
    [90 * DAY, '90 d'],
    [365 * 3 * DAY + 20 * DAY, '3 y 20 d'],
    [-5, '0 s'],
  ])('%d', (seconds, expected) => expect(longSpan(seconds)).toBe(expected));
});

describe('timeLeft', () => {
  const now = Date.parse('2026-06-03T12:00:00Z');
  it('before and after the end', () => {
    expect(timeLeft('2026-06-03T18:00:00Z', now)).toBe('6 h left');
    expect(timeLeft('2026-06-03T09:00:00Z', now)).toBe('ended 3 h ago');
  });
});

describe('lifeOf', () => {
  const dates = { notBefore: '2026-06-03T00:00:00Z', notAfter: '2026-06-04T00:00:00Z', renewalAt: '2026-06-03T12:00:00Z' };
  const at = (time: string) => lifeOf(dates, Date.parse(time));
  it('stays within the life', () => {
    expect(at('2026-06-03T06:00:00Z')).toEqual({ now: 0.25, renewal: 0.5, ended: false, begun: true });
    expect(at('2026-06-05T00:00:00Z')).toMatchObject({ now: 1, ended: true });
    expect(at('2026-06-02T00:00:00Z')).toMatchObject({ now: 0, begun: false });
  });
  it('is not guessed without a beginning', () => expect(lifeOf({ notAfter: dates.notAfter }, 0)).toBeUndefined());
  it('nor with an end before it', () => expect(lifeOf({ notBefore: dates.notAfter, notAfter: dates.notBefore }, 0)).toBeUndefined());
});
