/**
 * Single requests of a second, as access logs and traces need them: the very ones that the counters counted, each with
 * an operation, a time, a duration and the pods that it met. Deterministic, so a question asked twice is answered alike.
 */
import type { Cluster } from '../model/cluster.js';
import type { Lane, Operation, Pod } from '../model/types.js';
import { drawOutcomes, drawUnits, laneRandom } from '../traffic/draw.js';
import type { Outcome } from '../traffic/outcomes.js';
import { hashText, mix, normal, randomFrom, type Random } from '../traffic/random.js';
import type { LaneState } from '../traffic/state.js';

export interface SimulatedRequest {
  readonly lane: Lane;
  readonly outcome: Outcome;
  readonly operation: Operation;
  /** When it began; its counters moved in the second that it ended. */
  readonly atMs: number;
  readonly sourceMs: number;
  readonly destinationMs: number;
  readonly sourcePod: Pod | undefined;
  readonly targetPod: Pod | undefined;
  readonly index: number;
}

const INSTANT_MS = 1;

/** What policies refuse of a lane are certain operations: a request that met its end otherwise was none of them. */
function operationsFor({ lane, refusal }: LaneState, outcome: Outcome): readonly Operation[] {
  const { operations } = lane.call;
  if (refusal.refused.length === 0) return operations;
  return outcome.name === 'denied' ? refusal.refused : operations.filter((operation) => !refusal.refused.includes(operation));
}

export function pickOperation(state: LaneState, outcome: Outcome, random: Random): Operation {
  const operations = operationsFor(state, outcome);
  let point = random.next() * operations.reduce((sum, { weight }) => sum + weight, 0);
  for (const operation of operations) {
    point -= operation.weight;
    if (point < 0) return operation;
  }
  return operations[0] ?? { method: 'POST', path: '/', weight: 1 };
}

function durationMs(state: LaneState, outcome: Outcome, random: Random): { sourceMs: number; destinationMs: number } {
  const { call } = state.lane;
  if (outcome.latency === 'instant') return { sourceMs: INSTANT_MS, destinationMs: INSTANT_MS };
  if (outcome.latency === 'timeout') return { sourceMs: call.timeoutMs, destinationMs: call.timeoutMs };
  const draw = normal(random);
  const at = ({ mu, sigma }: { mu: number; sigma: number }) => Math.min(Math.exp(mu + sigma * draw), call.timeoutMs);
  return { sourceMs: at(state.source), destinationMs: at(state.destination) };
}

function oneRequest(
  cluster: Cluster,
  state: LaneState,
  at: { timeSec: number; index: number; outcome: Outcome; seed: number },
): SimulatedRequest {
  const { lane } = state;
  const random = randomFrom(mix(at.seed, hashText(lane.id), at.timeSec, at.index + 1));
  const sourcePods = cluster.podsOf(lane.source);
  const targetPods = lane.target ? cluster.podsOf(lane.target) : [];
  return {
    lane,
    outcome: at.outcome,
    operation: pickOperation(state, at.outcome, random),
    // Within the second before the one that counted it.
    atMs: (at.timeSec - 1) * 1000 + Math.floor(random.next() * 1000),
    ...durationMs(state, at.outcome, random),
    sourcePod: sourcePods[at.index % Math.max(1, sourcePods.length)],
    targetPod: targetPods[at.index % Math.max(1, targetPods.length)],
    index: at.index,
  };
}

/** The lane's requests of one second; none for TCP. */
export function requestsOf(cluster: Cluster, state: LaneState, at: { timeSec: number; seed: number }): SimulatedRequest[] {
  if (state.lane.call.protocol === 'tcp') return [];
  const random = laneRandom(at.seed, state.lane, at.timeSec);
  const drawn = drawOutcomes(state, drawUnits(state, 1, random), random);
  const requests: SimulatedRequest[] = [];
  for (const { outcome, count } of drawn) {
    for (let left = count; left > 0; left -= 1) requests.push(oneRequest(cluster, state, { ...at, index: requests.length, outcome }));
  }
  return requests;
}
