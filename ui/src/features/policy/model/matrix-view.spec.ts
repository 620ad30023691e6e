import type { MatrixCell, ReachEntry } from '@observatory/contracts';
import { cellVerdict, cellWords, matrixRows, matrixSentence, openFirst, unusedReach } from './matrix-view.js';

const cell = (change: Partial<MatrixCell> = {}): MatrixCell => ({
  source: 'a',
  target: 'b',
  all: 0,
  some: 0,
  none: 0,
  unknown: 0,
  requestsPerSecond: 0,
  ...change,
});
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('cellVerdict', () => {
  const check = (change: Partial<MatrixCell>, expected: string) => expect(cellVerdict(cell(change))).toBe(expected);
  it('is whole only where every pair is', () => {
    check({}, 'empty');
    check({ all: 3 }, 'all');
    check({ none: 3 }, 'none');
    check({ some: 1 }, 'some');
    check({ unknown: 2 }, 'unknown');
    check({ all: 2, unknown: 1 }, 'mixed');
  });
});

describe('cellWords', () => {
  const check = (change: Partial<MatrixCell>, expected: string) => expect(plain(cellWords(cell(change)))).toBe(expected);
  it('counts pairs and says what was seen', () => {
    check({ all: 29, none: 1, requestsPerSecond: 4 }, '30 pairs: 29 open, 1 closed; 4 req/s seen');
    check({ some: 1, unknown: 1, requestsPerSecond: null }, '2 pairs: 1 by request, 1 not known; traffic not recorded');
    check({}, 'No pair of workloads; no traffic seen');
  });
});

describe('matrixRows', () => {
  it('has a place for every pair', () => {
    const ab = cell();
    expect(matrixRows({ namespaces: ['a', 'b'], cells: [ab] })).toEqual([
      { source: 'a', cells: [undefined, ab] },
      { source: 'b', cells: [undefined, undefined] },
    ]);
  });
});

describe('matrixSentence', () => {
  it('sums the pairs', () => {
    expect(matrixSentence([])).toBe('No two workloads are known.');
    expect(matrixSentence([cell({ all: 2, none: 1 }), cell({ some: 1, unknown: 4 })])).toBe(
      'Of 8 pairs of caller and workload, 2 are open to every request, 1 to some requests, 1 are closed, of 4 it is not known.',
    );
  });
});

describe('entries', () => {
  const entry = (verdict: ReachEntry['verdict'], requestsPerSecond: number | null): ReachEntry => ({
    source: { id: 's', cluster: 'c', namespace: 'n', name: 's' },
    target: { id: 't', cluster: 'c', namespace: 'n', name: 't' },
    verdict,
    reason: '',
    conditions: [],
    requestsPerSecond,
  });
  it('what is open and used comes first', () => {
    const all = [entry('none', 9), entry('unknown', 0), entry('some', 1), entry('all', null), entry('all', 5)];
    expect(openFirst(all).map(({ verdict, requestsPerSecond }) => [verdict, requestsPerSecond])).toEqual([
      ['all', 5],
      ['all', null],
      ['some', 1],
      ['unknown', 0],
      ['none', 9],
    ]);
  });
  it('what is open and was not used, where that is known', () => {
    const all = [entry('all', 0), entry('some', 0), entry('all', 1), entry('none', 0), entry('all', null)];
    expect(unusedReach(all)).toEqual(all.slice(0, 2));
  });
});
