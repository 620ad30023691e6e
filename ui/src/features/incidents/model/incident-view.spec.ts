import { blastWords, chartSpan, chartSubjects, evidenceNotes, history, incidentWords } from './incident-view.js';
import { anomaly, AT, detail, evidence, id } from './test-incidents.js';

const reader = { zone: 'utc', now: Date.parse(AT) + 12 * 60_000 } as const;
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');
const minute = (of: number) => new Date(Date.parse(AT) + of * 60_000).toISOString();
const cause = { node: id('db'), label: 'shop/db', score: 0.8, evidence: ['its own errors'] };

describe('incidentWords', () => {
  it.each([
    [detail({ causes: [cause] }), 'Since 14:00, for 12 min. Sure enough to alert (highest score 0.95). Probably starts at shop/db.'],
    [
      detail({ state: 'closed', closedAt: minute(5), reopened: 2, peakScore: 0.98 }),
      'From 14:00 to 14:05, for 5 min. It came back 2 times. Very sure (highest score 0.98). Where it starts is not known.',
    ],
  ])('%#', (incident, expected) => expect(plain(incidentWords(incident, reader))).toBe(expected));
});

describe('blastWords', () => {
  const blast = (change: Partial<ReturnType<typeof detail>['blast']>) => plain(blastWords({ blast: { ...detail().blast, ...change } }));
  it('says who shows it and who may be next', () => {
    expect(blast({})).toBe('Nothing shows it now; nobody else calls them.');
    expect(blast({ affectedNodes: ['a'], requestsPerSecond: 12 })).toBe('1 workload shows it, with 12 req/s; nobody else calls them.');
    expect(blast({ affectedNodes: ['a', 'b'], affectedEdges: ['e'], exposedNodes: ['c'] })).toBe(
      '2 workloads and 1 edge show it; 1 more workload calls them, directly or not, and may feel it next.',
    );
  });
});

it('evidenceNotes: how rare, and who says so; nothing where neither is known', () => {
  expect(evidenceNotes(evidence())).toEqual(['as much in 1 normal window in 10,000', 'found by beta-binomial']);
  expect(evidenceNotes(evidence({ probability: null, detectors: [] }))).toEqual([]);
});

it('chartSubjects: of a cause that is no workload, the calls to it first', () => {
  const service = 'service~east~shop~promo';
  const call = anomaly('x', {
    subject: { ...anomaly('x').subject, kind: 'edge', id: `${id('web')}~~${service}~~http`, source: id('web'), target: service },
  });
  expect(chartSubjects({ causes: [{ ...cause, node: service }], members: [anomaly('web'), call] }).map(({ label }) => label)).toEqual([
    'shop/web → shop/promo',
    'shop/promo',
    'shop/web',
  ]);
});

it('chartSubjects: the first cause, then what shows it, then the other causes', () => {
  const members = [anomaly('web', { peakScore: 0.9 }), anomaly('cart', { peakScore: 0.99 }), anomaly('db')];
  const causes = [cause, { ...cause, node: id('cache') }];
  expect(chartSubjects({ causes, members }).map(({ label }) => label)).toEqual(['shop/db', 'shop/cart', 'shop/web', 'shop/cache']);
});

describe('chartSpan', () => {
  const check = (state: 'open' | 'closed', lasted: number, expected: [number, number | undefined]) => {
    const { from, to } = chartSpan({
      startedAt: AT,
      updatedAt: minute(lasted),
      closedAt: state === 'closed' ? minute(lasted) : undefined,
      state,
    });
    expect([from, to]).toEqual([minute(expected[0]), expected[1] === undefined ? undefined : minute(expected[1])]);
  };
  it('shows as much before as it lasted, within bounds', () => {
    check('open', 5, [-30, undefined]);
    check('closed', 60, [-60, 75]);
    check('closed', 2000, [-360, 2015]);
  });
});

it('history: the newest first, people and detection together', () => {
  const notes = [{ at: minute(3), actor: { name: 'ann', kind: 'person' as const }, action: 'incident.acknowledged', note: 'on it' }];
  const entries = history(detail({ openedAt: minute(2), state: 'closed', closedAt: minute(9), notes }));
  expect(entries.map(({ who, what, note }) => [who, what, note])).toEqual([
    [undefined, 'Ended: nothing unusual was seen any more', undefined],
    ['ann', 'acknowledged it', 'on it'],
    [undefined, 'Enough for an alert: it was raised', undefined],
    [undefined, 'The first unusual window began', undefined],
  ]);
});
