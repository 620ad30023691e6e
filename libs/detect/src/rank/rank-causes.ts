/**
 * Where does it start? A node is suspicious of a symptom that its callees do not explain (`suspicion.ts`), and of its own metrics that
 * left normal beyond what load explains. It ranks raw series, which have courses and amounts and no verdict; `incidents/causes.ts` ranks
 * anomalies, which have verdicts and no courses. Both share `graph/`: one call graph, whom evidence speaks against, explained away.
 * Invariants: every node of the graph is ranked once; 0 ≤ score < 1; ties keep the order of the graph.
 */
import { CallGraph, type Call } from '../graph/call-graph.js';
import { deviationOf, increases, type Deviation, type Ground, type MetricSeries } from './deviation.js';
import { evidenceOf } from './evidence.js';
import { directionOf, kindOf } from './metric-kind.js';
import { suspicions, type Suspicion } from './suspicion.js';
import { seenOfTarget, symptomsOf, type Scene } from './trouble.js';

export interface Cause {
  readonly node: string;
  readonly score: number;
  readonly evidence: readonly string[];
}

export interface RankInput {
  readonly graph: { readonly nodes: readonly string[]; readonly edges: readonly Call[] };
  readonly series: readonly MetricSeries[];
  readonly target: string;
  /** The metric of the target that is in trouble; absent: latency and errors, whichever the target shows. */
  readonly metric?: string;
}

/** A metric of a node's own that is so many scales away weighs as much as a symptom that could not be more suspicious. */
const OWN_UNIT = 20;
/** A node that the target does not reach is hardly the cause. */
const OUT_OF_REACH = 0.1;

/** Times to be explained: those of the target's own series, else of the series that has most. */
function gridOf(series: readonly MetricSeries[], { target, metric }: RankInput): number[] {
  const candidates = series.filter((one) => metric === undefined || one.metric === metric);
  const longest = (all: readonly MetricSeries[]) =>
    all.reduce<MetricSeries | undefined>(
      (best, one) => (best === undefined || one.recent.length > best.recent.length ? one : best),
      undefined,
    );
  const chosen = longest(candidates.filter(({ subject }) => subject === target)) ?? longest(candidates) ?? longest(series);
  return [...new Set(chosen?.recent.map(([at]) => at) ?? [])].sort((a, b) => a - b);
}

/** Load of each node whose load is known, else the target's: what comes in at the front is what changes with the time of day. */
function loadsOf(series: readonly MetricSeries[], ground: Omit<Ground, 'loadOf'>, target: string): Ground['loadOf'] {
  const loads = new Map<string, readonly number[]>();
  for (const one of series) {
    if (kindOf(one.metric) !== 'load' || !ground.nodes.has(one.subject) || loads.has(one.subject)) continue;
    const deviation = deviationOf(one, { ...ground, loadOf: () => undefined });
    if (deviation && deviation.normal > 0)
      loads.set(
        one.subject,
        deviation.course.map((away) => 1 + away / deviation.normal),
      );
  }
  return (node) => loads.get(node) ?? loads.get(target);
}

function sceneOf(input: RankInput): Scene {
  const { target, metric } = input;
  const series = input.series.map(increases);
  const ground = { grid: gridOf(series, input), nodes: new Set(input.graph.nodes), directionOf };
  const loadOf = loadsOf(series, ground, target);
  const deviationsWith = (direction: Ground['directionOf']) =>
    series.flatMap((one) => deviationOf(one, { ...ground, directionOf: direction, loadOf }) ?? []);
  const deviations = deviationsWith(directionOf);
  const graph = new CallGraph(input.graph.edges);
  if (metric === undefined || isSymptom(metric)) return { target, graph, deviations, metric };
  // A name that does not tell which way trouble is: the way that the target went.
  const seen = seenOfTarget(
    deviations.filter((one) => one.series.metric === metric),
    target,
  );
  const falls = seen.reduce((farthest, { reach }) => (Math.abs(reach) > Math.abs(farthest) ? reach : farthest), 0) < 0;
  return { target, graph, deviations: falls ? deviationsWith((one) => (one === metric ? -1 : directionOf(one))) : deviations, metric };
}

const isSymptom = (metric: string): boolean => kindOf(metric) === 'latency' || kindOf(metric) === 'errors';

/** By the strongest of a node's own metrics: each fault moves another one. Unlike a symptom it has no limit, for nobody else's explains it. */
const ownSuspicion = (deviations: readonly Deviation[]): number =>
  Math.max(0, ...deviations.map(({ z }) => Math.log1p(Math.abs(z)) / Math.log1p(OWN_UNIT)));

/** All nodes, most probable cause first. */
export function rankCauses(input: RankInput): Cause[] {
  const { metric, target } = input;
  const scene = sceneOf(input);
  const bySymptom = symptomsOf(scene).map((symptoms) => suspicions(scene, symptoms));
  const isMain = ({ series }: Deviation) => (metric === undefined ? isSymptom(series.metric) : series.metric === metric);
  const deviations = Map.groupBy(scene.deviations, ({ node }) => node);
  const reached = scene.graph.distancesFrom(target);
  const causes = input.graph.nodes.map((node): Cause => {
    const all = deviations.get(node) ?? [];
    const found = bySymptom.map((suspicion) => suspicion.get(node)).filter((one) => one !== undefined);
    const explained = found.reduce<Suspicion['explained']>(
      (most, one) => ((one.explained?.share ?? 0) > (most?.share ?? 0) ? one.explained : most),
      undefined,
    );
    const own = ownSuspicion(all.filter(({ kind, series }) => kind === 'own' && series.metric !== metric));
    const total = found.reduce((sum, { score }) => sum + score, own);
    const evidence = evidenceOf({ main: all.filter(isMain), others: all.filter((one) => !isMain(one)), explained, metric });
    const score = total / (1 + total);
    if (reached.has(node)) return { node, score, evidence };
    return { node, score: score * OUT_OF_REACH, evidence: [...evidence, `${target} does not call it, directly or not`] };
  });
  return causes.sort((a, b) => b.score - a.score);
}
