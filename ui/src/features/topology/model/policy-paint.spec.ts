import type { WorkloadCoverage } from '@observatory/contracts';
import { coveragePaint, policyPaint, readPolicyName } from './policy-paint.js';

const workload = (change: Partial<WorkloadCoverage>): WorkloadCoverage => ({
  id: 'w',
  cluster: 'demo',
  namespace: 'shop',
  name: 'w',
  mesh: 'istio',
  policies: [],
  defaultDeny: false,
  mtls: 'STRICT',
  openTo: [],
  networkPolicy: false,
  reasons: [],
  ...change,
});

describe('coveragePaint', () => {
  const check = (change: Partial<WorkloadCoverage>, expected: string) =>
    expect(coveragePaint([workload(change)]).nodes).toEqual({ w: expected });
  it('by what happens to a request that no rule names', () => {
    check({}, 'degraded');
    check({ defaultDeny: true }, 'encrypted');
    check({ defaultDeny: true, openTo: [{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'all' }] }, 'failing');
  });
  it('where Istio does not enforce, nothing is said', () => check({ mesh: 'linkerd' }, 'idle'));
});

describe('policyPaint', () => {
  const policy = { namespace: 'shop', name: 'p' } as Parameters<typeof policyPaint>[0]['policy'];
  it('colours whom it selects', () => {
    expect(policyPaint({ policy, workloads: [{ id: 'w', cluster: 'demo', namespace: 'shop', name: 'w' }] }).nodes).toEqual({ w: 'accent' });
    expect(policyPaint({ policy, workloads: null }).nodes).toEqual({});
  });
});

describe('readPolicyName', () => {
  it.each([
    ['demo/Server/shop/a', { cluster: 'demo', kind: 'Server', namespace: 'shop', name: 'a' }],
    ['demo/Server/shop', undefined],
    [undefined, undefined],
  ])('%j', (text, expected) => expect(readPolicyName(text)).toEqual(expected));
});
