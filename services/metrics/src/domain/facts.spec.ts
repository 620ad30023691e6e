import type { EdgeSample } from '@observatory/contracts';
import { allFactsQuery, factsOf, freshnessQuery, NOTHING_KNOWN, sampleOfWorkloads, spacingQuery, samplesOf, spanQuery } from './facts.js';

const edgeTo = (name: string, mesh: EdgeSample['mesh'] = 'istio', kind: EdgeSample['target']['kind'] = 'workload') =>
  ({ mesh, target: { kind, cluster: 'east', namespace: 'shop', name } }) as EdgeSample;
const named = (count: number, mesh: EdgeSample['mesh'] = 'istio') => Array.from({ length: count }, (_, index) => edgeTo(`w${index}`, mesh));

describe('sampleOfWorkloads', () => {
  const check = (edges: EdgeSample[], expected: number) => expect(new Set(sampleOfWorkloads(edges)).size).toBe(expected);
  it('lets some of many workloads stand for all, and nobody for few', () => {
    check(named(199), 0);
    check(named(200), 40);
    check([...named(200), ...named(200)], 40);
    check(named(2000), 40);
  });
  it('takes those that Istio names as destinations', () => {
    check(named(500, 'linkerd'), 0);
    check(
      Array.from({ length: 500 }, (_, index) => edgeTo(`host${index}`, 'istio', 'external')),
      0,
    );
  });
});

describe('questions about the source', () => {
  const sample = ['cart', 'a.b'];
  it('look at all series while nobody stands for them', () => {
    expect(freshnessQuery(NOTHING_KNOWN, 'cluster="east"')).toContain('max(timestamp(istio_requests_total{cluster="east"}))');
    expect(allFactsQuery(NOTHING_KNOWN)).toContain('count(istio_requests_total{reporter!="waypoint"})');
    expect(allFactsQuery(NOTHING_KNOWN)).toContain('count by (source_cluster)');
  });
  it('look at those who stand for all of Istio', () => {
    const matcher = String.raw`destination_workload=~"cart|a\\.b"`;
    const query = freshnessQuery({ meshes: ['istio', 'linkerd'], sample }, 'cluster="east"');
    expect(query).toContain(`max(timestamp(istio_requests_total{${matcher},cluster="east"}))`);
    expect(query).toContain('max(timestamp(response_total{cluster="east"}))');
    expect(spacingQuery([300], '', { meshes: [], sample })).toContain(`count_over_time(istio_requests_total{${matcher}}[300s])`);
  });
  it('look back to where rates begin', () => {
    const query = spanQuery({ meshes: ['istio'], sample }, 45, 'cluster="east"');
    expect(query).toContain(String.raw`max(timestamp(istio_requests_total{destination_workload=~"cart|a\\.b",cluster="east"} offset 45s))`);
    const row = (fact: string, value: number) => ({ metric: { observatory_fact: fact }, value });
    const facts = factsOf(
      [row('fresh:istio_requests_total', 90), row('began:istio_requests_total', 40), row('began:response_total', 45)],
      false,
    );
    expect(facts).toEqual({ freshAt: new Date(90_000), spanBeganAt: new Date(45_000) });
    expect(factsOf([row('fresh:istio_requests_total', 90)], false).spanBeganAt).toBeUndefined();
  });
  it('look at each step of a range', () => {
    const row = (fact: string, ...values: [number, number][]) => ({ metric: { observatory_fact: fact }, values });
    const rows = [
      row('fresh:istio_requests_total', [60_000, 59], [120_000, 61]),
      row('fresh:response_total', [60_000, 60]),
      row('began:istio_requests_total', [120_000, 58.5]),
    ];
    expect(samplesOf(rows)).toEqual({
      freshAt: new Map([
        [60_000, 60_000],
        [120_000, 61_000],
      ]),
      spanBeganAt: new Map([[120_000, 58_500]]),
    });
  });
  it('do not ask again for what is known', () => {
    const query = allFactsQuery({ meshes: ['istio'], sample });
    expect(query).not.toContain('count(istio_requests_total{reporter!="waypoint"})');
    expect(query).not.toContain('count by (source_cluster)');
    expect(query).toContain('count(response_total{direction=~"inbound|outbound"})');
  });
});
