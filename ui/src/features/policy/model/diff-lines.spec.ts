import { diffLines } from './diff-lines.js';

describe('diffLines', () => {
  const check = (diff: string[], expected: string[]) =>
    expect(diffLines(diff.join('\n')).map(({ kind, text, before, after }) => `${kind} ${before ?? ''}|${after ?? ''} ${text}`)).toEqual(
      expected,
    );
  it('numbers both sides and parts hunks', () => {
    check(
      [
        '--- a',
        '+++ b',
        '@@ -1,2 +1,2 @@',
        ' kind: A',
        '-old',
        '+new',
        '@@ -9,1 +9,2 @@',
        ' x',
        '+- y',
        '\\ No newline at end of file',
        '',
      ],
      ['same 1|1 kind: A', 'removed 2| old', 'added |2 new', 'gap | ', 'same 9|9 x', 'added |10 - y'],
    );
  });
  it('a text that begins with dashes is a line like another', () =>
    check(['--- a', '+++ b', '@@ -1 +1 @@', '----', '+++'], ['removed 1| ---', 'added |1 ++']));
  it('nothing from nothing', () => check([''], []));
});
