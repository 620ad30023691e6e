/** Text that is made to hurt, each with the code of the problem that it is refused for. */
import { POLICY_TEXT_MAX } from '@observatory/contracts';

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]`),
].join('\n');
const fill = (piece: string) => piece.repeat(Math.floor(POLICY_TEXT_MAX / piece.length));
const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** What it is, its text and the code. */
export const HURTFUL: readonly (readonly [name: string, text: () => string, code: string])[] = [
  ['a bomb of aliases', () => bomb, 'too-many-aliases'],
  ['very many anchors', () => lines(20_000, (index) => `k${index}: &a${index} v`), 'too-many-aliases'],
  ['deep brackets', () => '['.repeat(100_000), 'too-deep'],
  ['deep closed brackets', () => '['.repeat(3000) + ']'.repeat(3000), 'too-deep'],
  ['deep lists', () => `${'- '.repeat(200_000)}x`, 'too-deep'],
  ['deep maps', () => lines(1200, (index) => `${' '.repeat(index)}a:`), 'too-deep'],
  ['5 MB of one list', () => fill('- abcdefgh\n'), 'too-large'],
  ['5 MB of maps', () => fill('---\na: {b: c}\n'), 'too-many'],
  ['5 MB of documents', () => fill('---\n'), 'too-many'],
  ['5 MB of one word', () => fill('x'), 'too-large'],
  ['more than 5 MB', () => 'x'.repeat(POLICY_TEXT_MAX + 1), 'too-large'],
  ['bytes', () => String.fromCharCode(...Array.from({ length: 256 }, (_, index) => (index * 7919) % 256)).repeat(2000), 'not-a-policy'],
  ['a tab', () => 'a:\n\t- b: c\n', 'not-yaml'],
  ['an unclosed quote', () => 'a: "b\n', 'not-yaml'],
  ['a key twice', () => 'a: 1\nb: 2\na: 3\n', 'duplicate-key'],
  ['an alias of nothing', () => 'a: *b\n', 'not-yaml'],
];
