import type { SourceFreshness } from '@observatory/contracts';
import { awaySince, markStale } from './mark-stale.js';

const at = '2026-06-03T14:00:00Z';
const source = (state: SourceFreshness['state'], detail?: string): SourceFreshness => ({
  name: 'prometheus',
  cluster: 'east',
  freshAt: at,
  state,
  ...(detail ? { detail } : {}),
});

describe('markStale', () => {
  const check = (sources: SourceFreshness[], expected: SourceFreshness[]) => {
    const answer = { generatedAt: at, sources, edges: [1] };
    expect(markStale(answer, 'gone')).toEqual({ ...answer, sources: expected });
  };
  it('marks what was fresh', () => check([source('fresh')], [source('stale', 'gone')]));
  it('keeps what was said', () => check([source('stale', 'late')], [source('stale', 'gone; late')]));
  it('leaves down what is down', () => check([source('down', 'refused')], [source('down', 'refused')]));
  it('marks an answer without sources', () =>
    check([], [{ name: 'observatory', cluster: '', freshAt: at, state: 'stale', detail: 'gone' }]));
  it('leaves alone what has no sources at all', () => expect(markStale({ generatedAt: at }, 'gone')).toEqual({ generatedAt: at }));
});

describe('awaySince', () => {
  it.each([
    ['The policy service does not answer', `The policy service has not answered since 2026-06-03T14:00:00.000Z`],
    ['NATS refuses us', 'NATS refuses us (since 2026-06-03T14:00:00.000Z)'],
  ])('%s', (message, expected) => expect(awaySince(message, new Date(at))).toBe(expected));
});
