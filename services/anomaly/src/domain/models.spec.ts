import { DEFAULT_CONFIG } from './config.js';
import { CountModel } from './counts.js';
import { noTraffic, windowFacts, type Traffic } from './facts.js';
import type { Finding } from './finding.js';
import { Persistence } from './persistence.js';
import { SeriesModel } from './series-model.js';
import { REQUESTS } from './signals.js';
import { timelineOf } from './timeline.js';
import { amountWords, evidenceWords } from './words.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const traffic = (more: Partial<Traffic>): Traffic => ({ ...noTraffic(), ...more });

describe('the baseline of a quantity', () => {
  const noise = 0.002;
  /** A daily rhythm, seen in steps of five minutes. */
  function learned(days: number, valueAt: (atMs: number) => number): SeriesModel {
    const model = new SeriesModel();
    model.reserve(1);
    for (let atMs = START; atMs < START + days * 86_400_000; atMs += 300_000)
      model.learn({ subject: 0, quantity: REQUESTS, atMs }, valueAt(atMs), { spanSec: 300, noise });
    return model;
  }
  const rhythm = (atMs: number) => 20 * (1 + 0.6 * Math.sin((2 * Math.PI * atMs) / 86_400_000));
  const at = (days: number, hours = 0) => ({ subject: 0, quantity: REQUESTS, atMs: START + days * 86_400_000 + hours * 3_600_000 });

  it('knows the time of day after two of them, and what to expect then', () => {
    expect(learned(1.5, rhythm).isSeasonal(0, REQUESTS)).toBe(false);
    const model = learned(4, rhythm);
    expect(model.isSeasonal(0, REQUESTS)).toBe(true);
    for (const hours of [0, 6, 12, 18]) expect(model.usual(at(4, hours)) / rhythm(at(4, hours).atMs)).toBeCloseTo(1, 0);
  });
  it('finds a usual value usual, and a value of another time of day not', () => {
    const model = learned(4, rhythm);
    expect(model.judge(at(4), rhythm(at(4).atMs), noise)).toBeLessThan(1);
    expect(model.judge(at(4), rhythm(at(4, 6).atMs), noise)).toBeGreaterThan(2);
    expect(model.verdict.higher).toBe(true);
  });
  it('learns a new level in hours, and not in minutes', () => {
    const model = learned(4, () => 20);
    const rarityAfter = (hours: number) => {
      const copy = new SeriesModel();
      copy.restore(model.save(1));
      for (let minute = 0; minute < hours * 60; minute += 5) copy.learn(at(4, minute / 60), 60, { spanSec: 300, noise });
      return copy.judge(at(4, hours), 60, noise);
    };
    expect(rarityAfter(0)).toBeGreaterThan(4);
    expect(rarityAfter(0.5)).toBeGreaterThan(4);
    expect(rarityAfter(24)).toBeLessThan(rarityAfter(0));
  });
  it('is not moved by one wild value', () => {
    const model = learned(3, () => 20);
    model.learn(at(3), 1e9, { spanSec: 300, noise });
    expect(model.usual(at(3)) / 20).toBeCloseTo(1, 1);
  });
  it('is the same after a snapshot, and forgotten when cleared', () => {
    const model = learned(3, rhythm);
    const copy = new SeriesModel();
    copy.restore(model.save(1));
    expect(copy.judge(at(3), 50, noise)).toBe(model.judge(at(3), 50, noise));
    copy.clear(0);
    expect([copy.ageSec(0, REQUESTS), copy.usual(at(3))]).toEqual([0, 0]);
  });
});

describe('more failures than usual', () => {
  function model(requests: number, share: number, windows = 2000): CountModel {
    const counts = new CountModel();
    counts.reserve(1);
    for (let index = 0; index < windows; index += 1) {
      counts.turn();
      // Whole failures, as they come: one now and then.
      const failures = Math.floor((index + 1) * requests * 30 * share) - Math.floor(index * requests * 30 * share);
      const seen = traffic({ requests, errors: failures / 30 });
      counts.put(0, seen, 30);
      counts.learn(0, seen, { spanSec: 30 });
    }
    return counts;
  }
  const judged = (counts: CountModel, requests: number, errors: number) => {
    counts.turn();
    counts.put(0, traffic({ requests, errors }), 30);
    return counts.judge(0, 0, 30)?.rarity ?? 0;
  };
  it.each([
    ['a third of many', 20, 0.001, 7, [8, 300]],
    ['as many as ever', 20, 0.01, 0.2, [0, 0]],
    ['two of sixty', 2, 0.001, 2 / 30, [0, 0]],
    ['half of sixty', 2, 0.001, 1, [6, 300]],
    ['twice the usual of few', 1, 0.05, 0.1, [0, 1.5]],
  ] as const)('%s', (_name, requests, share, errors, [low, high]) => {
    const rarity = judged(model(requests, share), requests, errors);
    expect(rarity).toBeGreaterThanOrEqual(low);
    expect(rarity).toBeLessThanOrEqual(high);
  });
  it('is over with the last bad window, though the five minutes before were bad', () => {
    const counts = model(20, 0.001);
    for (let index = 0; index < 5; index += 1) expect(judged(counts, 20, 7)).toBeGreaterThan(8);
    expect(judged(counts, 20, 0)).toBe(0);
  });
  it('of what nothing is known must be many', () => {
    const counts = new CountModel();
    counts.reserve(1);
    expect(judged(counts, 1, 0.2)).toBeLessThan(5);
    expect(judged(counts, 10, 9)).toBeGreaterThan(4);
  });
});

