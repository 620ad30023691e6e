/** Clauses 6.2 to 6.4: paths, templates and normalization. */
import { ofOperation, type Row } from '../../test/rows.js';

describe('6.2 and 6.3 paths', () =>
  ofOperation('paths', (path: string) => ({ path }), [
    ['/a', '/a', true],
    ['/a', '/A', false],
    ['/a', '/a?b=c', true],
    ['/a', '/a#f', true],
    ['/a', '/a/', false],
    ['/a*', '/a', true],
    ['*.json', '/x/y.json', true],
    ['*', '/', true],
    ['*a*', '/a*', true],
    ['*a*', '/bab', false],
    ['/a*b', '/axb', false],
    ['/a%20b', '/a%20b', true],
    ['/a/{*}', '/a/b', true],
    ['/a/{*}', '/a/', false],
    ['/a/{*}', '/a/b/c', false],
    ['/a/{*}', '/a/b?q', true],
    ['/a/{*}', '/a/x|y', false],
    ['/a/{*}', '/a/x*y', false],
    ['/a/{*}/c', '/a/b/c', true],
    ['/a/{**}', '/a/', true],
    ['/a/{**}', '/a', false],
    ['/a/{**}', '/a/b/c', true],
    ['/a/{**}/b', '/a//b', true],
    ['/a/{**}/b', '/a/b', false],
    ['/a/{**}/b', '/a/x/y/b', true],
    ['/a/{*}/', '/a/b', false],
    ['/a/{*}/', '/a/b/', true],
    ['/{*}/{**}', '/x/', true],
    ['/a.b/{*}', '/aXb/c', false],
  ]));

describe('6.4 normalization', () => {
  const under = (pathNormalization: string, rows: readonly Row[]) =>
    ofOperation('paths', (path: string) => ({ path }), rows, { mesh: { pathNormalization } });
  describe('BASE', () =>
    under('BASE', [
      ['/a/b', '/a/./b', true],
      ['/b', '/a/../b', true],
      ['/b', '/a/%2e%2E/b', true],
      ['/b', '/../b', true],
      ['/', '/a/..', true],
      ['/a/', '/a/.', true],
      ['/a/b', '/a\\b', true],
      ['/a~', '/%61%7e', true],
      ['/a//b', '/a//b', true],
      ['/a%2fb', '/a%2fb', true],
      ['/a/b', '/a%2fb', false],
      ['/A', '/a', false],
      ['/%2561', '/%2561', true],
    ]));
  describe('MERGE_SLASHES', () =>
    under('MERGE_SLASHES', [
      ['/a/b', '/a///b', true],
      ['/a/b', '/a%2f%2fb', false],
      ['/b', '/a//../../b', true],
    ]));
  describe('DECODE_AND_MERGE_SLASHES', () =>
    under('DECODE_AND_MERGE_SLASHES', [
      ['/a/b', '/a%2F%5cb', true],
      ['/b', '/a%2f..%2fb', true],
      ['/a%252fb', '/a%252fb', true],
    ]));
  describe('NONE', () =>
    under('NONE', [
      ['/a/../b', '/a/../b', true],
      ['/b', '/a/../b', false],
      ['/a', '/a?x', true],
    ]));
});
