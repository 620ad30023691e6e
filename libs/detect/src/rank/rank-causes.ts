/**
 * Where does it start? A node is as suspicious as its metric left normal in the direction of the target's trouble, in step with it,
 * and as far as what its callees did does not explain it ("explained away", as with call graphs in PetShop, arXiv 2311.04806:
 * a caller that waits as much longer as its callee takes is not to blame). Other metrics of a node (processor, memory) support it.
 * Invariants: every node of the graph is ranked once; nodes without metrics pass through what they call; cycles end; ties keep the
 * order of the graph.
 */
import { calleesOf, distancesFrom, measuredCallees, type CallGraph, type Callees } from './call-graph.js';
import { alike, deviationOf, type Deviation, type MetricSeries } from './deviation.js';
import { evidenceOf, type Explained } from './evidence.js';
import { troubleOf, type Trouble } from './trouble.js';

export interface Cause {
  readonly node: string;
  readonly score: number;
  readonly evidence: readonly string[];
}

export interface RankInput {
  readonly graph: CallGraph;
  readonly series: readonly MetricSeries[];
  readonly target: string;
  /** The metric of the target that is in trouble; absent: the one of its metrics that left normal farthest. */
  readonly metric?: string;
}

/** From this many scales on a deviation is certain: which of two certain ones is larger says nothing of which caused the other. */
const CERTAIN = 3;
/** Even what is not in step with the target at all may be a cause whose course was not seen well. */
const LEAST_STEP = 0.05;
const MOST_EXPLAINED = 0.95;
/** One of two callers agrees: its callee explains a quarter of what it would if both did. */
const AGREEMENT_POWER = 2;
/** How much other metrics of a node count. */
const SUPPORT = 0.1;
/** A node that the target does not reach is hardly the cause. */
const OUT_OF_REACH = 0.1;
const ARROW = '->';

const certainty = (z: number): number => Math.min(1, Math.abs(z) / CERTAIN);

interface Scene {
  readonly callees: Callees;
  /** Calls from the target, of what it reaches. */
  readonly distances: ReadonlyMap<string, number>;
  readonly trouble: Trouble;
  /** Deviations of the metric in trouble, and of others, by the node that they speak of. */
  readonly main: ReadonlyMap<string, readonly Deviation[]>;
  readonly others: ReadonlyMap<string, readonly Deviation[]>;
}

/** The node that a series speaks of: itself, or the callee, which makes its callers wait. */
function subjectOf(series: MetricSeries, nodes: ReadonlySet<string>): string | undefined {
  if (nodes.has(series.subject)) return series.subject;
  const callee = series.subject.slice(series.subject.lastIndexOf(ARROW) + ARROW.length);
  return series.subject.includes(ARROW) && nodes.has(callee) ? callee : undefined;
}

const isCallOf = (series: MetricSeries, node: string): boolean => series.subject.startsWith(`${node}${ARROW}`);

/** Times to be explained: those of the target's own series, else of the series that has most. */
function gridOf({ series, target, metric }: RankInput): number[] {
  const candidates = series.filter((one) => metric === undefined || one.metric === metric);
  const own = candidates.filter(({ subject }) => subject === target);
  const longest = (all: readonly MetricSeries[]) =>
    all.reduce<MetricSeries | undefined>(
      (best, one) => (best === undefined || one.recent.length > best.recent.length ? one : best),
      undefined,
    );
  const chosen = longest(own) ?? longest(candidates) ?? longest(series);
  return [...new Set(chosen?.recent.map(([at]) => at) ?? [])].sort((a, b) => a - b);
}

function sceneOf(input: RankInput): Scene {
  const grid = gridOf(input);
  const nodes = new Set(input.graph.nodes);
  const deviations = input.series.flatMap((series) => deviationOf(series, grid) ?? []);
  const trouble = troubleOf(input.target, deviations, input.metric);
  const main = new Map<string, Deviation[]>();
  const others = new Map<string, Deviation[]>();
  for (const deviation of deviations) {
    const node = subjectOf(deviation.series, nodes);
    if (node === undefined) continue;
    const group = deviation.series.metric === trouble.metric ? main : others;
    group.set(node, [...(group.get(node) ?? []), deviation]);
  }
  const callees = calleesOf(input.graph);
  return { callees, distances: distancesFrom(input.target, callees), trouble, main, others };
}

