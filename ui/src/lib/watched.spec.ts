import type { BaselineReply } from '@observatory/contracts';
import { blindSpots, emptyWords, noneWords, seesAll, watchWords } from './watched.js';

describe('what is watched', () => {
  const stages = { new: 0, learning: 0, daily: 4, seasonal: 0 };
  const cluster = { cluster: 'east', historySec: 7200, lastWindowAt: null };
  it('says how much, and what still learns', () => {
    expect(watchWords({ series: 0, subjects: 0, stages })).toBe('Nothing is watched yet');
    expect(watchWords({ series: 40, subjects: 4, stages })).toBe('40 series of 4 workloads and edges watched');
    expect(watchWords({ series: 40, subjects: 5, stages: { ...stages, new: 1 } })).toBe(
      '40 series of 5 workloads and edges watched, 1 of them still learning',
    );
    expect(emptyWords(undefined)).toContain('is not known');
    expect(noneWords(undefined)).toContain('is not known');
  });
  it('nothing found is an all-clear only where all was learned', () => {
    const ready = { series: 40, subjects: 4, stages, clusters: [{ ...cluster, state: 'ready' }] } as BaselineReply;
    expect(seesAll(ready)).toBe(true);
    expect(noneWords(ready)).toBe('Nothing unusual was found.');
    expect(noneWords({ ...ready, stages: { ...stages, new: 1 } })).toContain('While it learns, only errors');
    expect(seesAll({ ...ready, stages: { ...stages, learning: 1 } })).toBe(false);
    expect(seesAll({ ...ready, clusters: [{ ...cluster, state: 'loading' }] })).toBe(false);
    expect(seesAll({ ...ready, series: 0 })).toBe(false);
  });
  it('is silent only where a cluster is judged', () => {
    const of = (clusters: BaselineReply['clusters']) => blindSpots({ clusters });
    expect(of([{ ...cluster, state: 'ready' }])).toEqual([]);
    expect(of([{ ...cluster, state: 'waiting', detail: 'no metrics' }])).toEqual([
      'east: no window has come yet, nothing is judged (no metrics)',
    ]);
    expect(of([{ ...cluster, state: 'loading' }])).toEqual([
      'east: history is being read, 2\u00a0h so far; until then only counts of errors are judged',
    ]);
    const day = { ...cluster, historySec: 26 * 3600, state: 'loading' } as const;
    expect(of([day])).toEqual(['east: history is being read, 26\u00a0h so far, by which it is judged']);
    expect(noneWords({ series: 40, subjects: 4, stages, clusters: [day] } as BaselineReply)).toContain(
      'the part of the history that was read',
    );
    expect(of([])).toHaveLength(1);
  });
});
