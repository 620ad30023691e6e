import { etagMatches, pickEncoding, weakEtag } from './negotiate.js';

describe('pickEncoding', () => {
  const check = (header: string | undefined, expected: string | undefined) =>
    expect([header, pickEncoding(header)]).toEqual([header, expected]);
  it('takes the best that is accepted, brotli before gzip', () => {
    check('gzip, deflate, br', 'br');
    check('gzip', 'gzip');
    check('GZIP', 'gzip');
    check('br;q=0.5, gzip;q=1.0', 'gzip');
    check('br;q=0, gzip', 'gzip');
    check('*', 'br');
    check('*;q=0.1, br;q=0', 'gzip');
  });
  it('leaves the body as it is otherwise', () => {
    for (const header of [undefined, '', 'identity', 'deflate', 'br;q=0', 'gzip;q=nonsense']) check(header, undefined);
  });
});

describe('etagMatches', () => {
  const check = (header: string | undefined, etag: string, expected: boolean) =>
    expect([header, etagMatches(header, etag)]).toEqual([header, expected]);
  it('compares weakly', () => {
    check('W/"a"', 'W/"a"', true);
    check('"a"', 'W/"a"', true);
    check('"b", "a"', 'W/"a"', true);
    check('*', 'W/"a"', true);
    check('"b"', 'W/"a"', false);
    check('', 'W/"a"', false);
    check(undefined, 'W/"a"', false);
  });
});

describe('weakEtag', () => {
  const check = (tag: string, expected: string) => expect(weakEtag(tag)).toBe(expected);
  it('takes any version, and lets nothing break out of the header', () => {
    check('a1', 'W/"a1"');
    check('"a1"', 'W/"a1"');
    check('W/"a1"', 'W/"a1"');
    check('a b\r\nx: y', 'W/"a_b__x:_y"');
  });
});
