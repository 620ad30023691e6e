import { csv } from './csv.js';

describe('csv', () => {
  const check = (row: Parameters<typeof csv>[1][number], expected: string) => expect(csv([], [row])).toBe(`\r\n${expected}\r\n`);
  it('quotes what needs it', () => {
    check(['a', 1.5, null, undefined, true], 'a,1.5,,,true');
    check(['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"');
  });
  it('never starts a formula', () => check(['=1+1', '-x', -3], "'=1+1,'-x,-3"));
});
