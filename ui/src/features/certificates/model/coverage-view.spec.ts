import type { CertificateCoverage, UnobservedReason } from '@observatory/contracts';
import { coverageSentence, parseCoverageFilter, reasonCounts, sourceState, unobservedRows } from './coverage-view.js';

type Unobserved = CertificateCoverage['unobserved'][number];
const row = (name: string, ...reasons: UnobservedReason[]): Unobserved => ({
  cluster: 'east',
  namespace: 'shop',
  name,
  workloadId: name,
  mesh: 'istio',
  reasons: reasons.map((reason, index) => ({ source: index === 0 ? 'wire' : 'metric', reason, message: reason })),
});
const coverage = (workloads: number, observed: number, unobserved: Unobserved[]) =>
  ({ workloads, observed, unobserved }) as CertificateCoverage;

describe('coverageSentence', () => {
  const check = (of: CertificateCoverage, expected: string) => expect(coverageSentence(of)).toBe(expected);
  it('n of m, the rest not, because', () => {
    check(coverage(0, 0, []), 'No workload of a mesh is known in this scope, so there is nothing that could be seen.');
    check(coverage(5, 5, []), 'The certificates of all 5 workloads of the mesh are seen.');
    check(
      coverage(5, 3, [row('a', 'no-port', 'no-metric'), row('b', 'no-port')]),
      'The certificates of 3 of 5 workloads of the mesh are seen; of the rest not: no port to ask (2), no metric (1).',
    );
    check(coverage(2, 1, []), 'The certificates of 1 of 2 workloads of the mesh are seen; why of the rest not is not known.');
  });
});

describe('reasonCounts', () => {
  it('counts workloads, not sources', () =>
    expect(reasonCounts([row('a', 'opted-out', 'opted-out'), row('b', 'timeout'), row('c', 'timeout')])).toEqual([
      { reason: 'timeout', workloads: 2 },
      { reason: 'opted-out', workloads: 1 },
    ]));
});

describe('unobservedRows', () => {
  const rows = [row('cart', 'timeout'), row('web', 'no-port', 'no-metric'), { ...row('pay', 'timeout'), namespace: 'bank' }];
  const check = (values: Record<string, string>, expected: string[]) =>
    expect(unobservedRows(rows, parseCoverageFilter(values)).map(({ name }) => name)).toEqual(expected);
  it('by reason, place and name', () => {
    check({}, ['cart', 'web', 'pay']);
    check({ reason: 'timeout' }, ['cart', 'pay']);
    check({ reason: 'no-metric' }, ['web']);
    check({ q: ' BANK/ ' }, ['pay']);
    check({ in: 'east/shop' }, ['cart', 'web']);
  });
  it('nonsense hides nothing', () => check({ reason: 'whatever' }, ['cart', 'web', 'pay']));
});

describe('sourceState', () => {
  it.each([
    [{ state: 'on', observed: 3, expected: 3 }, 'sees all'],
    [{ state: 'on', observed: 2, expected: 3 }, 'sees a part'],
    [{ state: 'on', observed: 2, expected: null }, 'reads'],
    [{ state: 'off', observed: 0, expected: 3 }, 'off'],
    [{ state: 'down', observed: 0, expected: 3 }, 'does not answer'],
  ] as const)('%j', (source, expected) => expect(sourceState(source).words).toBe(expected));
});
