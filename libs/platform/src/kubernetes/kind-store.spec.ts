import { KindStore, type KubeChange } from './kind-store.js';

function storeOf(objects: Record<string, object>) {
  const changes: KubeChange<object>[] = [];
  const store = new KindStore<object>((change) => changes.push(change));
  store.replace(new Map(Object.entries(objects)));
  changes.length = 0;
  return { store, changes };
}

describe('KindStore', () => {
  it('tells of what changes, once', () => {
    const { store, changes } = storeOf({ a: { n: 1 } });
    store.upsert('a', { n: 1 });
    store.upsert('a', { n: 2 });
    store.upsert('b', { n: 3 });
    store.delete('a');
    store.delete('a');
    expect(changes.map(({ type }) => type)).toEqual(['upsert', 'upsert', 'delete']);
    expect([...store.entries()]).toEqual([['b', { n: 3 }]]);
  });

  it('moves its revision exactly when something changes', () => {
    const { store } = storeOf({ a: { n: 1 } });
    const { revision } = store;
    store.replace(new Map([['a', { n: 1 }]]));
    expect(store.revision).toBe(revision);
    store.replace(new Map([['b', { n: 1 }]]));
    expect(store.revision).toBe(revision + 1);
  });

  it('keeps the objects that a list did not change, and counts what it did', () => {
    const kept = { n: 1 };
    const { store, changes } = storeOf({ a: kept, b: { n: 2 }, c: { n: 3 } });
    store.replace(
      new Map<string, object>([
        ['a', { n: 1 }],
        ['b', { n: 9 }],
        ['d', { n: 4 }],
      ]),
    );
    expect(store.get('a')).toBe(kept);
    expect(changes).toEqual([{ type: 'replace', changed: 3 }]);
  });
});
