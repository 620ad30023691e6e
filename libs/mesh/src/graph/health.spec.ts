import { judge, wilsonLowerBound, type JudgedTraffic, type Verdict } from '../index.js';

const SPAN = 300;
/** Traffic of a 5-minute window from counts. */
const counts = (requests: number, errors = 0, over: Partial<JudgedTraffic> = {}): JudgedTraffic => ({
  requestsPerSecond: requests / SPAN,
  errorsPerSecond: errors / SPAN,
  noResponsePerSecond: 0,
  connectionsPerSecond: 0,
  failedConnectionsPerSecond: 0,
  ...over,
});

describe('wilsonLowerBound', () => {
  const check = (hits: number, trials: number, expected: number) => expect(wilsonLowerBound(hits, trials)).toBeCloseTo(expected, 4);
  it('is the textbook’s', () => {
    check(1, 9, 0.0199);
    check(5, 5, 0.5655);
    check(10, 100, 0.0552);
    check(0, 50, 0);
    check(0, 0, 0);
    check(12, 10, 0.7225);
  });
});

describe('judge', () => {
  const check = (
    traffic: JudgedTraffic | undefined,
    state: Verdict['state'],
    reasons: string[] = [],
    replicas?: { desired: number; ready: number },
  ) => expect(judge(traffic, { windowSec: SPAN, replicas })).toEqual({ state, reasons });
  it('is not shaken by a few errors', () => {
    check(counts(9, 1), 'healthy');
    check(counts(1000, 2), 'healthy');
    check(counts(100_000, 500), 'healthy');
  });
  it('says when few requests all fail', () => {
    check(counts(2, 2), 'unknown', ['100 % of requests fail, but they are too few to judge']);
    check(counts(3, 1), 'healthy');
    check(counts(5, 5), 'failing', ['100 % of requests fail']);
  });
  it('degrades at a sure hundredth and fails at a sure tenth', () => {
    check(counts(1000, 30), 'degraded', ['3 % of requests fail']);
    check(counts(1000, 90), 'degraded', ['9 % of requests fail']);
    check(counts(1000, 150), 'failing', ['15 % of requests fail']);
    check(counts(20, 3), 'degraded', ['15 % of requests fail']);
  });
  it('names the most frequent failure', () => {
    check(counts(100, 50, { worst: { code: '503', flags: 'UF,URX' } }), 'failing', [
      '50 % of requests fail (mostly 503, UF: the connection to the endpoint could not be made)',
    ]);
    check(counts(100, 50, { worst: { code: '500', flags: '-' } }), 'failing', ['50 % of requests fail (mostly 500)']);
    check(counts(100, 50, { worst: { code: '500', flags: 'ZZ' } }), 'failing', ['50 % of requests fail (mostly 500)']);
    check(counts(100, 50, { worst: { code: '-', flags: '-' } }), 'failing', ['50 % of requests fail (mostly no response)']);
    check(counts(100, 50, { worst: { code: '200', grpcStatus: '14', flags: '-' } }), 'failing', [
      '50 % of requests fail (mostly gRPC 14 Unavailable)',
    ]);
  });
  it('notes requests without a response, when there are enough of them', () => {
    check(counts(1000, 30, { noResponsePerSecond: 30 / SPAN }), 'degraded', ['3 % of requests fail', '3 % of requests get no response']);
    check(counts(10_000, 10, { noResponsePerSecond: 10 / SPAN }), 'healthy');
  });
  it('notes failing connections', () => {
    const connections = (all: number, failed: number, worst?: JudgedTraffic['worst']) =>
      counts(0, 0, {
        connectionsPerSecond: all / SPAN,
        failedConnectionsPerSecond: failed / SPAN,
        ...(worst === undefined ? {} : { worst }),
      });
    check(connections(100, 2), 'healthy');
    check(connections(1000, 5), 'healthy');
    check(connections(100, 10), 'degraded', ['10 % of connections fail']);
    check(connections(10, 20, { code: '-', flags: 'DENY' }), 'failing', [
      '100 % of connections fail (mostly DENY: a policy denied the connection)',
    ]);
  });
  it('notes slow answers, but neither few nor streams', () => {
    check(counts(1000, 0, { latencyMsP95: 1500.4 }), 'degraded', ['1 request in 20 takes longer than 1500 ms']);
    check(counts(1000, 0, { latencyMsP95: 1000 }), 'healthy');
    check(counts(19, 0, { latencyMsP95: 5000 }), 'healthy');
    check(counts(1000, 0, { latencyMsP95: 300_000, latencyMsMean: 100_000 }), 'healthy');
    check(counts(1000, 0, { latencyMsP95: 3000, latencyMsMean: 900 }), 'degraded', ['1 request in 20 takes longer than 3000 ms']);
  });
  it('looks at replicas, with and without traffic', () => {
    check(undefined, 'idle', ['no traffic in the window']);
    check(undefined, 'idle', ['scaled to zero'], { desired: 0, ready: 0 });
    check(undefined, 'failing', ['none of 2 replicas is ready'], { desired: 2, ready: 0 });
    check(undefined, 'degraded', ['1 of 2 replicas are ready'], { desired: 2, ready: 1 });
    check(counts(10), 'healthy', [], { desired: 2, ready: 3 });
    check(counts(100, 100), 'failing', ['1 of 2 replicas are ready', '100 % of requests fail'], { desired: 2, ready: 1 });
    check(counts(2, 2), 'degraded', ['1 of 2 replicas are ready', '100 % of requests fail, but they are too few to judge'], {
      desired: 2,
      ready: 1,
    });
  });
});
