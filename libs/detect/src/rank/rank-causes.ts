/**
 * Where does it start? Each node is as suspicious as its own metrics (and those of calls to it) are unusual, less what the
 * nodes that it calls explain: score / (1 + the largest score among its callees). After "explained away" ranking on call graphs
 * (PetShop, arXiv 2311.04806, measured in this project); a caller is not blamed for its callee.
 * Invariants: every node of the graph is ranked once; nodes without metrics pass their callees' scores through; cycles end.
 */

export interface CallGraph {
  readonly nodes: readonly string[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

export interface MetricSeries {
  /** A node, or `source->target`. */
  readonly subject: string;
  readonly metric: string;
  readonly normal: readonly number[];
  readonly recent: readonly number[];
}

export interface Cause {
  readonly node: string;
  readonly score: number;
  readonly evidence: readonly string[];
}

interface Finding {
  readonly series: MetricSeries;
  readonly mean: number;
  readonly recentMean: number;
  readonly z: number;
}

const MEAN_FLOOR = 1e-3;
const STRONGEST_Z = 1000;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far recent values are from normal ones, in standard deviations of the normal ones. Undefined without both. */
export function deviationOf(series: MetricSeries): Finding | undefined {
  const normal = series.normal.filter(Number.isFinite);
  const recent = series.recent.filter(Number.isFinite);
  if (normal.length < 2 || recent.length === 0) return undefined;
  const mean = meanOf(normal);
  const deviation = Math.sqrt(meanOf(normal.map((value) => (value - mean) ** 2)));
  const scale = Math.max(deviation, MEAN_FLOOR * Math.abs(mean), Number.EPSILON);
  const recentMean = meanOf(recent);
  return { series, mean, recentMean, z: Math.min(STRONGEST_Z, Math.abs(recentMean - mean) / scale) };
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));

const words = ({ series, mean, recentMean, z }: Finding): string =>
  `${series.metric} of ${series.subject}: ${digits(recentMean)} where ${digits(mean)} was normal (${digits(z)} standard deviations)`;

export interface RankInput {
  readonly graph: CallGraph;
  readonly series: readonly MetricSeries[];
  readonly target: string;
  /** Only series of this metric count; all where absent. */
  readonly metric?: string;
}

function findingsByNode({ graph, series, metric }: RankInput): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>(graph.nodes.map((node) => [node, []]));
  for (const one of series) {
    if (metric !== undefined && one.metric !== metric) continue;
    const finding = deviationOf(one);
    if (finding === undefined) continue;
    const callee = found.has(one.subject) ? one.subject : one.subject.split('->').at(-1)!;
    found.get(callee)?.push(finding);
  }
  return found;
}

/** All nodes, most probable cause first; what the target does not reach comes last. */
export function rankCauses(input: RankInput): Cause[] {
  const findings = findingsByNode(input);
  const callees = new Map<string, string[]>();
  for (const { source, target } of input.graph.edges) callees.set(source, [...(callees.get(source) ?? []), target]);
  const own = (node: string): number | undefined => {
    const all = findings.get(node) ?? [];
    return all.length === 0 ? undefined : Math.max(...all.map(({ z }) => z));
  };
  const strongest = (node: string, seen: ReadonlySet<string>): number => {
    let max = 0;
    for (const callee of callees.get(node) ?? []) {
      if (seen.has(callee)) continue;
      max = Math.max(max, own(callee) ?? strongest(callee, new Set([...seen, callee])));
    }
    return max;
  };
  const reached = new Set([input.target]);
  for (const node of reached) for (const callee of callees.get(node) ?? []) reached.add(callee);
  const causes = input.graph.nodes.map((node): Cause & { reached: boolean } => {
    const child = strongest(node, new Set([node]));
    const score = (own(node) ?? 0) / (1 + child);
    return { node, score, evidence: (findings.get(node) ?? []).sort((a, b) => b.z - a.z).map(words), reached: reached.has(node) };
  });
  causes.sort((a, b) => Number(b.reached) - Number(a.reached) || b.score - a.score);
  return causes.map(({ node, score, evidence }) => ({ node, score, evidence }));
}
