import type { BaselineReply } from '@observatory/contracts';
import {
  blindSpots,
  emptyWords,
  filterIncidents,
  incidentSentence,
  parseIncidentFilter,
  placeWords,
  seesAll,
  watchWords,
} from './incident-list.js';
import { AT, incident } from './test-incidents.js';

const NOW = Date.parse(AT) + 3_600_000;
const old = incident('old', { state: 'closed', closedAt: AT, startedAt: '2026-06-01T00:00:00.000Z' });
const late = incident('late', { state: 'resolved', startedAt: '2026-06-03T15:00:00.000Z' });
const bad = incident('bad', { severity: 'critical', startedAt: '2026-06-01T00:00:00.000Z', category: 'security', types: ['scanning'] });
const quiet = incident('quiet', { state: 'suppressed', severity: 'critical', namespaces: ['media'] });
const fresh = incident('fresh', { cause: { node: 'n', label: 'shop/db', score: 1, evidence: [] } });
const all = [old, late, quiet, fresh, bad];

describe('filterIncidents', () => {
  const check = (url: Record<string, string>, expected: string[], namespaces: string[] = []) =>
    expect(filterIncidents(all, parseIncidentFilter(url), namespaces).map((each) => each.id)).toEqual(expected);
  it('what goes on comes first, by severity; then the newest', () => check({}, ['bad', 'fresh', 'quiet', 'late', 'old']));
  it('by state, kind, words and namespace', () => {
    check({ show: 'going-on' }, ['bad', 'fresh']);
    check({ show: 'ended' }, ['late', 'old']);
    check({ show: 'suppressed' }, ['quiet']);
    check({ severity: 'critical' }, ['bad', 'quiet']);
    check({ type: 'scanning' }, ['bad']);
    check({ category: 'security' }, ['bad']);
    check({ q: 'SHOP/db' }, ['fresh']);
    check({}, ['quiet'], ['media']);
  });
  it('what is not known in a link is let be', () =>
    check({ show: 'x', severity: 'y', type: 'z' }, ['bad', 'fresh', 'quiet', 'late', 'old']));
});

describe('incidentSentence', () => {
  it.each([
    [[], 'Nothing unusual goes on.'],
    [[bad], '1 incident goes on, critical.'],
    [[bad, { ...bad, id: 'worse' }], '2 incidents go on, both critical.'],
    [all, '2 incidents go on, 1 of them critical; 1 is suppressed, 2 ended in the last 24 hours.'],
  ])('%#', (incidents, expected) => expect(incidentSentence(incidents, NOW)).toBe(expected));
});

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
  });
  it('nothing found is an all-clear only where all was learned', () => {
    const ready = { series: 40, subjects: 4, stages, clusters: [{ ...cluster, state: 'ready' }] } as BaselineReply;
    expect(seesAll(ready)).toBe(true);
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
    expect(of([{ ...cluster, state: 'loading' }])[0]).toContain('history is being read');
    expect(of([])).toHaveLength(1);
  });
});

it('placeWords', () => {
  expect(placeWords({ namespaces: ['shop', 'media'], clusters: ['east'] })).toBe('shop, media · east');
  expect(placeWords({ namespaces: [''], clusters: ['east'] })).toBe('outside the mesh · east');
});
