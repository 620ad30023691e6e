import type { EdgeSample, WindowClosed } from '@observatory/contracts';
import { WindowInbox } from './window-inbox.js';

const edge = (id: string) => ({ id }) as EdgeSample;
const chunk = (at: string, index: number, count: number, cluster = 'east'): WindowClosed => ({
  cluster,
  at: `2026-01-01T00:${at}Z`,
  windowSec: 30,
  chunk: { index, count },
  backfilled: false,
  sources: [],
  edges: [edge(`${cluster} ${at} ${index}`)],
});

/** Adds chunks in order and says which windows came out, by the ids of their edges. */
function check(chunks: readonly WindowClosed[], expected: readonly string[][]): void {
  const inbox = new WindowInbox();
  const windows = chunks.flatMap((event) => inbox.add(event) ?? []);
  expect(windows.map(({ edges }) => edges.map(({ id }) => id))).toEqual(expected);
}

describe('WindowInbox', () => {
  it('gives a window of one chunk at once', () => check([chunk('00:30', 0, 1)], [['east 00:30 0']]));
  it('waits for all chunks, in any order, and keeps theirs', () =>
    check([chunk('00:30', 2, 3), chunk('00:30', 0, 3), chunk('00:30', 1, 3)], [['east 00:30 0', 'east 00:30 1', 'east 00:30 2']]));
  it('does not mix windows or clusters', () =>
    check(
      [chunk('00:30', 0, 2), chunk('01:00', 0, 2), chunk('00:30', 1, 2, 'west'), chunk('01:00', 1, 2), chunk('00:30', 0, 2, 'west')],
      [
        ['east 01:00 0', 'east 01:00 1'],
        ['west 00:30 0', 'west 00:30 1'],
      ],
    ));
  it('takes a chunk twice for one', () => check([chunk('00:30', 0, 2), chunk('00:30', 0, 2)], []));
  it('starts again when a window is published in other chunks', () =>
    check([chunk('00:30', 0, 3), chunk('00:30', 0, 2), chunk('00:30', 1, 2)], [['east 00:30 0', 'east 00:30 1']]));
  it('holds a bounded number of incomplete windows', () => {
    const minutes = Array.from({ length: 40 }, (_, minute) => `${String(minute).padStart(2, '0')}:00`);
    check([...minutes.map((at) => chunk(at, 0, 2)), chunk('00:00', 1, 2), chunk('39:00', 1, 2)], [['east 39:00 0', 'east 39:00 1']]);
  });
});
