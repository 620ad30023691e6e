import type { Place } from './geometry.js';
import { parsePlaces, seenPlaces, serialisePlaces, type SeenPlace } from './kept-places.js';

const place = (x: number): Place => ({ x, y: 0, block: 'east/shop' });
const seen = (x: number, seenDay: number): SeenPlace => ({ ...place(x), seenDay });

describe('kept places', () => {
  it('read back as they were written, and are written in one order', () => {
    const places = new Map([
      ['b', seen(1.25, 20_000)],
      ['a', seen(-3, 20_001)],
    ]);
    const text = serialisePlaces(places);
    expect(parsePlaces(text)).toEqual(places);
    expect(serialisePlaces(new Map([...places].toReversed()))).toBe(text);
  });

  it.each(['', '{}', 'null', '[["a",1,2]]', '[["a","1",2,"b",3]]', '[[1]]'])('are not read from %j', (text) =>
    expect(parsePlaces(text)).toBeUndefined(),
  );

  it('stay for a week after their node went', () => {
    const places = new Map([
      ['here', place(1)],
      ['gone', place(2)],
      ['long gone', place(3)],
    ]);
    const before = new Map([
      ['here', seen(1, 100)],
      ['gone', seen(2, 93)],
      ['long gone', seen(3, 92)],
    ]);
    expect(seenPlaces(places, before, { present: new Set(['here']), today: 100 })).toEqual(
      new Map([
        ['here', seen(1, 100)],
        ['gone', seen(2, 93)],
      ]),
    );
  });

  it('are bounded: those seen longest ago go', () => {
    const places = new Map(Array.from({ length: 20_010 }, (_, at) => [`n${at}`, place(at)]));
    const before = new Map(Array.from({ length: 20_010 }, (_, at) => [`n${at}`, seen(at, at < 10 ? 99 : 100)]));
    const kept = seenPlaces(places, before, { present: new Set(), today: 100 });
    expect(kept.size).toBe(20_000);
    expect(kept.has('n9')).toBe(false);
  });
});
