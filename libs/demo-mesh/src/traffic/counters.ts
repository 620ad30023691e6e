/**
 * The cumulative numbers of every lane since the process began: what the proxies' metrics are read from.
 * Buckets hold expected shares as fractions and are exposed as whole numbers, so they only grow and never pass the count.
 */
import type { Lane, Mesh } from '../model/types.js';
import type { Outcome, Reply } from './outcomes.js';
import { drawOutcomes, drawUnits, laneRandom } from './draw.js';
import { binomial, normal, normalCdf, poisson, type Random } from './random.js';
import type { Latency, LaneState, MeshState } from './state.js';

/** Istio's, milliseconds; +Inf is the count. */
export const ISTIO_BOUNDS_MS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
] as const;
/** Linkerd's, milliseconds. */
export const LINKERD_BOUNDS_MS = [
  1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 100, 200, 300, 400, 500, 1000, 2000, 3000, 4000, 5000, 10_000, 20_000, 30_000, 40_000, 50_000,
] as const;

export interface RequestCounter {
  readonly reply: Reply;
  readonly outcome: Outcome['name'];
  count: number;
  sumMs: number;
  requestBytes: number;
  responseBytes: number;
  readonly buckets: Float64Array;
}

export interface TcpCounter {
  readonly denied: boolean;
  opened: number;
  closed: number;
  requestBytes: number;
  responseBytes: number;
}

export interface LaneCounters {
  readonly lane: Lane;
  /** By reply; what the client's proxy (or the waypoint) saw, and what the server's saw. */
  readonly source: Map<string, RequestCounter>;
  readonly destination: Map<string, RequestCounter>;
  readonly tcp: { readonly passed: TcpCounter; readonly denied: TcpCounter };
}

const CONNECTION_LIFETIME_SEC = 90;
const RETRIES_OF_REFUSED = 3;
const INSTANT: Latency = { mu: Math.log(0.8), sigma: 0.3 };
const DENIED_BYTES = { http: [420, 160], grpc: [260, 0], tcp: [0, 0] } as const;

const boundsOf = (mesh: Mesh): readonly number[] => (mesh === 'linkerd' ? LINKERD_BOUNDS_MS : ISTIO_BOUNDS_MS);
const newTcp = (denied: boolean): TcpCounter => ({ denied, opened: 0, closed: 0, requestBytes: 0, responseBytes: 0 });

function counterFor(side: Map<string, RequestCounter>, outcome: Outcome, options: { reply: Reply; bounds: number }): RequestCounter {
  const { reply } = options;
  const key = `${reply.code} ${reply.grpcStatus ?? ''} ${reply.flags}`;
  let counter = side.get(key);
  if (!counter) {
    counter = {
      reply,
      outcome: outcome.name,
      count: 0,
      sumMs: 0,
      requestBytes: 0,
      responseBytes: 0,
      buckets: new Float64Array(options.bounds),
    };
    side.set(key, counter);
  }
  return counter;
}

function addLatency(counter: RequestCounter, count: number, latency: Latency, bounds: readonly number[]): void {
  counter.sumMs += count * Math.exp(latency.mu + latency.sigma ** 2 / 2);
  for (let index = 0; index < bounds.length; index += 1) {
    counter.buckets[index]! += count * normalCdf((Math.log(bounds[index]!) - latency.mu) / latency.sigma);
  }
}

function addTimeouts(counter: RequestCounter, count: number, timeoutMs: number, bounds: readonly number[]): void {
  counter.sumMs += count * timeoutMs;
  for (let index = 0; index < bounds.length; index += 1) if (bounds[index]! >= timeoutMs) counter.buckets[index]! += count;
}

export class Counters {
  readonly lanes = new Map<string, LaneCounters>();

  constructor(private readonly seed: number) {}

  laneCounters(lane: Lane): LaneCounters {
    let counters = this.lanes.get(lane.id);
    if (!counters) {
      counters = { lane, source: new Map(), destination: new Map(), tcp: { passed: newTcp(false), denied: newTcp(true) } };
      this.lanes.set(lane.id, counters);
    }
    return counters;
  }

