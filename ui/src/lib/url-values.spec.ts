import { parseScope } from './scope.js';
import { parseSearch, stringifySearch } from './url-values.js';

describe('search', () => {
  const check = (text: string, values: Record<string, string>) => {
    expect(parseSearch(text)).toEqual(values);
    expect(stringifySearch(values)).toBe(text);
  };
  it('reads and writes plain text', () => {
    check('', {});
    check('?ns=shop,pay&at=2026-06-03T10:00:00Z', { ns: 'shop,pay', at: '2026-06-03T10:00:00Z' });
    check('?q=errors+%3E+1%25', { q: 'errors > 1%' });
  });
  it('leaves out what is not set', () => expect(stringifySearch({ a: undefined, b: '', c: '1' })).toBe('?c=1'));
});

describe('parseScope', () => {
  it('sorts and removes doubles and blanks', () => {
    expect(parseScope({})).toEqual({ cluster: undefined, namespaces: [] });
    expect(parseScope({ cluster: 'east', ns: 'shop,,pay, shop' })).toEqual({ cluster: 'east', namespaces: ['pay', 'shop'] });
  });
});
