/**
 * Is it well? Judged from the traffic that a node serves (from what it sends where it serves none) and its replicas.
 * A ratio counts by the lower end of its 95 % Wilson score interval (Wilson 1927), so that few requests prove little:
 * 1 error in 9 is no outage, 5 in 5 is. Invariant: every state but healthy comes with its reasons.
 */
import { grpcFailureName, isNoResponse, RESPONSE_FLAGS, type HealthState } from '@observatory/contracts';

export const HEALTH_THRESHOLDS = {
  /** As Kiali: a tenth failing is a failure. Kiali degrades at any error; we at one in a hundred, surely. */
  failingErrorRatio: 0.1,
  degradedErrorRatio: 0.01,
  /** Fewer errors than this in the window are never more than a note. */
  minErrors: 3,
  /** A 95th percentile above this is degraded, given so many requests. */
  degradedLatencyMsP95: 1000,
  minRequests: 20,
  /** Mean durations above this are streams that are counted when they end, not slow answers. */
  streamMsMean: 60_000,
} as const;

const Z_95 = 1.96;

/** The smallest ratio that is plausible after `hits` of `trials`. */
export function wilsonLowerBound(hits: number, trials: number): number {
  if (trials <= 0) return 0;
  const share = Math.min(1, hits / trials);
  const square = Z_95 * Z_95;
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials));
  return Math.max(0, (share + square / (2 * trials) - spread) / (1 + square / trials));
}

/** A way of failing. */
export interface Failure {
  readonly code: string;
  readonly grpcStatus?: string | undefined;
  readonly flags: string;
}

/** Traffic of one node over the window, per second. */
export interface JudgedTraffic {
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly noResponsePerSecond: number;
  readonly connectionsPerSecond: number;
  /** Connections that ended with a flag such as DENY. */
  readonly failedConnectionsPerSecond: number;
  readonly latencyMsP95?: number;
  readonly latencyMsMean?: number;
  /** The most frequent way of failing. */
  readonly worst?: Failure;
}

export interface Verdict {
  readonly state: HealthState;
  readonly reasons: string[];
}

const ORDER: readonly HealthState[] = ['idle', 'healthy', 'unknown', 'degraded', 'failing'];
const worse = (a: HealthState, b: HealthState): HealthState => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b);

export const percent = (ratio: number): string => `${ratio >= 0.1 ? Math.round(ratio * 100) : Number((ratio * 100).toPrecision(2))} %`;

/** The first flag that has words. */
function flagInWords(flags: string): string | undefined {
  const first = flags.split(',').find((flag) => RESPONSE_FLAGS[flag] !== undefined);
  return first === undefined ? undefined : `${first}: ${RESPONSE_FLAGS[first]}`;
}

function inWords({ code, grpcStatus, flags }: Failure): string {
  const what = grpcFailureName(grpcStatus) ?? (isNoResponse(code) ? 'no response' : code);
  const why = flagInWords(flags);
  return why === undefined ? what : `${what}, ${why}`;
}

function ofErrors({ requestsPerSecond, errorsPerSecond, worst }: JudgedTraffic, windowSec: number): Verdict | undefined {
  const requests = requestsPerSecond * windowSec;
  const errors = errorsPerSecond * windowSec;
  const { minErrors, failingErrorRatio, degradedErrorRatio } = HEALTH_THRESHOLDS;
  if (requests <= 0 || errors <= 0) return undefined;
  const ratio = errors / requests;
  // Rates are extrapolated, so three errors may be read as 2.9.
  if (errors < minErrors - 0.5) {
    if (ratio < 0.5) return undefined;
    return { state: 'unknown', reasons: [`${percent(ratio)} of requests fail, but they are too few to judge`] };
  }
  const sure = wilsonLowerBound(errors, requests);
  if (sure < degradedErrorRatio) return undefined;
  const reason = `${percent(ratio)} of requests fail${worst === undefined ? '' : ` (mostly ${inWords(worst)})`}`;
  return { state: sure >= failingErrorRatio ? 'failing' : 'degraded', reasons: [reason] };
}

function ofNoResponse({ requestsPerSecond, noResponsePerSecond }: JudgedTraffic, windowSec: number): Verdict | undefined {
  const missed = noResponsePerSecond * windowSec;
  if (missed < HEALTH_THRESHOLDS.minErrors - 0.5) return undefined;
  const sure = wilsonLowerBound(missed, requestsPerSecond * windowSec);
  if (sure < HEALTH_THRESHOLDS.degradedErrorRatio) return undefined;
  return { state: 'degraded', reasons: [`${percent(noResponsePerSecond / requestsPerSecond)} of requests get no response`] };
}

function ofLatency({ requestsPerSecond, latencyMsP95, latencyMsMean }: JudgedTraffic, windowSec: number): Verdict | undefined {
  const { degradedLatencyMsP95, minRequests, streamMsMean } = HEALTH_THRESHOLDS;
  if (latencyMsP95 === undefined || latencyMsP95 <= degradedLatencyMsP95 || requestsPerSecond * windowSec < minRequests) return undefined;
  if (latencyMsMean !== undefined && latencyMsMean > streamMsMean) return undefined;
  return { state: 'degraded', reasons: [`1 request in 20 takes longer than ${Number(latencyMsP95.toPrecision(3))} ms`] };
}

function ofConnections({ connectionsPerSecond, failedConnectionsPerSecond, worst }: JudgedTraffic, windowSec: number): Verdict | undefined {
  const failed = failedConnectionsPerSecond * windowSec;
  if (failed < HEALTH_THRESHOLDS.minErrors - 0.5) return undefined;
  const all = Math.max(connectionsPerSecond, failedConnectionsPerSecond);
  const sure = wilsonLowerBound(failed, all * windowSec);
  if (sure < HEALTH_THRESHOLDS.degradedErrorRatio) return undefined;
  const why = flagInWords(worst?.flags ?? '-');
  return {
    state: sure >= HEALTH_THRESHOLDS.failingErrorRatio ? 'failing' : 'degraded',
    reasons: [`${percent(failedConnectionsPerSecond / all)} of connections fail${why === undefined ? '' : ` (mostly ${why})`}`],
  };
}

function ofReplicas(replicas: { readonly desired: number; readonly ready: number } | undefined): Verdict | undefined {
  if (replicas === undefined || replicas.desired === 0 || replicas.ready >= replicas.desired) return undefined;
  if (replicas.ready === 0) return { state: 'failing', reasons: [`none of ${replicas.desired} replicas is ready`] };
  return { state: 'degraded', reasons: [`${replicas.ready} of ${replicas.desired} replicas are ready`] };
}

/** `traffic` undefined: the node has none at all. */
export function judge(
  traffic: JudgedTraffic | undefined,
  facts: { readonly windowSec: number; readonly replicas?: { readonly desired: number; readonly ready: number } | undefined },
): Verdict {
  const { replicas, windowSec } = facts;
  const found: Verdict[] = [];
  const note = (verdict: Verdict | undefined) => {
    if (verdict !== undefined) found.push(verdict);
  };
  note(ofReplicas(replicas));
  if (traffic !== undefined) for (const look of [ofErrors, ofNoResponse, ofConnections, ofLatency]) note(look(traffic, windowSec));
  if (found.length > 0) {
    return { state: found.map(({ state }) => state).reduce(worse), reasons: found.flatMap(({ reasons }) => reasons) };
  }
  if (traffic !== undefined) return { state: 'healthy', reasons: [] };
  return { state: 'idle', reasons: [replicas?.desired === 0 ? 'scaled to zero' : 'no traffic in the window'] };
}
