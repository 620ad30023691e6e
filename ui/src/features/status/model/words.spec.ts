import type { SuiteStatus, WatchedKind } from '@observatory/contracts';
import { figureName, figureText, orderKinds, suiteSentence } from './words.js';

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

describe('figureText', () => {
  const check = (value: number, unit: string, expected: string) => expect(figureText(value, unit).replaceAll('\u00a0', ' ')).toBe(expected);
  it('writes sizes in SI units and counts in full', () => {
    check(239_235_072, 'B', '239 MB');
    check(512, 'B', '512 B');
    check(20_160, '', '20,160');
    check(1.834, 'ms', '1.83 ms');
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
