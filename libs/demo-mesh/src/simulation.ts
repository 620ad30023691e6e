/**
 * The demo's traffic as the suite would read it, without servers and without waiting: edge samples of any window of any week.
 * For tests of what is judged over days. Invariant: the same options give the same windows; numbers come from the live engine's model.
 */
import { edgeId, nodeId, type DemoFaultKind, type EdgeSample, type EndpointIdentity, type ResponseRate } from '@observatory/contracts';
import { influenceOf, isActive, type Bend } from './faults/influence.js';
import { FAULT_KINDS, parseTarget, type Effect } from './faults/kinds.js';
import { Cluster } from './model/cluster.js';
import type { Lane, Workload } from './model/types.js';
import { ISTIO_BOUNDS_MS } from './traffic/counters.js';
import { drawOutcomes, drawUnits, laneRandom } from './traffic/draw.js';
import type { Outcome } from './traffic/outcomes.js';
import { normal, normalCdf, poisson, type Random } from './traffic/random.js';
import { ALLOWED, type Refusal } from './traffic/influence.js';
import { meshState, type LaneState } from './traffic/state.js';

export interface SimulatedFault {
  readonly kind: DemoFaultKind;
  readonly target?: string;
  readonly strength?: number;
  readonly fromSec: number;
  readonly untilSec: number;
}
export interface SimulationOptions {
  readonly seed: number;
  readonly faults?: readonly SimulatedFault[];
}

interface Prepared extends Bend {
  readonly fault: SimulatedFault;
  readonly lanes: readonly Lane[];
}

const HEADER_BYTES = 350;

export class Simulation {
  private readonly cluster = new Cluster();
  private readonly prepared: readonly Prepared[];
  private readonly lanes: readonly Lane[];

  constructor(private readonly options: SimulationOptions) {
    this.prepared = (options.faults ?? []).map((fault) => this.prepare(fault));
    const extra = new Map(this.prepared.flatMap(({ lanes }) => lanes.map((lane) => [lane.id, lane] as const)));
    this.lanes = [...this.cluster.lanes, ...extra.values()];
  }

  /** The window that ends at `atSec`. Longer windows are cheaper and as noisy as they would be. */
  window(atSec: number, windowSec: number): EdgeSample[] {
    const timeSec = atSec - windowSec / 2;
    const bends = this.prepared.filter((bend) => bend.fault.fromSec <= timeSec && timeSec < bend.fault.untilSec && isActive(bend, timeSec));
    const faultLanes = new Set(this.prepared.flatMap(({ lanes }) => lanes.map(({ id }) => id)));
    const influence = influenceOf({ bends, faultLanes, refusal: (lane) => refusalOf(lane, bends) });
    const state = meshState({ cluster: this.cluster, lanes: this.lanes, timeSec, seed: this.options.seed, influence });
    const samples: EdgeSample[] = [];
    for (const laneState of state.values()) {
      const random = laneRandom(this.options.seed, laneState.lane, atSec);
      const units = drawUnits(laneState, windowSec, random);
      if (units > 0) samples.push(sampleOf(laneState, { units, windowSec, atSec, random }));
    }
    return samples;
  }

  private prepare(fault: SimulatedFault): Prepared {
    const kind = FAULT_KINDS[fault.kind];
    const target = parseTarget(this.cluster, fault.target ?? kind.target);
    const effect = kind.effect({ cluster: this.cluster, target, strength: fault.strength ?? kind.strength, id: fault.kind });
    const own = callsOf(this.cluster, effect);
    return { fault, target, effect, lanes: own.map(({ lane }) => lane), rpsByLane: new Map(own.map(({ lane, rps }) => [lane.id, rps])) };
  }
}

function callsOf(cluster: Cluster, effect: Effect): { lane: Lane; rps: number }[] {
  return (effect.calls ?? []).flatMap(({ call, rps }) => [...cluster.lanesOf(call)].map((lane) => ({ lane, rps: rps * lane.weight })));
}

/** A policy that denies everything between its ends; the live mesh asks its enforcer instead. */
function refusalOf(lane: Lane, bends: readonly Prepared[]): Refusal {
  const denied = bends.some(({ effect, target }) => {
    if (!effect.policy || !lane.target) return false;
    return target.to ? target.from.includes(lane.source) && target.to.includes(lane.target) : target.from.includes(lane.target);
  });
  if (!denied) return ALLOWED;
  return { ...ALLOWED, deniedShare: 1, refused: lane.call.operations, layer: lane.call.protocol === 'tcp' ? 'connection' : 'http' };
}

const CLUSTER = 'demo';
const workloadEnd = ({ namespace, name, app, version, role }: Workload): EndpointIdentity => ({
  kind: 'workload',
  cluster: CLUSTER,
  namespace,
  name,
  app,
  ...(version === undefined ? {} : { version }),
  ...(role === 'gateway' || role === 'waypoint' || role === 'ztunnel' ? { role } : {}),
});

/** As the Istio adapter names what is no workload. */
function targetEnd(lane: Lane): EndpointIdentity {
  if (lane.target) return workloadEnd(lane.target);
  const { to } = lane.call;
  const external = { cluster: CLUSTER, namespace: '' };
  if (to.kind === 'serviceEntry') return { kind: 'serviceEntry', cluster: CLUSTER, namespace: to.namespace, name: to.name };
  if (to.kind === 'passthrough') return { ...external, kind: 'external', name: 'PassthroughCluster', role: 'passthrough' };
  if (to.kind === 'blackhole') return { ...external, kind: 'external', name: 'BlackHoleCluster', role: 'blackhole' };
  if (to.kind === 'noEndpoints') {
    const [namespace = '', name = ''] = to.service.split('/');
    return { kind: 'service', cluster: CLUSTER, namespace, name };
  }
  return { kind: 'unknown', cluster: CLUSTER, namespace: '', name: 'unknown' };
}

