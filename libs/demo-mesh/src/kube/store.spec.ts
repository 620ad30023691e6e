import { fieldMatcher, labelMatcher } from './selectors.js';
import { Store, type KubeObject } from './store.js';
import { KINDS } from './kinds.js';

const configMap = (name: string, data: Record<string, string>, labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'a', labels },
  data,
});
const info = KINDS.find(({ kind }) => kind === 'ConfigMap')!;

describe('the store', () => {
  it('numbers every change and keeps what the server owns', () => {
    const store = new Store(10);
    const first = store.apply(configMap('x', { a: '1' }));
    const second = store.apply(configMap('x', { a: '2' }));
    expect([first.metadata.resourceVersion, second.metadata.resourceVersion]).toEqual(['11', '12']);
    expect(second.metadata.uid).toBe(first.metadata.uid);
    expect(store.since(10)!.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED']);
    expect(store.delete(info, 'a', 'x')!.metadata.resourceVersion).toBe('13');
    expect(store.delete(info, 'a', 'x')).toBeUndefined();
    expect(store.list(info)).toEqual([]);
  });

  it('does not count an apply that changes nothing', () => {
    const store = new Store(0);
    store.apply(configMap('x', { a: '1' }));
    store.apply(configMap('x', { a: '1' }));
    expect(store.revision).toBe(1);
  });

  it('says that revisions are compacted, not that nothing happened', () => {
    const store = new Store(5);
    store.apply(configMap('x', {}));
    store.compact();
    expect(store.since(5)).toBeUndefined();
    expect(store.since(6)).toEqual([]);
    for (let index = 0; index < 2100; index += 1) store.apply(configMap('x', { at: String(index) }));
    expect(store.since(6)).toBeUndefined();
    expect(store.since(store.revision - 1)).toHaveLength(1);
  });

  it('refuses a kind that it does not know', () =>
    expect(() => new Store(0).apply({ apiVersion: 'x/v1', kind: 'Y', metadata: { name: 'z' } })).toThrow('no kind Y'));
});

describe('selectors', () => {
  const object = configMap('x', {}, { app: 'cart', tier: 'web' });
  it.each([
    ['', true],
    ['app=cart', true],
    ['app==cart,tier!=db', true],
    ['app!=cart', false],
    ['app in (cart, x)', true],
    ['app notin (cart)', false],
    ['missing notin (cart)', true],
    ['tier', true],
    ['!tier', false],
    ['!missing,app=cart', true],
  ])('%p is %p', (selector, expected) => expect(labelMatcher(selector)!(object)).toBe(expected));
  it('cannot read nonsense', () => {
    expect(labelMatcher('a b c')).toBeUndefined();
    expect(fieldMatcher('spec.unknown=1')).toBeUndefined();
  });
  it('reads fields', () => {
    expect(fieldMatcher('metadata.name=x,metadata.namespace!=b')!(object)).toBe(true);
    expect(fieldMatcher('metadata.name=y')!(object)).toBe(false);
  });
});
