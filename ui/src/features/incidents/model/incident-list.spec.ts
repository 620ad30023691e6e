import { filterIncidents, incidentSentence, parseIncidentFilter, placeWords } from './incident-list.js';
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
    [[], 'No incident goes on.'],
    [[bad], '1 incident goes on, critical.'],
    [[bad, { ...bad, id: 'worse' }], '2 incidents go on, both critical.'],
    [all, '2 incidents go on, 1 of them critical; 1 is suppressed, 2 ended in the last 24 hours.'],
  ])('%#', (incidents, expected) => expect(incidentSentence(incidents, NOW)).toBe(expected));
});

it('placeWords', () => {
  expect(placeWords({ namespaces: ['shop', 'media'], clusters: ['east'] })).toBe('shop, media · east');
  expect(placeWords({ namespaces: [''], clusters: ['east'] })).toBe('outside the mesh · east');
});
