import type { CertificateFilter } from '@observatory/contracts';
import type { TrackedRow } from './row.js';
import { inNamespaces, selectRows } from './select.js';

describe('inNamespaces', () => {
  it.each([
    [{}, 'shop', true],
    [{}, undefined, true],
    [{ namespaces: [] }, undefined, true],
    [{ namespace: 'shop' }, 'shop', true],
    [{ namespace: 'shop' }, undefined, false],
    [{ namespaces: ['shop', 'media'] }, 'media', true],
    [{ namespaces: ['shop', 'media'] }, 'data', false],
    [{ namespaces: ['shop'] }, undefined, false],
    [{ namespace: 'shop', namespaces: ['media'] }, 'shop', false],
  ])('%j: %s', (filter: Pick<CertificateFilter, 'namespace' | 'namespaces'>, namespace, expected) =>
    expect(inNamespaces(filter, namespace)).toBe(expected),
  );
});

describe('what ends when', () => {
  const ends = [-10, 0, 10, 20, 30];
  const rows = ends.map((sec) => ({ notAfter: sec * 1000, problems: [], sources: [] }) as unknown as TrackedRow);
  const check = (filter: CertificateFilter, expected: number[]) =>
    expect(selectRows(rows, filter, 0).map(({ notAfter }) => notAfter / 1000)).toEqual(expected);
  it('within one time and later than another: neighbours share no certificate', () => {
    check({ endsWithinSec: 10 }, [-10, 0, 10]);
    check({ endsAfterSec: 10 }, [20, 30]);
    check({ endsAfterSec: 10, endsWithinSec: 20 }, [20]);
  });
});
