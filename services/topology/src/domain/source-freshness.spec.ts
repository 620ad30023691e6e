import type { SourceFreshness } from '@observatory/contracts';
import { freshnessSignature, missingWindows, noWindowYet, windowFreshness } from './source-freshness.js';

const at = '2026-01-01T12:00:00.000Z';
const source = (state: SourceFreshness['state'], detail?: string): SourceFreshness => ({
  name: 'Prometheus',
  cluster: 'east',
  freshAt: at,
  state,
  ...(detail ? { detail } : {}),
});

function check(laterSec: number, reported: SourceFreshness[], expected: Partial<SourceFreshness>[]): void {
  const newest = { cluster: 'east', atMs: Date.parse(at), windowSec: 30, sources: reported };
  expect(windowFreshness(newest, Date.parse(at) + laterSec * 1000)).toMatchObject(expected);
}

describe('windowFreshness', () => {
  it('is what metrics reported while windows come', () => {
    check(35, [source('fresh')], [{ state: 'fresh' }]);
    check(35, [source('stale', 'scrapes are late')], [{ state: 'stale', detail: 'scrapes are late' }]);
    check(60, [source('fresh')], [{ state: 'fresh' }]);
  });
  it('goes stale by time passing, after two windows', () => {
    check(61, [source('fresh')], [{ state: 'stale', freshAt: at, detail: 'no window was closed since' }]);
    check(600, [source('down', 'connection refused')], [{ state: 'down', detail: 'connection refused' }]);
  });
  it('stands in for a window without sources', () => check(10, [], [{ name: 'Prometheus', cluster: 'east', freshAt: at, state: 'fresh' }]));
});

describe('the rest', () => {
  it('names clusters that nothing came from', () =>
    expect(noWindowYet('west')).toMatchObject({ cluster: 'west', freshAt: null, state: 'down' }));
  it('speaks of holes only where there are some', () => {
    const of10 = (windowsPresent: number, windowsPartial = 0) =>
      missingWindows({ at, windowsExpected: 10, windowsPresent, windowsPartial });
    expect(of10(10)).toEqual([]);
    expect(of10(7)).toMatchObject([{ state: 'fresh', freshAt: at, detail: 'only 7 of 10 windows of this span are known' }]);
    expect(of10(0)).toMatchObject([{ state: 'stale', freshAt: null, detail: 'none of the 10 windows of this span is known' }]);
    expect(of10(2, 2)).toMatchObject([{ state: 'fresh', detail: expect.stringMatching(/^only 2 of 10 .* known; rates are too low: /) }]);
    expect(of10(10, 10)).toMatchObject([{ detail: expect.stringMatching(/^rates are too low: /) }]);
    const one = missingWindows({ at, windowsExpected: 1, windowsPresent: 0, windowsPartial: 0 });
    expect(one).toMatchObject([{ detail: 'this window is not known' }]);
  });
  it('has a signature that new windows do not change, and states and reasons do', () => {
    const later = { ...source('fresh'), freshAt: '2026-01-01T12:00:30.000Z' };
    expect(freshnessSignature([later])).toBe(freshnessSignature([source('fresh')]));
    expect(freshnessSignature([source('stale')])).not.toBe(freshnessSignature([source('fresh')]));
    expect(freshnessSignature([source('stale', 'a')])).not.toBe(freshnessSignature([source('stale', 'b')]));
  });
});