describe('persistence', () => {
  const finding = (score: number): Finding =>
    ({ subject: { id: 'a' }, type: 'errors', score, severity: 'warning', evidence: [], requestsPerSecond: 1 }) as unknown as Finding;
  /** `#` at the alert line, `+` above half, `.` nothing: what each window gives. */
  const check = (windows: string, expected: string) =>
    it(`${windows} is ${expected}`, () => {
      const persistence = new Persistence();
      const told = [...windows].map((window, index) => {
        const findings = window === '.' ? [] : [finding(window === '#' ? 0.9 : 0.6)];
        const { begun, going, ended } = persistence.advance(index, findings, DEFAULT_CONFIG);
        return begun.length > 0 ? 'B' : ended.length > 0 ? 'E' : going.length > 0 ? 'g' : '-';
      });
      expect(told.join('')).toBe(expected);
    });
  check('###...', '--B--E');
  check('#.#.#...', '----B--E');
  check('##..##..', '----Bg--');
  check('++++++', '------');
  check('###+++++...', '--Bggggg--E');
  check('###..#...', '--B--g--E');
});

describe('facts of a window', () => {
  it('takes denials and wrong credentials out of errors', () => {
    const end = (name: string) => ({ kind: 'workload' as const, cluster: 'c', namespace: 'n', name });
    const rate = (code: string, requestsPerSecond: number, grpcStatus?: string) => ({
      code,
      flags: '-',
      requestsPerSecond,
      outcome:
        grpcStatus !== undefined && grpcStatus !== '0'
          ? ('error' as const)
          : code.startsWith('4')
            ? ('clientError' as const)
            : ('ok' as const),
      ...(grpcStatus === undefined ? {} : { grpcStatus }),
    });
    const edge = {
      id: 'x',
      source: end('a'),
      target: end('b'),
      protocol: 'http' as const,
      mesh: 'istio' as const,
      responses: [rate('200', 5), rate('403', 2), rate('401', 1), rate('404', 1), rate('200', 3, '7')],
      requestsPerSecond: 12,
      errorsPerSecond: 3,
      clientErrorsPerSecond: 4,
      sentBytesPerSecond: 0,
      receivedBytesPerSecond: 0,
      mutualTlsPerSecond: 0,
      plaintextPerSecond: 0,
      reporters: [],
    };
    const { edges, nodes } = windowFacts({ cluster: 'c', atMs: START, windowSec: 30, edges: [edge] });
    const expected = { requests: 12, errors: 0, clientErrors: 1, denied: 5, unauthorized: 1, notFound: 1 };
    expect(edges).toMatchObject([expected]);
    expect(nodes.find(({ identity }) => identity.name === 'b')).toMatchObject(expected);
    expect(nodes.find(({ identity }) => identity.name === 'a')).toMatchObject({ requests: 0 });
  });
});

describe('words', () => {
  it.each([
    [0.1234, 'ratio', '12.3 %'],
    [1234, 'ms', '1,234 ms'],
    [12_340, 'ms', '12.3 s'],
    [2_500_000, 'bytesPerSecond', '2.5 MB/s'],
    [0.5, 'perSecond', '0.5/s'],
  ] as const)('%d %s', (value, unit, expected) => expect(amountWords(value, unit)).toBe(expected));
  it('say what was to be expected', () => {
    const compared = { signal: 'latencyMean', unit: 'ms', observed: 320, expected: 40, low: 30, high: 55 } as const;
    expect(evidenceWords(compared)).toBe('mean latency: 320 ms where about 40 ms is usual (30 ms to 55 ms)');
    expect(evidenceWords({ ...compared, expected: null })).toBe('mean latency: 320 ms');
  });
});

describe('the timeline', () => {
  it('counts what was open at the end of each step', () => {
    const time = (minute: number) => new Date(START + minute * 60_000).toISOString();
    const incidents = [
      { startedAt: time(1), closedAt: time(3), severity: 'warning' as const },
      { startedAt: time(2.5), severity: 'critical' as const },
      { startedAt: time(-5), closedAt: time(0.5), severity: 'info' as const },
    ];
    const { open, at } = timelineOf(incidents, { beginMs: START, endMs: START + 4 * 60_000, stepSec: 60 });
    expect(at).toEqual([1, 2, 3, 4].map(time));
    expect(open).toEqual({ warning: [1, 1, 1, 0], critical: [0, 0, 1, 1], info: [1, 0, 0, 0] });
  });
});
