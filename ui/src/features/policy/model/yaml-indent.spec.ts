import { indentAfter } from './yaml-indent.js';

describe('indentAfter', () => {
  it.each([
    ['kind: A', 0],
    ['metadata:', 2],
    ['  rules: # all', 4],
    ['    - from:', 8],
    ['      - key: x', 8],
    ['        - GET', 8],
    ['  - cluster.local/ns/a/sa/b', 2],
    ['    ', 4],
    ['', 0],
  ])('%j', (line, expected) => expect(indentAfter(line)).toBe(expected));
});
