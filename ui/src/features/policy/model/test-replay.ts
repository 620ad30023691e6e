/** Smallest valid parts of a replay, for specs. */
import type { FlowChange, FlowCoverage, FlowVerdict, PolicyWhatIfReply, WhatIfSummary } from '@observatory/contracts';

const end = (name: string) => ({ id: `workload~demo~shop~${name}`, cluster: 'demo', namespace: 'shop', name, kind: 'workload' });

export function flowChange(verdict: FlowVerdict, change: Partial<FlowChange['flow']> = {}): FlowChange {
  const denied = { decision: 'DENY', reason: 'no ALLOW policy matches' } as const;
  const allowed = {
    decision: 'ALLOW',
    reason: 'no policy applies',
    decidedBy: { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'a', rule: 0 },
  } as const;
  return {
    flow: {
      id: 'web-cart',
      edgeId: 'workload~demo~shop~web~~workload~demo~shop~cart~~http~~cart.shop',
      source: end('web'),
      target: end('cart'),
      protocol: 'http',
      mesh: 'istio',
      mtls: 'mutual',
      requestsPerSecond: 12,
      outcomes: [],
      firstSeen: '2026-01-01T00:00:00.000Z',
      lastSeen: '2026-01-02T00:00:00.000Z',
      request: { protocol: 'http', source: { principal: 'cluster.local/ns/shop/sa/web' }, method: 'GET', path: '/cart', port: 8080 },
      operationFrom: 'access-log',
      ...change,
    },
    verdict,
    current: verdict === 'newlyAllowed' ? denied : allowed,
    proposed: verdict === 'newlyDenied' ? denied : allowed,
  };
}

const none = { flows: 0, requestsPerSecond: 0 };
export const summary = (change: Partial<WhatIfSummary> = {}): WhatIfSummary => ({
  newlyDenied: none,
  newlyAllowed: none,
  undecidable: none,
  unchanged: { flows: 3, requestsPerSecond: 30 },
  ...change,
});

export const coverage = (change: Partial<FlowCoverage> = {}): FlowCoverage => ({
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-08T00:00:00.000Z',
  resolution: '1h',
  windowsExpected: 168,
  windowsPresent: 168,
  flows: 4,
  requestsPerSecond: 42,
  flowsOmitted: 0,
  operationsKnownRatio: 0.5,
  operations: [{ source: 'access-log', state: 'used', detail: '10 requests' }],
  ...change,
});

export const cutOff = (name: string, direction: 'in' | 'out'): PolicyWhatIfReply['cutOff'][number] => ({
  workload: { id: `workload~demo~shop~${name}`, cluster: 'demo', namespace: 'shop', name },
  direction,
  requestsPerSecond: 12,
});
