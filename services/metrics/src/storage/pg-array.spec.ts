import { lists, numbers, texts } from './pg-array.js';
import { partitionsOf } from './partition-keeper.js';
import { windowsTable } from './tables.js';

describe('array literals', () => {
  it('writes numbers, with nothing too small for a real', () => {
    expect(numbers([1, 0.5, undefined, 1e-300, -2])).toBe('{1,0.5,NULL,0,-2}');
  });
  it('writes texts that need quoting', () => {
    expect(texts(['a', 'say "hi"', 'back\\slash', '{,}', '', undefined, 'nul\0'])).toBe(
      '{"a","say \\"hi\\"","back\\\\slash","{,}","",NULL,"nul\ufffd"}',
    );
  });
  it('writes lists within lists', () => {
    expect(lists([[1, 2], [], undefined])).toBe('{"{1,2}","{}",NULL}');
  });
});

describe('partitionsOf', () => {
  it('has days from the end of retention to two days ahead, without a break', () => {
    const partitions = partitionsOf(windowsTable('edge', 'raw'), new Date('2026-03-10T05:00:00Z'));
    expect(partitions.map(({ name }) => name.slice(-8))).toEqual(
      ['0303', '0304', '0305', '0306', '0307', '0308', '0309', '0310', '0311', '0312'].map((day) => `2026${day}`),
    );
    expect(
      partitions.every(({ to }, index) => index === partitions.length - 1 || to.getTime() === partitions[index + 1]!.from.getTime()),
    ).toBe(true);
  });
  it('keeps rollups 90 days', () => {
    const [first] = partitionsOf(windowsTable('node', '1h'), new Date('2026-03-10T05:00:00Z'));
    expect(first!.from.getTime()).toBeLessThanOrEqual(Date.parse('2025-12-10T05:00:00Z'));
  });
});
