import type { AnomalyType, EdgeSample, EndpointIdentity } from '@observatory/contracts';
import { edgeId, nodeId } from '@observatory/contracts';
import { ClusterDetector } from './cluster-detector.js';
import { DEFAULT_CONFIG } from './config.js';
import { decode, encode } from './snapshot.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const HOUR_MS = 3_600_000;
const workload = (name: string): EndpointIdentity => ({ kind: 'workload', cluster: 'east', namespace: 'shop', name });
const idOf = (name: string) => nodeId('workload', 'east', 'shop', name);

interface Rates {
  rps?: number;
  ms?: number;
  codes?: Record<string, number>;
  bytes?: number;
}
function call(from: string, to: string, { rps = 20, ms = 30, codes = {}, bytes = 1000 }: Rates = {}): EdgeSample {
  const wrong = Object.entries(codes).map(([code, share]) => ({
    code,
    flags: '-',
    requestsPerSecond: rps * share,
    outcome: code.startsWith('5') ? ('error' as const) : ('clientError' as const),
  }));
  const sum = (outcome: string) => wrong.filter((one) => one.outcome === outcome).reduce((total, one) => total + one.requestsPerSecond, 0);
  return {
    id: edgeId(idOf(from), idOf(to), 'http', to),
    source: workload(from),
    target: workload(to),
    protocol: 'http',
    mesh: 'istio',
    responses: wrong,
    requestsPerSecond: rps,
    errorsPerSecond: sum('error'),
    clientErrorsPerSecond: sum('clientError'),
    latencySumMsPerSecond: rps * ms,
    latencyCountPerSecond: rps,
    sentBytesPerSecond: rps * bytes,
    receivedBytesPerSecond: rps * 2000,
    connectionsPerSecond: rps * 0.1,
    mutualTlsPerSecond: rps,
    plaintextPerSecond: 0,
    reporters: [],
  };
}

/** Three callers of one service, a fourth that calls seldom; learned for so many hours. */
function learned(hours: number): ClusterDetector {
  const detector = new ClusterDetector();
  for (let hour = 1; hour <= hours; hour += 1)
    detector.learn({
      cluster: 'east',
      atMs: START + hour * HOUR_MS,
      windowSec: 3600,
      edges: [call('a', 'x'), call('b', 'x'), call('d', 'x'), call('c', 'x', { rps: 0.02 })],
    });
  return detector;
}

/** What begins within five windows like this. */
function begun(
  detector: ClusterDetector,
  hours: number,
  edges: EdgeSample[],
  more: Partial<Parameters<ClusterDetector['observe']>[1]> = {},
): string[] {
  const knowledge = { config: DEFAULT_CONFIG, factor: () => 1, isAllowed: () => false, wasDeployedLately: () => false, ...more };
  const found = new Set<AnomalyType>();
  for (let index = 1; index <= 5; index += 1) {
    const atMs = START + hours * HOUR_MS + index * 30_000;
    const rest = edges.some(({ source }) => source.name === 'd') ? [] : [call('d', 'x')];
    const observation = detector.observe({ cluster: 'east', atMs, windowSec: 30, edges: [...edges, ...rest] }, knowledge);
    for (const { finding } of observation!.turn.begun) found.add(finding.type);
  }
  return [...found].sort();
}

