import type { Anomaly, AnomalyType } from '@observatory/contracts';
import { CallGraph, type IncidentState } from '@observatory/detect';
import { detailOf } from './anomaly-view.js';

const AT = Date.parse('2026-03-02T12:00:00Z');
const minute = (minutes: number) => new Date(AT + minutes * 60_000).toISOString();
const graph = new CallGraph([
  { id: 'web > cart', source: 'web', target: 'cart', requestsPerSecond: 10 },
  { id: 'cart > payments', source: 'cart', target: 'payments', requestsPerSecond: 10 },
]);

function member(type: AnomalyType, node: string, more: Partial<Anomaly> = {}): Anomaly {
  return {
    id: `${type} ${node}`,
    incidentId: 'i',
    type,
    category: 'behaviour',
    subject: { kind: 'node', id: node, cluster: 'east', namespace: 'shop', name: node, label: node },
    state: 'open',
    severity: 'warning',
    score: 0.9,
    peakScore: 0.9,
    startedAt: minute(0),
    updatedAt: minute(0),
    title: `${type} ${node}`,
    evidence: [],
    requestsPerSecond: 1,
    ...more,
  };
}
const over = (minutes: number) => ({ state: 'closed' as const, closedAt: minute(minutes) });
const detail = (members: readonly Anomaly[], updatedAt = minute(0)) => {
  const incident: IncidentState = {
    id: 'i',
    cluster: 'east',
    state: 'open',
    severity: 'warning',
    startedAt: minute(0),
    openedAt: minute(0),
    updatedAt,
    reopened: 0,
    version: 1,
    notes: [],
    members: Object.fromEntries(members.map((one) => [one.id, one])),
  };
  return detailOf(incident, { graph, changes: [], changesUnknown: [], label: (node) => node, namespace: () => 'shop', score: () => null });
};

describe('the cause of what goes on', () => {
  const check = (name: string, members: Anomaly[], cause: string, now = minute(10)) =>
    it(name, () => expect(detail(members, now).cause?.node).toBe(cause));
  check('is where it began, though it is over there first', [member('errors', 'payments', over(9)), member('errors', 'cart')], 'payments');
  check(
    'is not what was over well before the last one began',
    [member('errors', 'payments', over(9)), member('errors', 'cart', { startedAt: minute(30) })],
    'cart',
    minute(31),
  );
  const [first, second] = [member('errors', 'payments', over(9)), member('denied-requests', 'cart', { startedAt: minute(8) })];
  check('is where it began while others go on for a moment', [first, second], 'payments', minute(18));
  check('is what goes on, when where it began has been over for long', [first, second], 'cart', minute(20));
  check('stays what it was when all is over', [first, { ...second, ...over(30) }], 'payments', minute(40));
  check('of equals is what goes on', [member('errors', 'payments', over(9)), member('errors', 'web')], 'web');
});

describe('the title of an attack', () => {
  const attack = (node: string, more: Partial<Anomaly> = {}) => member('denial-of-service', node, { category: 'security', ...more });
  const cause = member('traffic-spike', 'web', { peakScore: 1 });
  const check = (name: string, members: Anomaly[], title: string) => it(name, () => expect(detail(members).title).toBe(title));
  check(
    'names the likely cause',
    [attack('cart'), attack('web', { startedAt: minute(1), peakScore: 1 })],
    'denial-of-service web and 1 more',
  );
  check(
    'else what came first, whose score is higher or not, and counts the rest',
    [cause, attack('payments', { startedAt: minute(1), peakScore: 0.95 }), attack('cart')],
    'denial-of-service cart and 1 more',
  );
  check(
    'else the worst',
    [cause, attack('payments', { startedAt: minute(1), severity: 'critical' }), attack('cart')],
    'denial-of-service payments and 1 more',
  );
});
