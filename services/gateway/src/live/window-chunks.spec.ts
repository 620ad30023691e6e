import type { WindowClosed } from '@observatory/contracts';
import { WindowChunks } from './window-chunks.js';

const chunk = (at: string, index: number, count: number, edges = 1) =>
  ({
    cluster: 'east',
    at,
    windowSec: 30,
    chunk: { index, count },
    backfilled: false,
    sources: [],
    edges: Array.from({ length: edges }),
  }) as unknown as WindowClosed;

describe('WindowChunks', () => {
  const check = (given: WindowClosed[], expected: [at: string, edges: number][]) => {
    const windows = new WindowChunks();
    const whole = given.map((one) => windows.add(one)).filter((summary) => summary !== undefined);
    expect(whole.map(({ at, edges }) => [at, edges])).toEqual(expected);
  };
  it('is whole with its last chunk, in any order', () => {
    check([chunk('a', 0, 1, 3)], [['a', 3]]);
    check([chunk('a', 1, 2, 3), chunk('a', 0, 2, 4)], [['a', 7]]);
    check(
      [chunk('a', 0, 2), chunk('b', 0, 2), chunk('b', 1, 2), chunk('a', 1, 2)],
      [
        ['b', 2],
        ['a', 2],
      ],
    );
  });
  it('counts a chunk that comes twice once', () => check([chunk('a', 0, 2, 3), chunk('a', 0, 2, 3), chunk('a', 1, 2)], [['a', 4]]));
  it('waits for a bounded number of windows', () => {
    const many = Array.from({ length: 100 }, (_, index) => chunk(`w${index}`, 0, 2));
    check([...many, chunk('w0', 1, 2), chunk('w99', 1, 2)], [['w99', 2]]);
  });
});
