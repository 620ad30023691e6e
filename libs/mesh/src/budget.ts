/**
 * How much latency can a window afford to read? DESIGN §11: a window may cost Prometheus a fifth of its length, and
 * a quantile may be 5 minutes old. Small meshes read every bucket each window; larger ones a slice of the destination
 * workloads in rotation; where even that does not fit, the busiest of them, and the rest on demand.
 * Invariant: decided from measured times only; a plan gets cheaper at once and dearer only with room to spare.
 */
import type { EdgeSample } from '@observatory/contracts';

/** A window may cost Prometheus this share of its length. */
export const BUDGET_SHARE = 1 / 5;
export const MAX_QUANTILE_AGE_SEC = 300;
/** Before buckets were ever read: what they cost compared to counting requests (15 s to 1.5 s, DESIGN §11). */
const BUCKETS_PER_REQUESTS = 10;
/** Reading both sides costs twice one side. */
const BOTH_SIDES = 2;
/** A dearer plan is taken when it is expected to need no more than this share of what is left. */
const ROOM = 0.7;

export interface QuantilePlan {
  /** `recordingRules` reads our rules' results, in as many slices as their size asks for. */
  readonly mode: 'all' | 'rotation' | 'recordingRules';
  /** In how many windows everything is read once; 1 = each window. */
  readonly slices: number;
  /** The share of destination workloads in rotation, the busiest first; the rest is read on demand only. */
  readonly share: number;
  /** Whose duration, bytes and buckets are read; `receiving` adds the source's where only it reports. */
  readonly sides: 'both' | 'receiving';
}

export interface BudgetFacts {
  readonly windowSec: number;
  /** Milliseconds that Prometheus took in the last windows for everything but buckets; [] before the first. */
  readonly baseMs: readonly number[];
  /** Milliseconds for `istioRequests` alone, of the last windows. */
  readonly requestsMs: readonly number[];
  /** What buckets cost under the plans that were in force then, the newest last. */
  readonly buckets: readonly { readonly plan: QuantilePlan; readonly ms: number }[];
  readonly destinationWorkloads: number;
  readonly recordingRules: boolean;
  /** The plan in force; undefined before the first window. */
  readonly current?: QuantilePlan;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** What all buckets at once would cost under a plan, from what parts of them did. */
function wholeMs(facts: BudgetFacts, like: Pick<QuantilePlan, 'mode' | 'sides'>): number {
  const recorded = like.mode === 'recordingRules';
  const measured = facts.buckets
    .filter(({ plan }) => (plan.mode === 'recordingRules') === recorded)
    .map(
      ({ plan, ms }) =>
        ((ms * plan.slices) / plan.share) * (plan.sides === like.sides ? 1 : like.sides === 'both' ? BOTH_SIDES : 1 / BOTH_SIDES),
    );
  if (measured.length > 0) return median(measured);
  const guess = median(facts.requestsMs) * BUCKETS_PER_REQUESTS * (like.sides === 'both' ? BOTH_SIDES : 1);
  // Rules hold sums over pods: reading a result costs about what counting requests does, once per bucket bound.
  return recorded ? guess / BUCKETS_PER_REQUESTS : guess;
}

interface Candidate extends QuantilePlan {
  readonly expectedMs: number;
}

function fitted(facts: BudgetFacts, like: Pick<QuantilePlan, 'mode' | 'sides'>, availableMs: number): Candidate {
  const whole = wholeMs(facts, like);
  const mostSlices = Math.max(1, Math.min(Math.floor(MAX_QUANTILE_AGE_SEC / facts.windowSec), Math.max(1, facts.destinationWorkloads)));
  const slices = Math.min(mostSlices, Math.max(1, Math.ceil(whole / availableMs)));
  const share = Math.min(1, availableMs / (whole / slices));
  const mode = like.mode === 'recordingRules' ? 'recordingRules' : slices === 1 && share === 1 ? 'all' : 'rotation';
  return { mode, slices, share: Number.isFinite(share) ? share : 1, sides: like.sides, expectedMs: whole / slices };
}

const strip = ({ mode, slices, share, sides }: QuantilePlan): QuantilePlan => ({ mode, slices, share, sides });
const readsMore = (a: QuantilePlan, b: QuantilePlan) =>
  a.share / a.slices > b.share / b.slices || (a.sides === 'both' && b.sides !== 'both');

export function planQuantiles(facts: BudgetFacts): QuantilePlan {
  const budgetMs = facts.windowSec * 1000 * BUDGET_SHARE;
  // Something is always left, so that quantiles never stop: a hundredth of the budget reads the busiest.
  const leftMs = Math.max(budgetMs / 100, budgetMs - median(facts.baseMs));
  const { current } = facts;
  const plan = (availableMs: number): Candidate => {
    const full = fitted(facts, { mode: 'all', sides: 'both' }, availableMs);
    if (full.mode === 'all') return full;
    const raw = fitted(facts, { mode: 'rotation', sides: 'receiving' }, availableMs);
    if (raw.share === 1 || !facts.recordingRules) return raw;
    return fitted(facts, { mode: 'recordingRules', sides: 'receiving' }, availableMs);
  };
  const wanted = plan(leftMs);
  if (current === undefined || !readsMore(wanted, current) || (current.mode === 'recordingRules' && !facts.recordingRules))
    return strip(wanted);
  const careful = plan(leftMs * ROOM);
  return readsMore(careful, current) ? strip(careful) : strip(current);
}

interface Served {
  readonly name: string;
  weight: number;
}

/** Names of destination workloads, busiest first. Buckets are matched by name: names shared by namespaces go together. */
function destinations(edges: readonly EdgeSample[]): Served[] {
  const byName = new Map<string, Served>();
  for (const { target, requestsPerSecond, protocol } of edges) {
    if (protocol === 'tcp') continue;
    // What no workload served is labelled `unknown`, whatever the node is called.
    const name = target.kind === 'workload' ? target.name : 'unknown';
    const found = byName.get(name);
    if (found === undefined) byName.set(name, { name, weight: requestsPerSecond });
    else found.weight += requestsPerSecond;
  }
  return [...byName.values()].toSorted((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}

/** How many names `rotationSlice` goes round. */
export const destinationCount = (edges: readonly EdgeSample[]): number => destinations(edges).length;

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/**
 * The destination workloads whose buckets this window reads. A name's slice hangs on the name alone, so that none is
 * left out or read twice when others come and go. `windowIndex` counts windows: their end divided by their length.
 */
export function rotationSlice(edges: readonly EdgeSample[], plan: QuantilePlan, windowIndex: number): string[] {
  const all = destinations(edges);
  const rotating = all.slice(0, Math.max(1, Math.round(all.length * plan.share)));
  return rotating
    .filter(({ name }) => hashOf(name) % plan.slices === windowIndex % plan.slices)
    .map(({ name }) => name)
    .sort();
}

/** Destination workloads that report nothing themselves: the source's latency and sizes are read for them. */
export function sourceOnlyWorkloads(edges: readonly EdgeSample[]): string[] {
  const reported = new Map<string, boolean>();
  for (const { target, reporters, protocol, mesh } of edges) {
    if (target.kind !== 'workload' || protocol === 'tcp' || mesh === 'linkerd') continue;
    // ztunnel makes a destination of an ambient edge, but knows nothing of requests.
    const receiving = reporters.includes('waypoint') || (reporters.includes('destination') && mesh !== 'ambient');
    reported.set(target.name, (reported.get(target.name) ?? true) && receiving);
  }
  return [...reported]
    .filter(([, receiving]) => !receiving)
    .map(([name]) => name)
    .sort();
}
