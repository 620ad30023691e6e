import type { SignalSeries } from '@observatory/contracts';
import {
  type SignalChart,
  scoreRows,
  signalCharts,
  signalsSentence,
  stageSentence,
  subjectLabel,
  subjectSentence,
  unusualSpans,
} from './signals.js';
import { id } from './test-incidents.js';

const at = ['2026-06-03T14:00:00.000Z', '2026-06-03T14:01:00.000Z', '2026-06-03T14:02:00.000Z', '2026-06-03T14:03:00.000Z'];
const options = { stepSec: 60, threshold: 0.85 };
const series = (signal: SignalSeries['signal'], change: Partial<SignalSeries> = {}): SignalSeries => ({
  signal,
  unit: 'perSecond',
  observed: [1, 2, null, 4],
  expected: [1, 1, 1, 1],
  low: [0, 0, 0, 0],
  high: [2, 2, 2, 2],
  score: [0, 0.1, null, 0.2],
  ...change,
});

describe('unusualSpans', () => {
  const check = (scores: (number | null)[], expected: string[]) =>
    expect(unusualSpans(scores, at, options).map(({ from, to }) => `${from.slice(14, 19)} ${to.slice(14, 19)}`)).toEqual(expected);
  it('joins windows that follow each other, each around its own time', () => {
    check([0.9, 0.85, 0.1, null], ['59:30 01:30']);
    check([0.9, null, 0.9, 0.84], ['59:30 00:30', '01:30 02:30']);
    check([null, 0.1], []);
  });
});

describe('signalCharts', () => {
  const charts = signalCharts({
    at,
    ...options,
    signals: [
      series('requests'),
      series('bytes' as never, { observed: [null, null, null, null] }),
      series('errors', { score: [0, 0, 0, 0.97] }),
      series('latencyP95', { unit: 'ms', low: [null, null, null, null], high: [null, null, null, null], score: [null, null, null, null] }),
    ],
  });
  it('puts what was unusual first and leaves out what was never seen', () =>
    expect(charts.map(({ key, peak }) => [key, peak])).toEqual([
      ['errors', 0.97],
      ['requests', 0.2],
      ['latencyP95', null],
    ]));
  it('draws a band only where one was learned, and keeps gaps', () => {
    expect(charts.map((chart) => chart.series.map(({ look }) => look).join(' '))).toEqual(['high low line', 'high low line', 'line']);
    expect(charts[0]?.series[2]?.values).toEqual([1, 2, null, 4]);
  });
  it('says what stood out', () => {
    const threshold = 0.85;
    expect(signalsSentence({ charts, threshold })).toBe('Unusual in this span of time: errors (0.97).');
    const many = Array.from({ length: 6 }, (_, index) => ({ ...(charts[0] as SignalChart), key: String(index) }));
    expect(signalsSentence({ charts: many, threshold })).toMatch(
      /^Unusual in this span of time: (errors \(0\.97\)(, | and 2 more\.$)){4}$/,
    );
    expect(signalsSentence({ charts: charts.slice(1), threshold })).toBe('All its signals stayed within what is usual for it.');
    expect(signalsSentence({ charts: charts.slice(2), threshold })).toBe('None of its signals was judged in this span of time.');
    expect(signalsSentence({ charts: [], threshold })).toBe('Nothing was measured of it in this span of time.');
  });
});

it('stageSentence', () => {
  expect(stageSentence({ stage: 'new', historySec: 0 })).toMatch(/^Seen for less than an hour.*; nothing was learned yet\.$/);
  expect(stageSentence({ stage: 'seasonal', historySec: 3 * 86_400 }).replaceAll('\u00a0', ' ')).toBe(
    'Compared with what it does at this time of day; learned from 3 d of history.',
  );
});

it('subjectSentence', () => {
  const edge = `${id('cart')}~~${id('db')}~~tcp`;
  expect(subjectSentence({ kind: 'node', id: id('cart'), cluster: 'east' })).toBe('Workload, seen in cluster east.');
  expect(subjectSentence({ kind: 'edge', id: edge, cluster: 'east' })).toBe('Traffic, seen in cluster east.');
});

it('subjectLabel', () => {
  expect(subjectLabel(id('cart'))).toBe('shop/cart');
  expect(subjectLabel(`${id('cart')}~~${id('db')}~~tcp`)).toBe('shop/cart → shop/db');
});

it('scoreRows: the most unusual first, what is not judged last', () => {
  const scored = (name: string, score: number | null) => ({ id: id(name), score, stage: 'daily' as const });
  const edge = { ...scored('x', 0.5), id: `${id('a')}~~${id('b')}~~http`, source: id('a'), target: id('b') };
  expect(scoreRows({ nodes: [scored('a', null), scored('b', 0.9)], edges: [edge] }).map(({ label }) => label)).toEqual([
    'shop/b',
    'shop/a → shop/b',
    'shop/a',
  ]);
});