  /** Adds what happened in `seconds` at this state. */
  advance(state: MeshState, timeSec: number, seconds: number): void {
    for (const laneState of state.values()) {
      const random = laneRandom(this.seed, laneState.lane, timeSec);
      const counters = this.laneCounters(laneState.lane);
      const units = drawUnits(laneState, seconds, random);
      if (laneState.lane.call.protocol === 'tcp') this.addTcp(counters, laneState, { units, seconds, random });
      else this.addRequests(counters, laneState, { units, seconds, random });
    }
  }

  private addRequests(counters: LaneCounters, state: LaneState, draw: { units: number; seconds: number; random: Random }): void {
    for (const ending of drawOutcomes(state, draw.units, draw.random)) this.addOutcome(counters, state, ending);
    const { refusal } = state;
    const { call } = state.lane;
    const closedShare = refusal.layer === 'connection' ? refusal.deniedShare : 0;
    const connections = poisson(draw.units * call.connectionsPerUnit, draw.random);
    this.openConnections(counters, { seconds: draw.seconds, connections, refused: binomial(connections, closedShare, draw.random) });
    const size = draw.units * (1 - closedShare) * (1 + 0.02 * normal(draw.random));
    // What the transport carries besides the bodies: headers, about 350 bytes a message.
    counters.tcp.passed.requestBytes += size * (call.requestBytes + 350);
    counters.tcp.passed.responseBytes += size * (call.responseBytes + 350);
  }

  private addOutcome(counters: LaneCounters, state: LaneState, ending: { outcome: Outcome; count: number }): void {
    const { call, source, target } = state.lane;
    const { outcome, count } = ending;
    const sides = [
      { side: counters.source, reply: outcome.source, latency: state.source, bounds: boundsOf(source.mesh) },
      { side: counters.destination, reply: outcome.destination, latency: state.destination, bounds: boundsOf(target?.mesh ?? 'none') },
    ];
    for (const { side, reply, latency, bounds } of sides) {
      if (!reply) continue;
      const counter = counterFor(side, outcome, { reply, bounds: bounds.length });
      counter.count += count;
      const answered = outcome.latency === 'served' && outcome.name !== 'abandoned';
      const refused = DENIED_BYTES[call.protocol];
      counter.requestBytes += count * (outcome.name === 'denied' ? refused[0] : call.requestBytes);
      counter.responseBytes += count * (answered ? call.responseBytes : refused[1]);
      if (outcome.latency === 'timeout') addTimeouts(counter, count, call.timeoutMs, bounds);
      else addLatency(counter, count, outcome.latency === 'instant' ? INSTANT : latency, bounds);
    }
  }

  private addTcp(counters: LaneCounters, state: LaneState, draw: { units: number; seconds: number; random: Random }): void {
    const { call } = state.lane;
    const connections = poisson(draw.units * call.connectionsPerUnit, draw.random);
    const refused = binomial(connections, state.refusal.deniedShare, draw.random);
    this.openConnections(counters, { seconds: draw.seconds, connections, refused });
    const size = draw.units * (1 - state.refusal.deniedShare) * (1 + 0.04 * normal(draw.random));
    counters.tcp.passed.requestBytes += Math.max(0, size * call.requestBytes);
    counters.tcp.passed.responseBytes += Math.max(0, size * call.responseBytes);
  }

  private openConnections({ tcp }: LaneCounters, draw: { seconds: number; connections: number; refused: number }): void {
    const { passed, denied } = tcp;
    passed.closed += (passed.opened - passed.closed) * (1 - Math.exp(-draw.seconds / CONNECTION_LIFETIME_SEC));
    passed.opened += draw.connections - draw.refused;
    // A refused client tries again at once, which one with a pool never has to.
    denied.opened += draw.refused * RETRIES_OF_REFUSED;
    denied.closed += draw.refused * RETRIES_OF_REFUSED;
  }
}

/** The whole-number part of a lane's total that the pod with this index of `pods` has counted (requests go round). */
export const podShare = (total: number, pods: number, index: number): number => Math.floor((total + pods - 1 - index) / pods);
/** A bucket's requests go round as the count's do, so that the last buckets hold all of them; a hair below a whole one is whole. */
export const podBucket = (total: number, pods: number, index: number): number => podShare(Math.floor(total + 1e-3), pods, index);
/** The same for what has no single unit: sums of time and bytes. */
export const podPart = (total: number, pods: number): number => Math.floor(total / pods);
