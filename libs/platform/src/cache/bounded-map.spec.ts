import { BoundedMap } from './bounded-map.js';

describe('BoundedMap', () => {
  const check = (sets: [string, number][], kept: string[], bounds = { maxEntries: 3, maxBytes: 100 }) => {
    const map = new BoundedMap<number>(bounds);
    for (const [key, bytes] of sets) map.set(key, bytes, bytes);
    expect(map.keys()).toEqual(kept);
    expect(map.bytes).toBe(kept.reduce((sum, key) => sum + (map.get(key) ?? 0), 0));
  };
  it('keeps the newest within the number of entries', () =>
    check(
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
        ['d', 1],
      ],
      ['b', 'c', 'd'],
    ));
  it('keeps the newest within the weight', () =>
    check(
      [
        ['a', 60],
        ['b', 30],
        ['c', 30],
      ],
      ['b', 'c'],
    ));
  it('replaces without counting twice', () =>
    check(
      [
        ['a', 60],
        ['a', 70],
        ['b', 30],
      ],
      ['a', 'b'],
    ));
  it('does not keep what is heavier than everything', () =>
    check(
      [
        ['a', 10],
        ['b', 101],
      ],
      ['a'],
    ));
  it('lets go of what was heavier the second time', () =>
    check(
      [
        ['a', 10],
        ['a', 101],
      ],
      [],
    ));

  it('counts reading as use', () => {
    const map = new BoundedMap<string>({ maxEntries: 2, maxBytes: 100 });
    map.set('a', 'A', 1);
    map.set('b', 'B', 1);
    expect(map.get('a')).toBe('A');
    map.set('c', 'C', 1);
    expect(map.get('b')).toBeUndefined();
    expect(map.get('a')).toBe('A');
  });
});
