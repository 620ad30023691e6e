/**
 * The state of the whole mesh at one second: rate, latency and outcomes of every lane.
 * Rates flow down the calls; latency and failures flow back up, so a slow or failing callee shows in its callers.
 * Invariant: a pure function of cluster, seed, time and influence.
 */
import type { Cluster } from '../model/cluster.js';
import { keyOf, type Lane, type Workload } from '../model/types.js';
import type { Influence, Refusal } from './influence.js';
import { outcomesOf, type Outcome } from './outcomes.js';
import { hashText, normalCdf, smoothNoise } from './random.js';
import { loadShare } from './shape.js';

/** Log-normal: ln(milliseconds) ~ N(mu, sigma). */
export interface Latency {
  readonly mu: number;
  readonly sigma: number;
}

export interface LaneState {
  readonly lane: Lane;
  /** Requests per second; for TCP, exchanges per second that carry the call's bytes. */
  readonly unitsPerSecond: number;
  readonly source: Latency;
  readonly destination: Latency;
  readonly outcomes: readonly Outcome[];
  readonly refusal: Refusal;
}

export type MeshState = ReadonlyMap<string, LaneState>;

interface WorkloadState {
  meanMs: number;
  sigma: number;
  failureShare: number;
  overflowShare: number;
}

const NETWORK_MS = 0.6;
const UNREACHABLE_SHARE = 0.000_15;
const ABANDONED_SHARE = 0.000_6;

const meanOf = (medianMs: number, sigma: number): number => medianMs * Math.exp((sigma * sigma) / 2);
const latencyOf = (meanMs: number, sigma: number): Latency => ({ mu: Math.log(meanMs) - (sigma * sigma) / 2, sigma });

/** Share of requests slower than the limit. */
export function slowerThan(latency: Latency, limitMs: number): number {
  return 1 - normalCdf((Math.log(limitMs) - latency.mu) / latency.sigma);
}

export interface Moment {
  readonly cluster: Cluster;
  readonly lanes: readonly Lane[];
  readonly timeSec: number;
  readonly seed: number;
  readonly influence: Influence;
}

function laneRates(moment: Moment): Map<string, number> {
  const { cluster, timeSec, seed, influence } = moment;
  const incoming = new Map<string, number>();
  const rates = new Map<string, number>();
  const bySource = Map.groupBy(moment.lanes, (lane) => keyOf(lane.source));
  for (const workload of cluster.order) {
    const served = incoming.get(keyOf(workload)) ?? 0;
    for (const lane of bySource.get(keyOf(workload)) ?? []) {
      const faultRps = influence.faultRps(lane);
      const rate = faultRps ?? ownRate(lane, served, moment) * influence.weight(lane);
      const own = hashText(lane.id) ^ seed;
      const bent = rate * influence.rateFactor(lane) * (1 + 0.05 * smoothNoise(own, 300, timeSec) + 0.04 * smoothNoise(own, 45, timeSec));
      rates.set(lane.id, bent);
      // A fault's own traffic may go against the flow; it loads nobody, so the order of the calls holds.
      if (lane.target && faultRps === undefined) incoming.set(keyOf(lane.target), (incoming.get(keyOf(lane.target)) ?? 0) + bent);
    }
  }
  return rates;
}

function ownRate(lane: Lane, served: number, moment: Moment): number {
  const { rate } = lane.call;
  if ('perRequest' in rate) return served * rate.perRequest;
  return rate.peakRps * loadShare(rate.shape, moment.timeSec, hashText(rate.shape) ^ moment.seed);
}

function loadOf(workload: Workload, incomingRps: number): { factor: number; overflowShare: number } {
  const usage = incomingRps / workload.capacityRps;
  // Queueing as 1 + u²: mild in normal times, doubled at capacity; beyond 1.5 capacities the circuit breaker sheds the rest.
  return { factor: 1 + Math.min(usage, 3) ** 2, overflowShare: usage > 1.5 ? Math.min(0.9, 1 - 1.5 / usage) : 0 };
}

