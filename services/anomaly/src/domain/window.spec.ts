import { DEFAULT_CONFIG } from './config.js';
import { windowFacts } from './facts.js';
import type { Finding } from './finding.js';
import { Persistence } from './persistence.js';
import { timelineOf } from './timeline.js';
import { amountWords, evidenceWords } from './words.js';

const START = Date.parse('2026-03-02T00:00:00Z');

describe('persistence', () => {
  const finding = (score: number): Finding =>
    ({ subject: { id: 'a' }, type: 'errors', score, severity: 'warning', evidence: [], requestsPerSecond: 1 }) as unknown as Finding;
  /** `#` at the alert line, `+` above half, `.` nothing: what each window gives. */
  const check = (windows: string, expected: string) =>
    it(`${windows} is ${expected}`, () => {
      const persistence = new Persistence();
      const told = [...windows].map((window, index) => {
        const findings = window === '.' ? [] : [finding(window === '#' ? 0.9 : 0.6)];
        const { begun, going, ended } = persistence.advance(index, findings, { config: DEFAULT_CONFIG });
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
    [123.4, 'ms', '123 ms'],
    [1234, 'ms', '1.23 s'],
    [12_340, 'ms', '12.3 s'],
    [2_500_000, 'bytesPerSecond', '2.5 MB/s'],
    [1_250_000_000, 'bytesPerSecond', '1.25 GB/s'],
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
