import type { CertificateAlert } from '@observatory/contracts';
import { byUrgency, parseAlertState, toldWords } from './alert-view.js';

type Delivery = CertificateAlert['deliveries'][number];
const delivery = (change: Partial<Delivery>): Delivery => ({
  webhook: 'ops',
  transition: 'raised',
  state: 'delivered',
  attempts: 1,
  at: '2026-06-03T12:00:00Z',
  ...change,
});
const alert = (id: string, severity: CertificateAlert['severity'], raisedAt: string) => ({ id, severity, raisedAt }) as CertificateAlert;

describe('toldWords', () => {
  const check = (
    deliveries: Delivery[],
    expected: { words: string; failing: boolean; lines: string[] },
    state: 'open' | 'withdrawn' = 'open',
  ) => expect(toldWords({ deliveries, state })).toEqual(expected);
  it('says what has arrived and what has not', () => {
    check([], { words: 'no webhook', failing: false, lines: [] });
    check([delivery({})], { words: '1 told', failing: false, lines: ['ops: told'] });
    check([delivery({}), delivery({ webhook: 'page', state: 'given-up', attempts: 9, lastError: 'HTTP 500' })], {
      words: '1 told, 1 given up',
      failing: true,
      lines: ['ops: told', 'page: given up after 9 attempts (HTTP 500)'],
    });
    check([delivery({ state: 'waiting', attempts: 1 })], { words: '1 waiting', failing: true, lines: ['ops: not yet after 1 attempt'] });
  });
  it('of a withdrawn alert, whether its withdrawal was told', () => {
    check([delivery({})], { words: 'no webhook', failing: false, lines: [] }, 'withdrawn');
    check([delivery({}), delivery({ transition: 'withdrawn' })], { words: '1 told', failing: false, lines: ['ops: told'] }, 'withdrawn');
  });
});

describe('byUrgency', () => {
  it('worst first, then the newest', () => {
    const alerts = [alert('a', 'low', '2'), alert('b', 'critical', '1'), alert('c', 'critical', '3'), alert('d', 'high', '9')];
    expect(byUrgency(alerts).map(({ id }) => id)).toEqual(['c', 'b', 'd', 'a']);
  });
});

describe('parseAlertState', () => {
  it.each([
    [{ state: 'withdrawn' }, 'withdrawn'],
    [{ state: 'nonsense' }, 'open'],
    [{}, 'open'],
  ])('%j', (values: Record<string, string>, expected) => expect(parseAlertState(values)).toBe(expected));
});