interface Draw {
  readonly units: number;
  readonly windowSec: number;
  readonly atSec: number;
  readonly random: Random;
}

function sampleOf(state: LaneState, draw: Draw): EdgeSample {
  const { lane } = state;
  const { call } = lane;
  const [source, target] = [workloadEnd(lane.source), targetEnd(lane)];
  const idOf = (end: EndpointIdentity) => nodeId(end.kind, end.cluster, end.namespace, end.name);
  const isTcp = call.protocol === 'tcp';
  const size = Math.max(0, 1 + 0.02 * normal(draw.random));
  const perSecond = draw.units / draw.windowSec;
  const bytes = (body: number) => perSecond * size * (body + (isTcp ? 0 : HEADER_BYTES));
  const connections = poisson(draw.units * call.connectionsPerUnit, draw.random) / draw.windowSec;
  const isMutual = lane.source.mesh !== 'none' && lane.target !== null && lane.target.mesh !== 'none';
  const seenUnits = isTcp ? connections : perSecond;
  return {
    id: edgeId(idOf(source), idOf(target), call.protocol, lane.service.host),
    source,
    target,
    protocol: call.protocol,
    mesh: lane.source.mesh === 'none' ? 'istio' : lane.source.mesh,
    ...(isTcp ? noRequests() : requestsOf(state, draw)),
    sentBytesPerSecond: bytes(call.requestBytes),
    receivedBytesPerSecond: bytes(call.responseBytes),
    connectionsPerSecond: connections,
    mutualTlsPerSecond: isMutual ? seenUnits : 0,
    plaintextPerSecond: !isMutual && lane.target !== null ? seenUnits : 0,
    ...(isMutual ? { sourcePrincipal: `spiffe://cluster.local/ns/${source.namespace}/sa/${lane.source.serviceAccount}` } : {}),
    reporters: ['source', 'destination'],
  };
}

const noRequests = () => ({ responses: [], requestsPerSecond: 0, errorsPerSecond: 0, clientErrorsPerSecond: 0 });

function requestsOf(state: LaneState, { units, windowSec, atSec, random }: Draw) {
  const buckets = Array.from({ length: ISTIO_BOUNDS_MS.length + 1 }, () => 0);
  let [sumMs, errors, clientErrors] = [0, 0, 0];
  const responses: ResponseRate[] = [];
  for (const { outcome, count } of drawOutcomes(state, units, random)) {
    const { code, flags, grpcStatus } = outcome.source;
    const kind = outcomeOf(state.lane, outcome);
    if (kind === 'error') errors += count;
    if (kind === 'clientError') clientErrors += count;
    responses.push({
      code,
      flags,
      ...(grpcStatus === undefined ? {} : { grpcStatus }),
      requestsPerSecond: count / windowSec,
      outcome: kind,
    });
    sumMs += addLatency(buckets, state, { outcome, count, random });
  }
  return {
    responses,
    requestsPerSecond: units / windowSec,
    errorsPerSecond: errors / windowSec,
    clientErrorsPerSecond: clientErrors / windowSec,
    latencySumMsPerSecond: sumMs / windowSec,
    latencyCountPerSecond: units / windowSec,
    latency: {
      upperBoundsMs: [...ISTIO_BOUNDS_MS],
      perSecond: buckets.map((count) => count / windowSec),
      readAt: new Date(atSec * 1000).toISOString(),
    },
  };
}

function outcomeOf({ call }: Lane, { source: { code, grpcStatus } }: Outcome): ResponseRate['outcome'] {
  if (code === '0' || code.startsWith('5') || (call.protocol === 'grpc' && grpcStatus !== undefined && grpcStatus !== '0')) return 'error';
  return code.startsWith('4') ? 'clientError' : 'ok';
}

/** Adds the requests to their buckets with the noise of as many draws, and returns the sum of their times. */
function addLatency(buckets: number[], state: LaneState, { outcome, count, random }: { outcome: Outcome; count: number; random: Random }) {
  const { mu, sigma } = outcome.latency === 'instant' ? { mu: Math.log(0.8), sigma: 0.3 } : state.source;
  if (outcome.latency === 'timeout') {
    const { timeoutMs } = state.lane.call;
    const place = ISTIO_BOUNDS_MS.findIndex((bound) => bound >= timeoutMs);
    buckets[place]! += count;
    return count * timeoutMs;
  }
  let below = 0;
  for (const [index, bound] of ISTIO_BOUNDS_MS.entries()) {
    const upTo = normalCdf((Math.log(bound) - mu) / sigma);
    buckets[index]! += poisson(count * Math.max(0, upTo - below), random);
    below = upTo;
  }
  // The mean of a log-normal, with the noise of the mean of as many.
  const mean = Math.exp(mu + sigma ** 2 / 2);
  const deviation = Math.sqrt(Math.exp(sigma ** 2) - 1) / Math.sqrt(count);
  return count * mean * Math.max(0.2, 1 + deviation * normal(random));
}
