import type { SuiteStatus, WatchedKind } from '@observatory/contracts';
import { figureName, orderKinds, suiteSentence } from './words.js';

describe('suiteSentence', () => {
  const service = (name: 'metrics' | 'topology' | 'certs', state: 'up' | 'degraded' | 'down'): SuiteStatus['services'][number] => ({
    service: name,
    state,
    since: '2026-06-03T10:00:00Z',
  });
  const check = (services: SuiteStatus['services'], expected: string) => expect(suiteSentence(services)).toBe(expected);
  it('names what is away', () => {
    check([service('metrics', 'up')], 'All parts of the Observatory run.');
    check([service('metrics', 'down'), service('certs', 'down')], 'metrics, certs do not answer. Everything else goes on.');
    check(
      [service('metrics', 'degraded'), service('certs', 'down')],
      'certs does not answer; metrics runs without something that it needs. Everything else goes on.',
    );
  });
});

describe('figureName', () => {
  const check = (key: string, name: string, unit: string) => expect(figureName(key)).toEqual({ name, unit });
  it('splits the unit off', () => {
    check('windowCostMs', 'window cost', 'ms');
    check('edges', 'edges', '');
    check('residentBytes', 'resident', 'B');
    check('cacheHitRatio', 'cache hit', '');
    check('ms', 'ms', '');
  });
});

describe('orderKinds', () => {
  it('puts what needs a hand first', () => {
    const kind = (name: string, state: WatchedKind['state']): WatchedKind => ({
      apiVersion: 'v1',
      kind: name,
      state,
      objects: 0,
      since: '2026-06-03T10:00:00Z',
    });
    expect(
      orderKinds([kind('B', 'synced'), kind('A', 'synced'), kind('C', 'missing'), kind('D', 'forbidden')]).map(({ kind: name }) => name),
    ).toEqual(['D', 'C', 'A', 'B']);
  });
});
