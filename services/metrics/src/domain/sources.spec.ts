import type { ClusterConfig } from '@observatory/platform';
import { coverageOf, freshnessOf, isCovered } from './freshness.js';
import { prometheusSources } from './sources.js';

const cluster = (name: string, url?: string, selector?: string): ClusterConfig => ({
  name,
  provisional: false,
  inCluster: false,
  mesh: 'auto',
  rootNamespace: 'istio-system',
  ...(url ? { prometheus: { url, ...(selector ? { selector } : {}) } } : {}),
});

describe('prometheusSources', () => {
  it('reads a shared Prometheus once, and one with two selectors twice', () => {
    const sources = prometheusSources([
      cluster('east', 'http://a'),
      cluster('west', 'http://a/'),
      cluster('north', 'http://b', 'cluster="north"'),
      cluster('south', 'http://b', 'cluster="south"'),
      cluster('dark'),
    ]);
    expect(sources.map(({ id, clusters }) => [id, clusters])).toEqual([
      ['east', ['east', 'west']],
      ['north', ['north']],
      ['south', ['south']],
    ]);
  });

  it('keeps the identity of a cluster without a name, whatever its address', () => {
    const nameless = (url: string) => prometheusSources([{ ...cluster('Kubernetes', url), provisional: true }])[0];
    expect(nameless('http://a')?.id).toBe(nameless('http://b')?.id);
  });
});

describe('freshness', () => {
  const now = new Date('2026-03-01T12:00:00.000Z');
  function check(ageSec: number | undefined, failure: string | undefined, expected: string): void {
    const freshAt = ageSec === undefined ? undefined : new Date(now.getTime() - ageSec * 1000);
    expect(freshnessOf({ freshAt, now, staleAfterSec: 90, ...(failure ? { failure } : {}) }).state).toBe(expected);
  }
  it('goes by the newest sample, and by whether Prometheus answers', () => {
    check(10, undefined, 'fresh');
    check(90, undefined, 'fresh');
    check(91, undefined, 'stale');
    check(undefined, undefined, 'stale');
    check(10, 'refused', 'down');
  });

  it('says that rates are low while they reach into a time without samples', () => {
    const details = (gapSinceMs: number | null | undefined) => freshnessOf({ freshAt: now, now, staleAfterSec: 90, gapSinceMs }).detail;
    expect(details(undefined)).toBeUndefined();
    expect(details(null)).toMatch(/rates are too low/);
    expect(details(Date.parse('2026-03-01T11:50:00.000Z'))).toMatch(/after 2026-03-01T11:50:00.000Z: rates are too low/);
  });

  it('takes rates for whole that have samples of both ends of their span', () => {
    const at = now.getTime();
    const coverage = (newestSec: number | undefined, beganSec: number | undefined) => {
      const ago = (sec: number | undefined) => (sec === undefined ? undefined : at - sec * 1000);
      return coverageOf({ newestMs: ago(newestSec), beganMs: ago(beganSec) }, at, { rateWindowSec: 60, scrapeSec: 15 });
    };
    expect([50, 67, 68, undefined].map((began) => coverage(1, began))).toEqual([undefined, undefined, 'partial', 'partial']);
    expect([1, 22].map((newest) => coverage(newest, 50))).toEqual([undefined, undefined]);
    expect([23, 29].map((newest) => coverage(newest, 50))).toEqual(['partial', 'partial']);
    expect([30, undefined].map((newest) => coverage(newest, 50))).toEqual(['none', 'none']);
  });

  it('takes a rate for known while samples reach into the second half of its span', () => {
    const at = now.getTime();
    expect(isCovered(undefined, at, 60)).toBe(false);
    expect(isCovered(at - 29_000, at, 60)).toBe(true);
    expect(isCovered(at - 30_000, at, 60)).toBe(false);
  });
});
