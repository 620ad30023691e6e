import type { Observation } from './observation.js';
import { HEARTBEAT_MS, keyOf, ObservationBook } from './observation-book.js';

const seen = (id: string, observedAt: number, more: Partial<Observation> = {}): Observation => ({
  source: 'wire',
  kind: 'workload',
  id,
  mesh: 'istio',
  cluster: 'east',
  name: id,
  observedAt,
  notAfter: 1_000_000,
  place: { place: '10.0.0.1:80' },
  ...more,
});
const written = (book: ObservationBook) => {
  const { write, remove, settled } = book.pending();
  settled();
  return [write.map(({ id }) => id), remove];
};

describe('ObservationBook', () => {
  it('writes down news at once, and the rest for its time', () => {
    const book = new ObservationBook();
    book.put(seen('a', 1000));
    book.put(seen('b', 1000));
    expect(written(book)).toEqual([['a', 'b'], []]);
    book.put(seen('a', 2000));
    book.put(seen('b', 2000, { notAfter: 9_000_000 }));
    expect(written(book)).toEqual([['b'], []]);
    book.put(seen('a', 1000 + HEARTBEAT_MS));
    expect(written(book)).toEqual([['a'], []]);
  });
  it('keeps the newer word, and does not write what was restored', () => {
    const book = new ObservationBook();
    book.restore(seen('a', 5000));
    book.put(seen('a', 4000, { notAfter: 1 }));
    expect([book.all()[0]?.observedAt, written(book)]).toEqual([5000, [[], []]]);
  });
  it('drops what a source no longer says, once', () => {
    const book = new ObservationBook();
    book.put(seen('a', 1));
    book.put(seen('m', 1, { source: 'metric' }));
    written(book);
    book.replace('metric', []);
    expect(written(book)).toEqual([[], [keyOf(seen('m', 1, { source: 'metric' }))]]);
    expect([written(book), book.all().map(({ id }) => id)]).toEqual([[[], []], ['a']]);
  });
  it('tries again what was not written', () => {
    const book = new ObservationBook();
    book.put(seen('a', 1));
    book.pending();
    expect(written(book)).toEqual([['a'], []]);
  });
});
