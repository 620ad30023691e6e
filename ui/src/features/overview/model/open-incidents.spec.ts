import { openFirst } from './open-incidents.js';

it('openFirst: what goes on, the most severe and then the newest first', () => {
  const one = (state: 'open' | 'acknowledged' | 'suppressed' | 'closed', severity: 'critical' | 'warning', startedAt: string) => ({
    state,
    severity,
    startedAt,
  });
  const rows = [
    one('open', 'warning', '3'),
    one('suppressed', 'critical', '4'),
    one('acknowledged', 'critical', '1'),
    one('closed', 'critical', '5'),
    one('open', 'critical', '2'),
  ];
  expect(openFirst(rows).map(({ startedAt }) => startedAt)).toEqual(['2', '1', '3']);
});
