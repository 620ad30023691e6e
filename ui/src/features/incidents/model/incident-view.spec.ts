import {
  aboutFacts,
  beforeWords,
  blastWords,
  chartSpan,
  chartSubjects,
  evidenceNotes,
  evidenceShares,
  history,
  incidentWords,
  mergedInto,
} from './incident-view.js';
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
    [
      detail({ state: 'acknowledged', acknowledgedBy: 'ann' }),
      'Since 14:00, for 12 min. Sure enough to alert (highest score 0.95). Where it starts is not known. ann looks after it.',
    ],
    [
      detail({ state: 'suppressed', suppressedUntil: minute(90) }),
      'Since 14:00, for 12 min. Sure enough to alert (highest score 0.95). Where it starts is not known. Nobody is told about it until 15:30.',
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
  expect(evidenceNotes(evidence())).toEqual(['this or more in 1 of 10,000 normal windows', 'found by the usual share (beta-binomial)']);
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

it('chartSubjects: of who attacks and shows nothing itself, its calls first', () => {
  const attack = {
    ...anomaly('x').subject,
    kind: 'edge' as const,
    id: `${id('bot')}~~${id('db')}~~http`,
    source: id('bot'),
    target: id('db'),
  };
  const members = [anomaly('db', { peakScore: 0.99 }), anomaly('x', { subject: attack })];
  expect(chartSubjects({ causes: [{ ...cause, node: id('bot') }], members }).map(({ label }) => label)).toEqual([
    'shop/bot → shop/db',
    'shop/bot',
    'shop/db',
  ]);
});

it('aboutFacts: in words and units, without what the subject says', () => {
  const subject = { ...anomaly('cart').subject, label: 'shop/cart -> outside' };
  const about = { source: 'shop/cart', destination: 'outside', excessBytes: '421498066', everySec: '120', someThing: 'x' };
  expect(aboutFacts({ about, subject }).map(({ name, value }) => `${name} ${plain(value)}`)).toEqual([
    'more than usual by 421 MB',
    'every 2 min',
    'some thing x',
  ]);
  expect(aboutFacts({ subject })).toEqual([]);
});

it('evidenceShares: one against the other', () => {
  const check = (scores: number[], expected: number[]) => expect(evidenceShares(scores.map((score) => ({ score })))).toEqual(expected);
  check([0.04], [1]);
  check(
    [0.3, 0.1],
    [0.75, 0.25].map((share) => expect.closeTo(share) as number),
  );
  check([0, 0], [0, 0]);
});

it('beforeWords', () => {
  expect(plain(beforeWords(minute(-4), AT))).toBe('4 min before it began');
  expect(beforeWords(AT, AT)).toBe('as it began');
});

describe('an incident that became part of another', () => {
  const notes = [{ at: minute(3), actor: { name: 'anomaly', kind: 'service' as const }, action: 'merged', note: 'older' }];
  const merged = detail({ state: 'closed', closedAt: minute(3), notes });
  it('says so, and leads there', () => {
    expect(mergedInto(merged)).toBe('older');
    expect(plain(incidentWords(merged, reader))).toMatch(/^From 14:00 to 14:03, for 3 min\. It is part of an older incident now/);
    expect(history(merged)[0]).toMatchObject({ who: undefined, incidentId: 'older' });
    expect(history(merged).map(({ what }) => what)).not.toContain('Ended: nothing unusual was seen any more');
  });
  it('is one of its own again where it came back', () => expect(mergedInto({ ...merged, state: 'open' })).toBeUndefined());
});

it('chartSubjects: the first cause, then what shows it, then the other causes', () => {
  const members = [anomaly('web', { peakScore: 0.9 }), anomaly('cart', { peakScore: 0.99 }), anomaly('db')];
  const causes = [cause, { ...cause, node: id('cache') }];
  expect(chartSubjects({ causes, members }).map(({ label }) => label)).toEqual(['shop/db', 'shop/cart', 'shop/web', 'shop/cache']);
});

describe('chartSpan', () => {
  const check = (state: 'open' | 'closed', lasted: number, expected: [number, number | undefined], changed: number[] = []) => {
    const { from, to } = chartSpan({
      startedAt: AT,
      updatedAt: minute(lasted),
      closedAt: state === 'closed' ? minute(lasted) : undefined,
      state,
      changes: changed.map((at) => ({
        kind: 'policy',
        at: minute(at),
        cluster: 'east',
        namespace: 'shop',
        name: 'x',
        words: '',
        onCause: false,
      })),
    });
    expect([from, to]).toEqual([minute(expected[0]), expected[1] === undefined ? undefined : minute(expected[1])]);
  };
  it('shows as much before as it lasted, within bounds', () => {
    check('open', 5, [-30, undefined]);
    check('closed', 60, [-60, 75]);
    check('closed', 2000, [-360, 2015]);
  });
  it('shows what changed just before', () => check('open', 5, [-49, undefined], [-20, -47]));
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
