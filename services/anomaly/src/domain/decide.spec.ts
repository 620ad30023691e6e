import type { Anomaly, AnomalyState, DecisionBody, IncidentDetail } from '@observatory/contracts';
import { decide } from './decide.js';

const AT = '2026-03-02T12:00:00.000Z';
const NOW = new Date(AT);
const actor = { name: 'ada', kind: 'person' } as const;

const member = (id: string, state: AnomalyState = 'open'): Anomaly => ({
  id,
  incidentId: 'i',
  type: 'errors',
  category: 'behaviour',
  subject: { kind: 'node', id: `node-${id}`, cluster: 'east', namespace: 'shop', name: id, label: `shop/${id}` },
  state,
  severity: 'warning',
  score: 0.9,
  peakScore: 0.9,
  startedAt: AT,
  updatedAt: AT,
  title: id,
  evidence: [],
  requestsPerSecond: 1,
});
const incident = (members: Anomaly[], state: AnomalyState = 'open'): IncidentDetail => ({
  id: 'i',
  title: 'i',
  state,
  severity: 'warning',
  score: 0.9,
  peakScore: 0.9,
  clusters: ['east'],
  namespaces: ['shop'],
  types: ['errors'],
  category: 'behaviour',
  startedAt: AT,
  openedAt: AT,
  updatedAt: AT,
  reopened: 0,
  anomalies: members.length,
  affected: members.length,
  version: 3,
  causes: [],
  blast: { affectedNodes: [], affectedEdges: [], exposedNodes: [], requestsPerSecond: 0 },
  changes: [],
  changesUnknown: [],
  members,
  callers: [],
  callees: [],
  edges: [],
  notes: [],
});

describe('a decision', () => {
  const check = (
    name: string,
    [members, body, anomalyId]: [Anomaly[], DecisionBody, string?],
    [state, states, quiet]: [AnomalyState, AnomalyState[], boolean],
  ) =>
    it(name, () => {
      const decided = decide(incident(members), { anomalyId, body, actor, now: NOW });
      expect([decided.detail.state, decided.detail.members.map((one) => one.state), decided.quiet]).toEqual([state, states, quiet]);
      expect(decided.detail.version).toBe(4);
      expect(decided.detail.notes).toMatchObject([{ at: AT, actor, action: body.state }]);
    });
  const acknowledged: DecisionBody = { state: 'acknowledged' };
  const resolved: DecisionBody = { state: 'resolved' };
  const suppressed: DecisionBody = { state: 'suppressed', note: 'a test' };

  check(
    'of an incident is that of all that goes on',
    [[member('a'), member('b', 'closed')], acknowledged],
    ['acknowledged', ['acknowledged', 'closed'], false],
  );
  check('of one anomaly leaves the others', [[member('a'), member('b')], resolved, 'a'], ['open', ['resolved', 'open'], false]);
  check(
    'of the last anomaly is the incident',
    [[member('a', 'closed'), member('b')], resolved, 'b'],
    ['resolved', ['closed', 'resolved'], true],
  );
  check('to suppress takes the alert back', [[member('a')], suppressed], ['suppressed', ['suppressed'], true]);
  check('about what is over changes nothing', [[member('a', 'closed')], acknowledged], ['resolved', ['closed'], true]);

  it('to suppress lasts a day unless said otherwise, for each subject and type', () => {
    const rules = (expiresAt?: string) => {
      const body: DecisionBody = { ...suppressed, ...(expiresAt === undefined ? {} : { expiresAt }) };
      return decide(incident([member('a'), member('b')]), { anomalyId: undefined, body, actor, now: NOW }).suppressions;
    };
    expect(rules()).toMatchObject([
      { subject: 'node-a', type: 'errors', reason: 'a test', expiresAt: '2026-03-03T12:00:00.000Z', createdBy: actor },
      { subject: 'node-b' },
    ]);
    expect(rules('2026-03-05T00:00:00.000Z')[0]).toMatchObject({ expiresAt: '2026-03-05T00:00:00.000Z' });
  });
});
