import type { Anomaly, AnomalyState, IncidentEvent } from '@observatory/contracts';
import { Interest } from './interest.js';

const NOW = Date.UTC(2026, 5, 1);
const at = (afterSec: number) => new Date(NOW + afterSec * 1000);
const anomaly = (name: string, state: AnomalyState = 'open') => ({ state, subject: { name } }) as Anomaly;

interface News {
  readonly id?: string;
  readonly state?: AnomalyState;
  readonly afterSec?: number;
}
function heard(interest: Interest, anomalies: Anomaly[], { id = 'one', state = 'open', afterSec = 0 }: News = {}): void {
  interest.hear({ incident: { id, state } as IncidentEvent['incident'], anomalies, at: at(afterSec).toISOString() });
}

describe('what is read in every window', () => {
  it('is what somebody asks for, for five minutes', () => {
    const interest = new Interest();
    interest.mark('cart', at(0));
    interest.mark('web', at(200));
    expect(interest.watched(at(300))).toEqual(['cart', 'web']);
    expect(interest.watched(at(301))).toEqual(['web']);
  });
  it('is what goes on in incidents, until they are over', () => {
    const interest = new Interest();
    heard(interest, [anomaly('cart'), anomaly('cart'), anomaly('web', 'closed')]);
    heard(interest, [anomaly('bank')], { id: 'two', state: 'acknowledged' });
    expect(interest.watched(at(1)).sort()).toEqual(['bank', 'cart']);
    heard(interest, [anomaly('cart'), anomaly('payments')]);
    expect(interest.watched(at(1)).sort()).toEqual(['bank', 'cart', 'payments']);
    for (const state of ['closed', 'resolved', 'suppressed'] as const) {
      heard(interest, [anomaly('cart')], { state });
      expect(interest.watched(at(1))).toEqual(['bank']);
    }
  });
  it('forgets incidents of which nothing is heard any more', () => {
    const interest = new Interest();
    heard(interest, [anomaly('cart')]);
    expect(interest.watched(at(3600))).toEqual(['cart']);
    expect(interest.watched(at(3601))).toEqual([]);
  });
  it('is bounded, the newest first', () => {
    const interest = new Interest();
    for (let count = 0; count < 300; count += 1) {
      interest.mark(`asked-${count}`, at(0));
      heard(interest, [anomaly(`odd-${count}`)], { id: `incident-${count}` });
    }
    const watched = interest.watched(at(1));
    expect(watched).toHaveLength(400);
    expect(watched).toEqual(expect.arrayContaining(['asked-299', 'asked-100', 'odd-299', 'odd-100']));
  });
});
