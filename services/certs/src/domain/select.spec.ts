import type { CertificateFilter } from '@observatory/contracts';
import { pageOf, selectRows } from './select.js';
import { summarise, timeline, workloadHealth } from './summary.js';
import type { TrackedRow } from './row.js';

const NOW = Date.parse('2026-06-03T12:00:00Z');
const DAY = 86_400_000;
function row(id: string, leftDays: number, more: Partial<TrackedRow> = {}): TrackedRow {
  return {
    id,
    kind: 'workload',
    mesh: 'istio',
    cluster: 'east',
    namespace: 'shop',
    name: id,
    workload: { name: 'cart', id: 'workload~east~shop~cart' },
    chain: [],
    trust: { state: 'unknown', message: '' },
    notAfter: NOW + leftDays * DAY,
    status: 'valid',
    reason: '',
    source: 'wire',
    sources: ['wire'],
    sightings: [],
    observedAt: NOW,
    problems: [],
    firstSeenAt: NOW,
    renewals: 0,
    ...more,
  };
}
const ROWS = [
  row('a', 0.5),
  row('b', 5, { status: 'critical', problems: [{ code: 'expiring', severity: 'error', message: '' }] }),
  row('c', 100, { kind: 'root', namespace: 'istio', sources: ['configMap', 'metric'] }),
  row('d', -1, { kind: 'gateway', status: 'expired', cluster: 'west' }),
];

describe('selectRows', () => {
  const check = (filter: CertificateFilter, expected: string) =>
    expect(
      selectRows(ROWS, filter, NOW)
        .map(({ id }) => id)
        .join(''),
    ).toBe(expected);
  it('narrows', () => {
    check({}, 'abcd');
    check({ cluster: 'west' }, 'd');
    check({ namespace: 'istio' }, 'c');
    check({ kinds: ['root', 'gateway'] }, 'cd');
    check({ statuses: ['expired', 'critical'] }, 'bd');
    check({ sources: ['metric'] }, 'c');
    check({ problems: ['expiring'] }, 'b');
    check({ endsWithinSec: 7 * 86_400 }, 'abd');
    check({ text: 'ISTIO' }, 'c');
    check({ workloadId: 'nobody' }, '');
  });
});

describe('pageOf', () => {
  const all = (sort: 'remaining' | 'status' | 'name' | 'lifetime', descending = false) => {
    const ids: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { page, nextCursor } = pageOf(ROWS, { sort, descending, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
      ids.push(...page.map(({ id }) => id));
      cursor = nextCursor;
      if (cursor === undefined) return ids.join('');
    }
  };
  it('goes through all, once each, in order', () => {
    expect([all('remaining'), all('remaining', true), all('status'), all('name', true), all('lifetime')]).toEqual([
      'dabc',
      'cbad',
      'dbac',
      'dbac',
      'abcd',
    ]);
  });
  it('goes on where it was, whatever is gone', () => {
    const { nextCursor } = pageOf(ROWS, { sort: 'name', descending: false, limit: 2 });
    const without = ROWS.filter(({ id }) => id !== 'a');
    expect(pageOf(without, { sort: 'name', descending: false, limit: 2, cursor: nextCursor! }).page[0]?.id).toBe(
      pageOf(ROWS, { sort: 'name', descending: false, limit: 4 }).page[2]?.id,
    );
  });
  it('refuses what is no cursor', () =>
    expect(() => pageOf(ROWS, { sort: 'name', descending: false, limit: 2, cursor: 'x' })).toThrow('cursor'));
});

describe('summaries', () => {
  it('count each once', () => {
    const { byStatus, byDaysLeft, namespaces, nextExpiry } = summarise(ROWS, NOW);
    expect(byStatus).toMatchObject({ valid: 2, critical: 1, expired: 1 });
    expect(byDaysLeft.map(({ upToDays, certificates }) => [upToDays, certificates])).toEqual([
      [1, 1],
      [7, 1],
      [30, 0],
      [60, 0],
      [90, 0],
      [null, 1],
    ]);
    expect(namespaces[0]).toMatchObject({ namespace: 'shop', total: 2, unhealthy: 1, worst: 'critical' });
    expect(nextExpiry?.id).toBe('c');
  });
  it('show what ends when', () => {
    const { steps, ending, expired, stepSec } = timeline(ROWS, { now: NOW, days: 30 });
    expect([steps.map(({ ends }) => ends), ending.map(({ id }) => id), expired, stepSec]).toEqual([[1, 1], ['a', 'b'], 1, 86_400]);
  });
  it('take the worst of a workload', () => {
    expect(workloadHealth(ROWS.slice(0, 2), NOW)).toMatchObject([
      { status: 'critical', certificates: 2, unhealthy: 1, certificateId: 'b' },
    ]);
  });
});
