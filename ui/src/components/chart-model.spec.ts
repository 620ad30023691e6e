import { axisTop, bandEdge, columns, describeChart, isEmpty, newest, timeRange } from './chart-model.js';

const series = (values: (number | null)[]) => ({ label: 'Rate', values, colour: 'rate' });

describe('chart model', () => {
  it('keeps gaps', () => {
    expect(columns(['2026-06-03T00:00:00Z', '2026-06-03T00:00:30Z'], [series([1, null])])).toEqual([
      [1780444800, 1780444830],
      [1, null],
    ]);
    expect(newest([1, 2, null])).toBe(2);
    expect(newest([null])).toBeNull();
    expect(isEmpty([series([null]), series([])])).toBe(true);
    expect(isEmpty([series([null, 0])])).toBe(false);
  });
  it('describes itself in words', () => {
    const words = describeChart('Requests', [series([1, null, 3])], 'requests').replaceAll('\u00a0', ' ');
    expect(words).toBe('Requests. Rate: now 3 req/s, between 1 req/s and 3 req/s, 1 of 3 steps unknown.');
    expect(describeChart('Requests', [series([null])], 'requests')).toBe('Requests. Rate: no data.');
  });
  it('names a band once, by both its edges', () => {
    const band = [
      { ...series([20]), label: 'expected', look: 'high' as const },
      { ...series([10]), label: 'from', look: 'low' as const },
    ];
    expect(describeChart('Requests', band, 'requests').replaceAll('\u00a0', ' ')).toBe('Requests. expected: now 10 to 20 req/s.');
    expect(bandEdge('900\u00a0ms', '1.2\u00a0s')).toBe('900\u00a0ms to 1.2\u00a0s');
  });
  it('draws a single moment in the middle of half an hour', () => {
    expect(timeRange(1000, 4600)).toEqual([1000, 4600]);
    expect(timeRange(5000, 5000)).toEqual([4100, 5900]);
  });
  it('leaves room above the line', () => {
    expect(axisTop(0, 'ratio')).toBe(0.01);
    expect(axisTop(0.99, 'ratio')).toBe(1);
    expect(axisTop(null, 'requests')).toBe(1);
    expect(axisTop(100, 'requests')).toBeCloseTo(115);
  });
});
