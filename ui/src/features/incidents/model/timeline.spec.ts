import { incident } from './test-incidents.js';
import { axisTicks, openSeries, TIMELINE_ROWS, timelineBars } from './timeline.js';

const at = (minute: number) => new Date(Date.UTC(2026, 5, 3, 14, minute)).toISOString();
const [from, to] = [at(0), at(100)];
const one = (start: number, change: Parameters<typeof incident>[1] = {}) =>
  timelineBars({ from, to, incidents: [incident('i', { startedAt: at(start), ...change })] }).bars[0];

describe('timelineBars', () => {
  it.each([
    ['inside', one(10, { state: 'closed', closedAt: at(30) }), { left: 10, width: 20, before: false, after: false }],
    ['goes on', one(60), { left: 60, width: 40, before: false, after: true }],
    ['from before', one(-50, { state: 'resolved', closedAt: at(10) }), { left: 0, width: 10, before: true, after: false }],
    ['a moment at the end', one(100), { left: 99.4, width: 0.6, before: false, after: true }],
  ])('%s', (_, bar, expected) => expect(bar).toMatchObject(expected));

  it('only of the namespaces that are looked at', () => {
    const incidents = [incident('a', { startedAt: at(1) }), incident('b', { startedAt: at(2), namespaces: ['media'] })];
    expect(timelineBars({ from, to, incidents }, ['media']).bars.map((bar) => bar.incident.id)).toEqual(['b']);
  });

  it('counts what has no row', () => {
    const many = Array.from({ length: TIMELINE_ROWS + 3 }, (_, index) => incident(`i${index}`, { startedAt: at(index) }));
    const { bars, omitted } = timelineBars({ from, to, incidents: many });
    expect([bars[0]?.incident.id, bars.length, omitted]).toEqual([`i${TIMELINE_ROWS + 2}`, TIMELINE_ROWS, 3]);
  });
});

describe('axisTicks', () => {
  const check = (span: [string, string], [most, offsetMin]: [number, number], expected: string[]) =>
    expect(
      axisTicks({ from: `2026-06-03T${span[0]}Z`, to: `2026-06-03T${span[1]}Z` }, most, offsetMin).map(
        (tick) => `${tick.at.slice(11, 16)} ${Math.round(tick.left)}`,
      ),
    ).toEqual(expected);
  it('are round times, no more than fit', () => {
    check(['13:52:00', '14:52:00'], [6, 0], ['14:00 13', '14:10 30', '14:20 47', '14:30 63', '14:40 80', '14:50 97']);
    check(['08:10:00', '14:10:00'], [6, 0], ['09:00 14', '10:00 31', '11:00 47', '12:00 64', '13:00 81']);
    check(['00:00:00', '23:59:59'], [4, 0], ['06:00 25', '12:00 50', '18:00 75']);
  });
  it('are round by the clock of the viewer', () => check(['08:00:00', '20:00:00'], [2, 330], ['12:30 38', '18:30 88']));
});

it('openSeries', () =>
  expect(openSeries({ info: [1], warning: [2], critical: [3] }).map(({ label, values }) => [label, values[0]])).toEqual([
    ['critical', 3],
    ['warnings', 2],
    ['notes', 1],
  ]));
