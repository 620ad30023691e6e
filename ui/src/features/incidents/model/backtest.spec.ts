import type { BacktestIncident, BacktestReply, DetectionConfig } from '@observatory/contracts';
import { backtestRows, changedConfig, coverageWords, formOf, rateWords, stepWords } from './backtest.js';
import { anomaly, AT, incident } from './test-incidents.js';

const config: DetectionConfig = {
  budget: 'balanced',
  persistence: { needed: 3, of: 5 },
  closeAfter: 3,
  minimumRequestsPerMinute: 10,
  minimumRelativeChange: 0.2,
  types: ['errors'],
};
const minute = (of: number) => new Date(Date.parse(AT) + of * 60_000).toISOString();
const found = (name: string, from: number, to: number): BacktestIncident => ({
  startedAt: minute(from),
  openedAt: minute(from),
  closedAt: minute(to),
  severity: 'warning',
  peakScore: 0.9,
  types: ['errors'],
  title: `${name} ${from}`,
  subjects: [anomaly(name).subject],
});
const run = (...incidents: BacktestIncident[]) => ({ config, incidents, alertsPerSeriesDay: 0 });

describe('changedConfig', () => {
  const check = (change: Partial<ReturnType<typeof formOf>>, expected: unknown) =>
    expect(changedConfig({ ...formOf(config), ...change }, config)).toEqual(expected);
  it('only what differs', () => {
    check({}, { changed: {} });
    check(
      { budget: 'strict', of: '6', minimumChange: '50' },
      { changed: { budget: 'strict', persistence: { needed: 3, of: 6 }, minimumRelativeChange: 0.5 } },
    );
    check({ closeAfter: '4', minimumRequestsPerMinute: '0' }, { changed: { closeAfter: 4, minimumRequestsPerMinute: 0 } });
  });
  it.each([{ needed: '6' }, { of: 'x' }, { closeAfter: '0' }, { minimumRequestsPerMinute: '' }, { minimumChange: '-1' }])(
    '%j cannot be read',
    (change) => expect(changedConfig({ ...formOf(config), ...change }, config)).toHaveProperty('problem'),
  );
});

describe('backtestRows', () => {
  const rows = (current: BacktestIncident[], changed?: BacktestIncident[], raised = [] as ReturnType<typeof incident>[]) =>
    backtestRows({ to: minute(100), current: run(...current), changed: changed && run(...changed) }, raised).map(
      ({ title, current: now, changed: then, raised: real }) => [title, now, then, real?.id],
    );
  it('the same subject at the same time is one row', () =>
    expect(rows([found('a', 0, 10), found('a', 30, 40), found('b', 0, 10)], [found('a', 31, 35), found('c', 50, 60)])).toEqual([
      ['c 50', false, true, undefined],
      ['a 30', true, true, undefined],
      ['a 0', true, false, undefined],
      ['b 0', true, false, undefined],
    ]));
  it('a finding is matched once', () =>
    expect(rows([found('a', 0, 10), found('a', 12, 20)], [found('a', 0, 20)]).map(([title, , changed]) => [title, changed])).toEqual([
      ['a 12', false],
      ['a 0', true],
    ]));
  it('beside what really was raised', () => {
    const real = incident('real', { startedAt: minute(5), state: 'closed', closedAt: minute(8) });
    expect(rows([found('a', 0, 10), found('a', 20, 30)], undefined, [real])).toEqual([
      ['a 20', true, undefined, undefined],
      ['a 0', true, undefined, 'real'],
    ]);
  });
  it('what was raised and would not be is a row too', () =>
    expect(rows([], [], [incident('real', { namespaces: ['media'] })])).toEqual([['Errors at shop/real', false, false, 'real']]));
});

it('words', () => {
  const reply = {
    from: AT,
    to: minute(60),
    subjects: 2,
    series: 8,
    windowsExpected: 120,
    windowsPresent: 60,
    warmUpSec: 7200,
  } as BacktestReply;
  const plain = (text: string) => text.replaceAll('\u00a0', ' ');
  expect(plain(coverageWords(reply))).toBe(
    '8 series of 2 subjects over 60 min: 50 % of its windows are stored; 2 h before it were learned from first.',
  );
  expect(plain(coverageWords({ ...reply, windowsExpected: 0, warmUpSec: 0 }))).toContain(
    'no window was stored; nothing before it was learned from',
  );
  expect([rateWords(0), plain(rateWords(0.02))]).toEqual(['no alert', '0.02 alerts a series and day, one in 50 d']);
  const steps = (needed: number) =>
    stepWords({ stepSec: 300, current: run(), changed: { ...run(), config: { ...config, persistence: { needed, of: 5 } } } });
  expect(plain(steps(3))).toContain('Judged in steps of 5 min, as history is stored: raised when 3 of 5 steps are unusual.');
  expect(steps(4)).toContain('raised when 3 of 5, or 4 of 5 as changed, steps are unusual.');
});
