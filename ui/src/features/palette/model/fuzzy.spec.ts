import { search } from './fuzzy.js';

const entries = [
  { label: 'recheck', keywords: 'workload shop' },
  { label: 'checkout-v1', keywords: 'workload shop' },
  { label: 'checkout-v2', keywords: 'workload staging' },
  { label: 'Certificates', keywords: 'page' },
  { label: 'Theme: dark', keywords: 'action night' },
];

describe('search', () => {
  const check = (query: string, expected: string[]) => expect(search(query, entries, 10).map(({ label }) => label)).toEqual(expected);
  it('puts beginnings before middles before scattered letters', () => {
    check('check', ['checkout-v1', 'checkout-v2', 'recheck']);
    check('chv2', ['checkout-v2']);
    check('CERT', ['Certificates']);
    check('cv1', ['checkout-v1']);
    check('tdk', []);
  });
  it('needs every word, in name or keywords', () => {
    check('checkout staging', ['checkout-v2']);
    check('night', ['Theme: dark']);
    check('checkout nowhere', []);
  });
  it('shows all where nothing is typed', () => expect(search(' ', entries, 2)).toHaveLength(2));
});
