import type { CertificateTimeline } from '@observatory/contracts';
import { barWords, chosenBar, endsIn, parseDays, thresholdMarks, timelineBars, timelineSentence } from './timeline-view.js';
import { aCertificate } from './test-certificate.js';

const DAY = 86_400;
const at = (day: number) => new Date(Date.parse('2026-06-01T00:00:00Z') + day * DAY * 1000).toISOString();
const timeline = (days: number, stepSec: number, steps: CertificateTimeline['steps'] = []) => ({
  from: '2026-06-01T12:00:00.000Z',
  to: new Date(Date.parse('2026-06-01T12:00:00Z') + days * DAY * 1000).toISOString(),
  stepSec,
  steps,
});

describe('timelineBars', () => {
  it('has a bar for every step, also those in which nothing ends', () => {
    const bars = timelineBars(timeline(30, DAY, [{ at: at(3), ends: 2, renews: 2, byKind: { gateway: 2 } }]));
    expect(bars).toHaveLength(31);
    expect(bars[3]).toEqual({ from: at(3), to: at(4), ends: 2, renews: 2, byKind: { gateway: 2 }, height: { ends: 0.5, renews: 0.5 } });
    expect(bars.filter(({ ends }) => ends > 0)).toHaveLength(1);
  });
  const check = (days: number, stepSec: number, bars: number) => expect(timelineBars(timeline(days, stepSec))).toHaveLength(bars);
  it('makes one of several where there are too many to point at', () => {
    check(7, DAY, 8);
    check(90, DAY, 91);
    check(365, 7 * DAY, 53);
    check(3650, 7 * DAY, 105);
  });
  it('loses none and counts none twice', () => {
    const steps = Array.from({ length: 520 }, (_, week) => ({ at: at(week * 7), ends: 1, renews: 2, byKind: { root: 1 } }));
    const bars = timelineBars(timeline(3650, 7 * DAY, steps));
    const sum = (of: (bar: (typeof bars)[number]) => number) => bars.reduce((total, bar) => total + of(bar), 0);
    expect([sum(({ ends }) => ends), sum(({ renews }) => renews), sum(({ byKind }) => byKind.root ?? 0)]).toEqual([520, 1040, 520]);
  });
});

describe('words', () => {
  it.each([
    [{ ends: 0, renews: 0, byKind: {} }, 'Nothing ends.'],
    [{ ends: 3, renews: 1, byKind: { root: 1, gateway: 2 } }, '3 end: 2 Gateway host, 1 Root. 1 is to be renewed.'],
    [{ ends: 1, renews: 0, byKind: { root: 1 } }, '1 ends: 1 Root.'],
  ])('%j', (bar, expected) => expect(barWords(bar)).toBe(expected));
  it('over the page', () => {
    const check = (items: number, itemsOmitted: number, expired: number, expected: string) =>
      expect(timelineSentence({ items: Array.from({ length: items }, () => aCertificate()), itemsOmitted, expired }, '90 days')).toBe(
        expected,
      );
    check(0, 0, 0, 'Nothing ends in the next 90 days.');
    check(1, 0, 0, '1 certificate ends in the next 90 days.');
    check(2, 100, 1, '102 certificates end in the next 90 days. 1 has ended already.');
  });
});

describe('a link to the timeline', () => {
  it.each([
    [{ days: '30' }, 30],
    [{ days: '31' }, 365],
    [{}, 365],
  ])('%j', (values: Record<string, string>, expected) => expect(parseDays(values)).toBe(expected));
  it('to a bar that is there', () => {
    const bars = timelineBars(timeline(7, DAY));
    expect(chosenBar(bars, { step: at(2) })?.from).toBe(at(2));
    expect(chosenBar(bars, { step: 'nonsense' })).toBeUndefined();
  });
  it('a bar has what ends in it', () => {
    const bar = { from: at(2), to: at(3) };
    expect([at(2), at(2.5), at(3), at(1)].map((time) => endsIn(bar, time))).toEqual([true, true, false, false]);
  });
});

describe('thresholdMarks', () => {
  const check = (days: number, expected: number[]) =>
    expect(thresholdMarks(timeline(days, DAY)).map((mark) => mark.days)).toEqual(expected);
  it('those that are in sight and apart', () => {
    check(7, []);
    check(90, [7, 30, 60]);
    check(365, [7, 30, 60, 90]);
    check(3650, [7]);
  });
});