function workloadState(workload: Workload, incomingRps: number, moment: Moment): WorkloadState {
  const { influence, timeSec, seed } = moment;
  const load = loadOf(workload, incomingRps);
  const noise = 1 + 0.06 * smoothNoise(hashText(keyOf(workload)) ^ seed, 900, timeSec);
  return {
    meanMs: meanOf(workload.ownMedianMs, workload.sigma) * load.factor * noise * influence.ownLatencyFactor(workload),
    sigma: workload.sigma,
    failureShare: Math.min(1, workload.ownErrorShare + influence.extraErrorShare(workload)),
    overflowShare: load.overflowShare,
  };
}

function laneState(lane: Lane, unitsPerSecond: number, target: WorkloadState, moment: Moment): LaneState {
  const { influence } = moment;
  const refusal = influence.refusal(lane);
  const destination = latencyOf(target.meanMs, target.sigma);
  const source = latencyOf(target.meanMs + NETWORK_MS + influence.laneDelayMs(lane), target.sigma);
  const outcomes = outcomesOf(lane, {
    error: 1 - (1 - target.failureShare) * (1 - influence.laneErrorShare(lane)),
    timeout: Math.min(0.98, slowerThan(source, lane.call.timeoutMs)),
    overflow: (1 - refusal.deniedShare) * target.overflowShare,
    unreachable: (1 - refusal.deniedShare) * UNREACHABLE_SHARE,
    denied: refusal.deniedShare,
    unauthorized: influence.unauthorizedShare(lane),
    deniedOnConnection: refusal.layer === 'connection',
    abandoned: lane.source.role === 'gateway' ? ABANDONED_SHARE : 0,
  });
  return {
    lane,
    unitsPerSecond: refusal.plaintextRefused ? 0 : unitsPerSecond,
    source,
    destination,
    outcomes,
    refusal,
  };
}

const failureOf = (state: LaneState): number => state.outcomes.reduce((sum, outcome) => sum + (outcome.failure ? outcome.share : 0), 0);

function targetStateOf(lane: Lane, workloads: ReadonlyMap<string, WorkloadState>): WorkloadState {
  const known = lane.target && workloads.get(keyOf(lane.target));
  if (known) return known;
  const { medianMs, errorShare } = lane.call.remote ?? { medianMs: 1, errorShare: 0 };
  return { meanMs: meanOf(medianMs, 0.5), sigma: 0.5, failureShare: errorShare, overflowShare: 0 };
}

/** What one call adds to its caller: waiting time and failures, per request that the caller serves. */
function settleCaller(caller: WorkloadState, state: LaneState, served: number): void {
  const { call } = state.lane;
  if (!('perRequest' in call.rate) || served <= 0 || state.unitsPerSecond <= 0) return;
  const perRequest = Math.min(1, state.unitsPerSecond / served);
  const waitedMs = Math.min(Math.exp(state.source.mu + state.source.sigma ** 2 / 2), call.timeoutMs);
  if (call.protocol !== 'tcp') caller.meanMs += perRequest * waitedMs * (call.propagates > 0.05 ? 1 : 0.3);
  caller.failureShare = 1 - (1 - caller.failureShare) * (1 - perRequest * call.propagates * failureOf(state));
}

export function meshState(moment: Moment): MeshState {
  const rates = laneRates(moment);
  const incoming = new Map<string, number>();
  for (const lane of moment.lanes) {
    if (!lane.target || moment.influence.faultRps(lane) !== undefined) continue;
    incoming.set(keyOf(lane.target), (incoming.get(keyOf(lane.target)) ?? 0) + (rates.get(lane.id) ?? 0));
  }
  const bySource = Map.groupBy(moment.lanes, (lane) => keyOf(lane.source));
  const workloads = new Map<string, WorkloadState>();
  const states = new Map<string, LaneState>();
  const late: Lane[] = [];
  for (const workload of moment.cluster.order.toReversed()) {
    const key = keyOf(workload);
    const served = incoming.get(key) ?? 0;
    const own = workloadState(workload, served, moment);
    workloads.set(key, own);
    for (const lane of bySource.get(key) ?? []) {
      if (moment.influence.faultRps(lane) !== undefined) {
        late.push(lane);
        continue;
      }
      const state = laneState(lane, rates.get(lane.id) ?? 0, targetStateOf(lane, workloads), moment);
      states.set(lane.id, state);
      settleCaller(own, state, served);
    }
  }
  for (const lane of late) states.set(lane.id, laneState(lane, rates.get(lane.id) ?? 0, targetStateOf(lane, workloads), moment));
  return states;
}
