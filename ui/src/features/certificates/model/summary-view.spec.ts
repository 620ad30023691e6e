import type { CertificateStatus, CertificateSummary } from '@observatory/contracts';
import { daysBars, statusShares, summarySentence } from './summary-view.js';

const none = { valid: 0, renewalDue: 0, expiring: 0, critical: 0, expired: 0, notYetValid: 0, rotationStuck: 0, untrusted: 0 };
const counts = (some: Partial<Record<CertificateStatus, number>>, coverage: CertificateSummary['coverage']) => {
  const byStatus = { ...none, ...some };
  return { byStatus, coverage, total: Object.values(byStatus).reduce((sum, count) => sum + count, 0) };
};

describe('summarySentence', () => {
  const check = (some: Partial<Record<CertificateStatus, number>>, coverage: [observed: number, workloads: number], expected: string) =>
    expect(summarySentence(counts(some, { observed: coverage[0], workloads: coverage[1] }))).toBe(expected);
  it('says what needs somebody, and of how much', () => {
    check({ valid: 8, renewalDue: 2 }, [5, 5], '10 certificates, none of which needs anybody. All 5 workloads of the mesh are seen.');
    check(
      { valid: 9, expired: 1, rotationStuck: 2 },
      [4, 5],
      '12 certificates, of which 3 need somebody: 1 expired and 2 past their renewal. 4 of 5 workloads of the mesh are seen; of the rest nothing is known.',
    );
    check({ critical: 1 }, [1, 1], '1 certificate, of which 1 needs somebody: 1 about to expire. The one workload of the mesh is seen.');
  });
  it('is never an all-clear where nothing was seen', () => {
    check({}, [0, 5], 'No certificate was seen of 5 workloads: that says nothing about whether they are well.');
    check({}, [0, 0], 'No certificate was seen, and no workload of a mesh is known in this scope.');
  });
});

describe('statusShares', () => {
  it('worst first, of the whole', () => {
    const shares = statusShares(counts({ valid: 3, expired: 1 }, { workloads: 0, observed: 0 }));
    expect(shares.map(({ status, count }) => `${status} ${count}`)).toEqual([
      'expired 1',
      'untrusted 0',
      'critical 0',
      'rotationStuck 0',
      'notYetValid 0',
      'expiring 0',
      'renewalDue 0',
      'valid 3',
    ]);
    expect(shares.at(-1)?.share).toBe(0.75);
    expect(statusShares(counts({}, { workloads: 0, observed: 0 })).every(({ share }) => share === 0)).toBe(true);
  });
});

describe('daysBars', () => {
  it('each bar leads to exactly what it counts', () => {
    const bars = daysBars([
      { upToDays: 1, certificates: 40 },
      { upToDays: 7, certificates: 0 },
      { upToDays: 30, certificates: 1 },
      { upToDays: null, certificates: 10 },
    ]);
    expect(bars.map(({ words, endsAfter, endsWithin }) => [words, endsAfter, endsWithin])).toEqual([
      ['up to 1 d', '1s', '1d'],
      ['1 to 7 d', '1d', '7d'],
      ['7 to 30 d', '7d', '30d'],
      ['over 30 d', '30d', undefined],
    ]);
    expect(bars.map(({ height }) => height)).toEqual([1, 0, 0.025, 0.25]);
  });
});
