/**
 * One trace: the spans that the proxies on a request's way reported, from the gateway down. Failures and slowness come
 * from where the simulation says: a failed request leads to the callee that failed it.
 * A trace's id holds the second, lane and number of its request, so it can be told again from the id alone.
 */
import { createHash } from 'node:crypto';
import type { Cluster } from '../model/cluster.js';
import { keyOf, type Lane, type Workload } from '../model/types.js';
import type { Outcome, Reply } from '../traffic/outcomes.js';
import { hashText, mix, normal, randomFrom, type Random } from '../traffic/random.js';
import type { LaneState, MeshState } from '../traffic/state.js';
import { pickOperation, type SimulatedRequest } from './requests.js';

export interface Span {
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly workload: Workload;
  readonly operation: string;
  readonly kind: 'client' | 'server';
  readonly startMs: number;
  readonly durationMs: number;
  readonly reply: Reply;
  readonly method: string;
  readonly url: string;
  readonly peer: string;
}

export interface TraceContext {
  readonly cluster: Cluster;
  readonly states: MeshState;
  readonly traceId: string;
}

interface Hop {
  readonly state: LaneState;
  readonly outcome: Outcome;
  readonly startMs: number;
  readonly durationMs: number;
  readonly parentId: string | undefined;
  readonly random: Random;
  readonly depth: number;
}

/** What the network takes of a call, each way. */
const wireMs = (durationMs: number): number => Math.min(0.3, durationMs * 0.05);

/** The shop is four calls deep; this only guards against calls that faults add. */
const DEPTH_LIMIT = 8;

export function traceIdOf(cluster: Cluster, request: SimulatedRequest, timeSec: number): string {
  const lane = cluster.lanes.indexOf(request.lane);
  const head = timeSec.toString(16).padStart(8, '0') + lane.toString(16).padStart(4, '0') + request.index.toString(16).padStart(4, '0');
  return head + createHash('md5').update(head).digest('hex').slice(0, 16);
}

/** Undefined where the id is not one of the demo's. */
export function readTraceId(cluster: Cluster, traceId: string): { timeSec: number; lane: Lane; index: number } | undefined {
  const head = traceId.slice(0, 16);
  if (!/^[0-9a-f]{32}$/.test(traceId) || createHash('md5').update(head).digest('hex').slice(0, 16) !== traceId.slice(16)) return undefined;
  const lane = cluster.lanes[Number.parseInt(head.slice(8, 12), 16)];
  return lane && { timeSec: Number.parseInt(head.slice(0, 8), 16), lane, index: Number.parseInt(head.slice(12), 16) };
}

const spanId = (context: TraceContext, path: string): string =>
  createHash('md5').update(`${context.traceId}:${path}`).digest('hex').slice(0, 16);
const failureShare = (state: LaneState): number => state.outcomes.reduce((sum, { failure, share }) => sum + (failure ? share : 0), 0);

function spansOfHop(context: TraceContext, hop: Hop): { own: Span[]; parentId: string | undefined } {
  const { state, outcome, startMs, durationMs } = hop;
  const { lane } = state;
  const { method, path } = pickOperation(state, outcome, hop.random);
  const common = { operation: `${lane.service.host}:${lane.port}/*`, method, url: `http://${lane.service.host}:${lane.port}${path}` };
  const own: Span[] = [];
  let parentId = hop.parentId;
  const add = (workload: Workload, kind: Span['kind'], times: { startMs: number; durationMs: number; reply: Reply; peer: string }) => {
    const id = spanId(context, `${lane.id}:${hop.depth}:${kind}:${startMs}`);
    own.push({ ...common, ...times, spanId: id, parentId, workload, kind });
    parentId = id;
  };
  if (lane.source.mesh === 'istio') add(lane.source, 'client', { startMs, durationMs, reply: outcome.source, peer: lane.service.host });
  const server = lane.waypoint ?? lane.target;
  if (server?.mesh === 'istio' && outcome.destination) {
    const onWireMs = wireMs(durationMs);
    const inner = { startMs: startMs + onWireMs, durationMs: durationMs - 2 * onWireMs };
    add(server, 'server', { ...inner, reply: outcome.destination, peer: lane.source.name });
  }
  return { own, parentId };
}

/** Which callee made the request fail, or none when the workload itself did. */
function culprit(lanes: readonly LaneState[], served: number, draw: { random: Random; ownShare: number }): LaneState | undefined {
  const weights = lanes.map((state) => Math.min(1, state.unitsPerSecond / served) * state.lane.call.propagates * failureShare(state));
  let point = draw.random.next() * (draw.ownShare + weights.reduce((sum, weight) => sum + weight, 0));
  for (const [index, weight] of weights.entries()) {
    point -= weight;
    if (point < 0) return lanes[index];
  }
  return undefined;
}

function pickOutcome(state: LaneState, failing: boolean, random: Random): Outcome {
  const candidates = state.outcomes.filter(({ failure }) => failure === failing);
  let point = random.next() * candidates.reduce((sum, { share }) => sum + share, 0);
  for (const outcome of candidates) {
    point -= outcome.share;
    if (point < 0) return outcome;
  }
  return candidates[0] ?? state.outcomes[0]!;
}

function childDuration(state: LaneState, outcome: Outcome, random: Random): number {
  if (outcome.latency === 'instant') return 1;
  if (outcome.latency === 'timeout') return state.lane.call.timeoutMs;
  return Math.min(Math.exp(state.source.mu + state.source.sigma * normal(random)), state.lane.call.timeoutMs);
}

function childrenOf(context: TraceContext, hop: Hop, parentId: string | undefined): Span[] {
  const { target } = hop.state.lane;
  if (!target || !hop.outcome.destination || hop.outcome.latency === 'instant' || hop.depth >= DEPTH_LIMIT) return [];
  const states = Array.from(context.states.values());
  const served = states.filter(({ lane }) => lane.target === target).reduce((sum, { unitsPerSecond }) => sum + unitsPerSecond, 0);
  const calls = states.filter(({ lane }) => lane.source === target && lane.call.protocol !== 'tcp' && 'perRequest' in lane.call.rate);
  const failed = hop.outcome.name === 'error' ? culprit(calls, served, { random: hop.random, ownShare: target.ownErrorShare }) : undefined;
  const spans: Span[] = [];
  let startMs = hop.startMs + hop.durationMs * 0.1;
  for (const state of calls) {
    const happens = state === failed || hop.random.next() < Math.min(1, state.unitsPerSecond / Math.max(served, Number.EPSILON));
    if (!happens) continue;
    const outcome = pickOutcome(state, state === failed, hop.random);
    const leftMs = hop.startMs + hop.durationMs * 0.97 - startMs;
    const durationMs = Math.min(childDuration(state, outcome, hop.random), Math.max(0.2, leftMs));
    spans.push(...hopSpans(context, { state, outcome, startMs, durationMs, parentId, random: hop.random, depth: hop.depth + 1 }));
    startMs += durationMs;
  }
  return spans;
}

function hopSpans(context: TraceContext, hop: Hop): Span[] {
  const { own, parentId } = spansOfHop(context, hop);
  return [...own, ...childrenOf(context, hop, parentId)];
}

export function traceOf(context: TraceContext, request: SimulatedRequest): Span[] {
  const state = context.states.get(request.lane.id);
  if (!state) return [];
  const random = randomFrom(mix(hashText(context.traceId), hashText(keyOf(request.lane.source))));
  return hopSpans(context, {
    state,
    outcome: request.outcome,
    startMs: request.atMs,
    durationMs: request.sourceMs,
    parentId: undefined,
    random,
    depth: 0,
  });
}
