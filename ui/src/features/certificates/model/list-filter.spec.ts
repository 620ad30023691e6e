import { endsWords, facetLabel, isFiltered, listParams, parseListFilter, toggled } from './list-filter.js';

const scope = { cluster: undefined, namespaces: [] };

describe('a link to the table', () => {
  const check = (values: Record<string, string>, expected: object) =>
    expect(
      Object.fromEntries(Object.entries(listParams(parseListFilter(values), scope)).filter(([, value]) => value !== undefined)),
    ).toEqual({
      namespaces: [],
      status: [],
      kind: [],
      source: [],
      problem: [],
      q: '',
      sort: 'remaining',
      ...expected,
    });
  it('reads what the contract knows, in its order', () => {
    check({}, {});
    check({ status: 'valid,expired', kind: 'root' }, { status: ['expired', 'valid'], kind: ['root'] });
    check({ q: ' cart ', within: '30d', after: '7d', workload: 'w' }, { q: 'cart', endsWithin: '30d', endsAfter: '7d', workload: 'w' });
    check({ sort: 'name', order: 'descending' }, { sort: 'name', descending: true });
  });
  it('lets nonsense be', () => check({ status: 'fine', within: 'soon', sort: 'colour', order: 'up' }, {}));
});

describe('isFiltered', () => {
  const check = (values: Record<string, string>, expected: boolean) => expect(isFiltered(parseListFilter(values))).toBe(expected);
  it('knows whether anything is left out', () => {
    check({}, false);
    check({ sort: 'name' }, false);
    check({ problem: 'weak-key' }, true);
    check({ after: '7d' }, true);
    check({ q: '  ' }, false);
  });
});

describe('toggled', () => {
  const check = (before: string[], value: string, expected: string | undefined) => expect(toggled('status', before, value)).toBe(expected);
  it('puts in and takes out', () => {
    check([], 'valid', 'valid');
    check(['valid'], 'expired', 'expired,valid');
    check(['valid'], 'valid', undefined);
  });
});

describe('words', () => {
  it.each([
    [{ within: '30d' }, 'ends within 30\u00a0d'],
    [{ after: '90d' }, 'ends later than 90\u00a0d from now'],
    [{ after: '7d', within: '30d' }, 'ends 7\u00a0d to 30\u00a0d from now'],
    [{ after: '1s', within: '1d' }, 'ends within 1\u00a0d, not ended yet'],
    [{}, undefined],
  ])('%j', (values: Record<string, string>, expected) => expect(endsWords(parseListFilter(values))).toBe(expected));
  it('of every facet', () => {
    expect(facetLabel('status', 'rotationStuck')).toBe('Rotation stuck');
    expect(facetLabel('problem', 'weak-key')).toBe('Weak key');
    expect(facetLabel('kind', 'nonsense')).toBe('nonsense');
  });
});