describe('what begins', () => {
  const check = (name: string, edges: EdgeSample[], expected: AnomalyType[], hours = 60) =>
    it(name, () => expect(begun(learned(hours), hours, edges)).toEqual(expected));
  const usual = [call('a', 'x'), call('b', 'x'), call('d', 'x'), call('c', 'x', { rps: 0.02 })];

  check('nothing in usual windows', usual, []);
  check('latency', [call('a', 'x', { ms: 200 }), call('b', 'x', { ms: 200 })], ['latency']);
  check('nothing of latency of a hair', [call('a', 'x', { ms: 34 }), call('b', 'x', { ms: 34 })], []);
  check('errors', [call('a', 'x', { codes: { 500: 0.3 } }), call('b', 'x', { codes: { 500: 0.3 } })], ['errors']);
  check('denials, which are no errors', [call('a', 'x', { codes: { 403: 0.8 } }), call('b', 'x')], ['denied-requests']);
  check('brute force of one caller', [call('a', 'x', { codes: { 401: 0.6 } }), call('b', 'x')], ['brute-force']);
  check(
    'spraying of several',
    ['a', 'b', 'd'].map((from) => call(from, 'x', { codes: { 401: 0.6 } })),
    ['brute-force', 'credential-spraying'],
  );
  check(
    'a spike, whose bytes and connections are explained by it',
    [call('a', 'x', { rps: 100 }), call('b', 'x', { rps: 100 })],
    ['traffic-spike'],
  );
  check('bytes that load does not explain', [call('a', 'x', { bytes: 12_000 }), call('b', 'x')], ['bytes']);
  check('a drop, down to nothing', [call('b', 'x', { rps: 2 })], ['traffic-drop']);
  check('nothing of what seldom comes', [call('a', 'x'), call('b', 'x'), call('c', 'x', { rps: 0.05, ms: 900 })], []);

  check(
    'nothing but counts in the first hour',
    [call('a', 'x', { ms: 500, codes: { 500: 0.5 } }), call('b', 'x', { ms: 500 })],
    ['errors'],
    1,
  );
  check('no latency on the first day', [call('a', 'x', { ms: 500 }), call('b', 'x', { ms: 500 })], [], 12);

  it('less after feedback, and nothing that is not looked for', () => {
    const slow = [call('a', 'x', { ms: 55 }), call('b', 'x', { ms: 55 })];
    expect(begun(learned(60), 60, slow)).toEqual(['latency']);
    expect(begun(learned(60), 60, slow, { factor: () => 0.4 })).toEqual([]);
    const config = { ...DEFAULT_CONFIG, types: DEFAULT_CONFIG.types.filter((type) => type !== 'latency') };
    expect(begun(learned(60), 60, slow, { config })).toEqual([]);
  });
  it('nothing of rates that reach into a gap of the samples, but what they share', () => {
    const detector = learned(60);
    const knowledge = { config: DEFAULT_CONFIG, factor: () => 1, isAllowed: () => false, wasDeployedLately: () => false };
    const turn = (index: number, edges: EdgeSample[], ratesAreLow: boolean) => {
      const window = { cluster: 'east', atMs: START + 60 * HOUR_MS + index * 30_000, windowSec: 30, ratesAreLow, edges };
      const { begun: began, ended } = detector.observe(window, knowledge)!.turn;
      return [...began.map(({ finding }) => finding.type), ...ended.map(({ type }) => `no ${type}`)];
    };
    const turns = (from: number, edges: EdgeSample[], ratesAreLow: boolean) => [
      ...new Set(Array.from({ length: 5 }, (_, index) => turn(from + index, edges, ratesAreLow)).flat()),
    ];
    const half = [call('a', 'x', { rps: 2 }), call('b', 'x', { rps: 2 }), call('d', 'x', { rps: 2 })];
    const failing = half.map(({ source }) => call(source.name, 'x', { rps: 2, codes: { 500: 0.5 } }));
    expect(turns(1, half, true)).toEqual([]);
    expect(turns(6, failing, true)).toEqual(['errors']);
    expect(turns(11, half, false)).toEqual(['traffic-drop', 'no errors']);
    expect(turns(16, usual, true)).toEqual([]);
    expect(turns(21, usual, false)).toEqual(['no traffic-drop']);
  });
  it('the same after a snapshot', () => {
    const slow = [call('a', 'x', { ms: 200 }), call('b', 'x', { ms: 200 })];
    const copy = ClusterDetector.restore(decode(encode(learned(60).save()))!);
    expect(begun(copy, 60, slow)).toEqual(begun(learned(60), 60, slow));
    expect(decode(Buffer.from('something else'))).toBeUndefined();
  });
  it('nothing of a window that was seen', () => {
    const detector = learned(60);
    const window = { cluster: 'east', atMs: START + 61 * HOUR_MS, windowSec: 30, edges: usual };
    const knowledge = { config: DEFAULT_CONFIG, factor: () => 1, isAllowed: () => false, wasDeployedLately: () => false };
    expect(detector.observe(window, knowledge)).toBeDefined();
    expect(detector.observe(window, knowledge)).toBeUndefined();
  });
});
