import { trafficSeries, unknownSeries, type SeriesRow } from './series.js';

const AT = ['2026-03-01T00:00:30.000Z', '2026-03-01T00:01:00.000Z', '2026-03-01T00:01:30.000Z'];

const row = (sourceKey: number, step: number, values: Partial<SeriesRow> = {}): SeriesRow => ({
  sourceKey,
  step,
  requests: 0,
  errors: 0,
  clientErrors: 0,
  latencySumMs: null,
  latencyCount: null,
  sentBytes: 0,
  receivedBytes: 0,
  connections: null,
  mutualTls: 0,
  plaintext: 0,
  ...values,
});

describe('trafficSeries', () => {
  it('tells a gap from no traffic', () => {
    const series = trafficSeries({
      at: AT,
      rows: [row(1, 0, { requests: 4 })],
      histograms: [],
      coverage: new Map([[1, [1, 1, 0]]]),
      sources: 'parts',
    });
    expect(series.requestsPerSecond).toEqual([4, 0, null]);
    expect(series.errorRatio).toEqual([0, null, null]);
    expect(series.mtlsRatio).toEqual([null, null, null]);
  });

  it('divides by the windows that are known, not by those that have a row', () => {
    const series = trafficSeries({
      at: AT,
      rows: [row(1, 0, { requests: 30, errors: 3, latencySumMs: 600, latencyCount: 30, mutualTls: 20, plaintext: 10 })],
      histograms: [],
      coverage: new Map([[1, [10, 0, 0]]]),
      sources: 'parts',
    });
    expect(series.requestsPerSecond[0]).toBe(3);
    expect(series.errorRatio[0]).toBeCloseTo(0.1);
    expect(series.latencyMsMean[0]).toBeCloseTo(20);
    expect(series.mtlsRatio[0]).toBeCloseTo(2 / 3);
  });

  it('adds the parts of a node, and takes one of two views of an edge', () => {
    const rows = [row(1, 0, { requests: 5, errors: 1 }), row(2, 0, { requests: 6 })];
    const coverage = new Map([
      [1, [1, 1, 1]],
      [2, [1, 1, 1]],
    ]);
    expect(trafficSeries({ at: AT, rows, histograms: [], coverage, sources: 'parts' }).requestsPerSecond[0]).toBe(11);
    const same = trafficSeries({ at: AT, rows, histograms: [], coverage, sources: 'same' });
    expect(same.requestsPerSecond).toEqual([6, 0, 0]);
    expect(same.errorRatio[0]).toBe(0);
  });

  it('takes quantiles from merged buckets', () => {
    const upperBoundsMs = [10, 100];
    const histograms = [
      { step: 1, upperBoundsMs, perSecond: [50] },
      { step: 1, upperBoundsMs, perSecond: [0, 50, 0] },
      { step: 1, upperBoundsMs: [7], perSecond: [1000] },
    ];
    const series = trafficSeries({ at: AT, rows: [], histograms, coverage: new Map([[1, [1, 1, 1]]]), sources: 'parts' });
    expect(series.latencyMsP50).toEqual([null, 10, null]);
    expect(series.latencyMsP95[1]).toBeCloseTo(91);
  });

  it('counts connections only where something counts them', () => {
    const coverage = new Map([[1, [1, 1, 1]]]);
    expect(
      trafficSeries({ at: AT, rows: [row(1, 0, { requests: 1 })], histograms: [], coverage, sources: 'parts' }).connectionsPerSecond,
    ).toEqual([null, null, null]);
    expect(
      trafficSeries({ at: AT, rows: [row(1, 0, { connections: 2 })], histograms: [], coverage, sources: 'parts' }).connectionsPerSecond,
    ).toEqual([2, 0, 0]);
  });

  it('knows nothing of what nobody told', () => {
    expect(unknownSeries(AT).requestsPerSecond).toEqual([null, null, null]);
  });
});
