import { applyPatch } from 'diff';
import { diffOf, yamlOf } from './version-diff.js';

const names = { before: 'version 1', after: 'version 2' };
function check(before: string, after: string, expected: [added: number, removed: number]): void {
  const { diff, linesAdded, linesRemoved } = diffOf(before, after, names);
  expect([linesAdded, linesRemoved]).toEqual(expected);
  expect(applyPatch(before, diff)).toBe(after);
}

describe('diffOf', () => {
  it('tells lines that came and went', () => check('a\nb\nc\n', 'a\nB\nc\nd\n', [2, 1]));
  it('tells a creation', () => check('', 'a\nb\n', [2, 0]));
  it('tells a deletion', () => check('a\nb\n', '', [0, 2]));
  it('counts lines that begin like a head', () => check('a\n', 'a\n++ b\n-- c\n', [2, 0]));
});

describe('yamlOf', () => {
  it('does not depend on the order of keys', () => {
    const object = (spec: unknown) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'a', namespace: 'b' },
      spec,
    });
    expect(yamlOf(object({ rules: [{ to: [], from: [] }], action: 'DENY' }))).toBe(
      yamlOf(object({ action: 'DENY', rules: [{ from: [], to: [] }] })),
    );
  });
});
