/**
 * How suspicious is a node of one symptom? As far as its metric left normal, in step with the target's trouble, and as far as what its
 * callees did does not explain it (a caller that waits as much longer as its callee takes is not to blame). What callers measure of a
 * node and what it measures itself are two views: the one that sees more counts, for a delay on the way is seen by callers only.
 * Invariants: between 0 and 1; nodes without this symptom pass through what they call; cycles end.
 */
import { explainedAway } from '../graph/blame.js';
import type { Explained } from './evidence.js';
import { alike, meanOf, type Deviation } from './deviation.js';
import { certainty, inStep, LEAST_WEIGHT, type Scene, type Symptoms, type Trouble } from './trouble.js';

/** From this many scales on nothing is more suspicious: which of two is larger says nothing of which caused the other. */
const UTTER = 6;
const MOST_EXPLAINED = 0.95;
/** One of two callers agrees: its callee explains a quarter of what it would if both did. */
const AGREEMENT_POWER = 2;

export interface Suspicion {
  readonly score: number;
  readonly explained: Explained | undefined;
}

/** What is known of a symptom by node, of the trouble's metric where the subject has it. */
function byNode(deviations: readonly Deviation[], metric: string): ReadonlyMap<string, readonly Deviation[]> {
  const having = new Set(deviations.filter(({ series }) => series.metric === metric).map(({ place }) => place.id));
  const told = deviations.filter(({ place, series }) => series.metric === metric || !having.has(place.id));
  return Map.groupBy(told, ({ node }) => node);
}

const viewsOf = (all: readonly Deviation[]): readonly (readonly Deviation[])[] =>
  [all.filter(({ place }) => place.source !== undefined), all.filter(({ place }) => place.source === undefined)].filter(
    (view) => view.length > 0,
  );

/** How far those who call a node agree that it left normal: what only one of several sees is that caller's, or the way's. */
const agreement = (all: readonly Deviation[]): number => meanOf((viewsOf(all)[0] ?? []).map(({ z }) => certainty(Math.max(0, z))));

/** How much of `deviation` the callee's own explains: as large where units are the same, in step, certain. */
function share(deviation: Deviation, callee: Deviation): number {
  if (deviation.away <= 0 || callee.away <= 0) return 0;
  const amount = callee.series.metric === deviation.series.metric ? Math.min(1, callee.away / deviation.away) : 1;
  return amount * Math.max(0, alike(callee.course, deviation.course)) * certainty(callee.z);
}

/** A call back towards the target, on a cycle, explains nothing: else two nodes that call each other explain one another away. */
function leadsBack({ graph, target }: Scene, node: string, callee: string): boolean {
  const distances = graph.distancesFrom(target);
  return (distances.get(callee) ?? 0) < (distances.get(node) ?? 0) && graph.distancesFrom(callee).has(node);
}

interface Callee {
  readonly node: string;
  readonly seen: readonly Deviation[];
  readonly agreement: number;
}

/** The callee that explains most of a node's deviation. Calls from the node itself say more than the callee's own metric. */
function explanation(deviation: Deviation, node: string, callees: readonly Callee[]): Explained | undefined {
  let best: Explained | undefined;
  for (const callee of callees) {
    const calls = callee.seen.filter(({ place }) => place.source === node);
    for (const theirs of calls.length > 0 ? calls : callee.seen) {
      const explained = share(deviation, theirs) * callee.agreement ** AGREEMENT_POWER;
      if (explained > (best?.share ?? 0)) best = { callee: callee.node, share: explained };
    }
  }
  return best;
}

function suspicionsOf(scene: Scene, trouble: Trouble, deviations: readonly Deviation[]): Map<string, Suspicion> {
  const known = byNode(deviations, trouble.metric);
  const agreements = new Map([...known].map(([node, all]) => [node, agreement(all)]));
  const found = new Map<string, Suspicion>();
  for (const [node, all] of known) {
    const callees = scene.graph
      .nearestCallees(node, (one) => known.has(one))
      .filter((one) => !leadsBack(scene, node, one))
      .map((one) => ({ node: one, seen: known.get(one)!, agreement: agreements.get(one)! }));
    const judge = (deviation: Deviation): Suspicion => {
      const explained = explanation(deviation, node, callees);
      const taken = MOST_EXPLAINED * (explained?.share ?? 0);
      const own = Math.min(1, Math.max(0, deviation.z) / UTTER) * inStep(trouble, deviation);
      return { score: explainedAway(own, taken / (1 - taken)), explained };
    };
    const views = viewsOf(all).map((view) => view.map(judge));
    const best = views.flat().reduce((first, one) => (one.score > first.score ? one : first));
    found.set(node, { score: Math.max(...views.map((view) => meanOf(view.map(({ score }) => score)))), explained: best.explained });
  }
  return found;
}

/** By node: the mean over the metrics of the target's trouble, each by its weight. */
export function suspicions(scene: Scene, { deviations, troubles, weight }: Symptoms): ReadonlyMap<string, Suspicion> {
  const weights = troubles.map(({ shown }) => LEAST_WEIGHT + shown);
  const sum = weights.reduce((total, one) => total + one, 0);
  const found = new Map<string, Suspicion>();
  for (const [index, trouble] of troubles.entries()) {
    for (const [node, { score, explained }] of suspicionsOf(scene, trouble, deviations)) {
      const before = found.get(node);
      const larger = (explained?.share ?? 0) > (before?.explained?.share ?? 0) ? explained : before?.explained;
      found.set(node, { score: (before?.score ?? 0) + (weight * weights[index]! * score) / sum, explained: larger });
    }
  }
  return found;
}