/** In step with the target's trouble, 0..1; 1 where nothing is known of its course, and near 1 where it is hardly in trouble. */
function inStep({ trouble }: Scene, likeness: (course: readonly number[]) => number): number {
  if (trouble.course === undefined) return 1;
  return 1 - certainty(trouble.reach) * (1 - Math.max(LEAST_STEP, likeness(trouble.course)));
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How suspicious a deviation of the metric in trouble is: in its direction, certain, in step. */
function suspicion(scene: Scene, deviation: Deviation): number {
  const toward = deviation.z * scene.trouble.direction;
  if (toward <= 0) return 0;
  return certainty(toward) * inStep(scene, (course) => alike(deviation.course, course));
}

/** How much of `deviation` the callee's own explains: as large, in step, certain. */
function share(scene: Scene, deviation: Deviation, callee: Deviation): number {
  const [own, theirs] = [deviation.away * scene.trouble.direction, callee.away * scene.trouble.direction];
  if (own <= 0 || theirs <= 0) return 0;
  return Math.min(1, theirs / own) * Math.max(0, alike(callee.course, deviation.course)) * certainty(callee.z);
}

/** How far those who call a node agree that it left normal: what only one of several sees is that caller's, or the way's. */
function agreement(scene: Scene, node: string): number {
  const seen = (scene.main.get(node) ?? []).map(({ z }) => certainty(Math.max(0, z * scene.trouble.direction)));
  return mean(seen);
}

/** A call back towards the target, on a cycle, explains nothing: else two nodes that call each other explain one another away. */
function leadsBack({ callees, distances }: Scene, node: string, callee: string): boolean {
  const [own, theirs] = [distances.get(node) ?? 0, distances.get(callee) ?? 0];
  return theirs < own && distancesFrom(callee, callees).has(node);
}

/** The callee that explains most of a node's deviation. Calls from the node itself say more than the callee's own metric. */
function explanation(scene: Scene, deviation: Deviation, { node, callees }: { node: string; callees: readonly string[] }) {
  let best: Explained | undefined;
  for (const callee of callees) {
    const all = scene.main.get(callee) ?? [];
    const calls = all.filter(({ series }) => isCallOf(series, node));
    for (const theirs of calls.length > 0 ? calls : all) {
      const explained = share(scene, deviation, theirs) * agreement(scene, callee) ** AGREEMENT_POWER;
      if (explained > (best?.share ?? 0)) best = { callee, share: explained };
    }
  }
  return best;
}

function causeOf(scene: Scene, node: string): Cause {
  const own = scene.main.get(node) ?? [];
  const callees = measuredCallees(node, scene.callees, (one) => scene.main.has(one)).filter((one) => !leadsBack(scene, node, one));
  const parts = own.map((deviation) => {
    const explained = explanation(scene, deviation, { node, callees });
    return { deviation, explained, score: suspicion(scene, deviation) * (1 - MOST_EXPLAINED * (explained?.share ?? 0)) };
  });
  const main = mean(parts.map(({ score }) => score));
  const support = scene.others.get(node) ?? [];
  const supported = mean(
    support.map((deviation) => certainty(deviation.z) * inStep(scene, (course) => Math.abs(alike(deviation.course, course)))),
  );
  const best = parts.reduce<(typeof parts)[number] | undefined>(
    (first, one) => (first === undefined || one.score > first.score ? one : first),
    undefined,
  );
  const score = (main + SUPPORT * supported) / (1 + SUPPORT);
  return { node, score, evidence: evidenceOf({ main: own, others: support, explained: best?.explained, metric: scene.trouble.metric }) };
}

/** All nodes, most probable cause first. */
export function rankCauses(input: RankInput): Cause[] {
  const scene = sceneOf(input);
  const causes = input.graph.nodes.map((node): Cause => {
    const cause = causeOf(scene, node);
    if (scene.distances.has(node)) return cause;
    return {
      ...cause,
      score: cause.score * OUT_OF_REACH,
      evidence: [...cause.evidence, `${input.target} does not call it, directly or not`],
    };
  });
  return causes.sort((a, b) => b.score - a.score);
}
