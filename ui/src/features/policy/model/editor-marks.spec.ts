import type { PolicyDiagnostic } from '@observatory/contracts';
import { editorMarks } from './editor-marks.js';

const at = (line?: number, column?: number, suggestion?: string): PolicyDiagnostic => ({
  severity: 'warning',
  code: 'x',
  message: 'Wrong',
  policy: '',
  path: '',
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
  ...(suggestion === undefined ? {} : { suggestion }),
});
const TEXT = 'kind: A\n  action: NONE # why\n\nlast';

describe('editorMarks', () => {
  const check = (diagnostic: PolicyDiagnostic, expected: string, text = TEXT) => {
    const [mark] = editorMarks(text, [diagnostic]);
    expect(mark && text.slice(mark.from, mark.to)).toBe(expected);
  };
  it('marks the word that is meant', () => {
    check(at(2, 11), 'NONE');
    check(at(2, 3), 'action:');
    check(at(4), 'last');
  });
  it('stays inside the text whatever it is told', () => {
    check(at(), 'kind:');
    check(at(99, 99), 't');
    check(at(3, 1), '\n');
    check(at(1, 1), '\n', '\n');
    expect(editorMarks('', [at(1, 1)])).toEqual([]);
  });
  it('says what to write instead, and keeps the order of the text', () => {
    const marks = editorMarks(TEXT, [at(4), at(1, 1, 'Write B')]);
    expect(marks.map(({ message }) => message)).toEqual(['Wrong. → Write B', 'Wrong.']);
  });
});
