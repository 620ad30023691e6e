/**
 * How quickly do random cuts set a row apart from the others? Isolation forest (Liu, Ting, Zhou 2008): trees on small
 * subsamples, the score of a row is 2^(-mean depth / usual depth): near 1 is apart, well below 0.5 is in the midst.
 * Invariants: the same seed and rows give the same forest; training again replaces it; a missing value (NaN) follows the larger
 * half, so scores are never NaN; columns that do not vary are never cut.
 */
import { randomOf } from './random.js';

export interface ForestOptions {
  readonly nEstimators?: number;
  /** Rows of a subsample: more hide clusters of anomalies (masking). */
  readonly maxSamples?: number;
  readonly seed?: number;
}

/** The rows of a forest as numbers: JSON keeps all of it. */
export interface ForestModel {
  readonly version: 1;
  readonly columns: number;
  readonly sampleSize: number;
  readonly roots: readonly number[];
  /** -1 in a leaf. */
  readonly feature: readonly number[];
  /** Where to cut; in a leaf the depth that it stands for. */
  readonly threshold: readonly number[];
  /** Left child; the right one follows it. */
  readonly child: readonly number[];
  /** 1 where missing values go right. */
  readonly missingRight: readonly number[];
}

const EULER = 0.5772156649015329;
const LEAF = -1;

/** Usual depth of an unsuccessful search among n rows: what a leaf of n rows stands for, as in scikit-learn. */
export function usualDepth(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

interface Nodes {
  readonly feature: number[];
  readonly threshold: number[];
  readonly child: number[];
  readonly missingRight: number[];
}

interface Growing {
  readonly rows: readonly (readonly number[])[];
  readonly columns: number;
  readonly random: () => number;
  readonly nodes: Nodes;
  readonly depthLimit: number;
}

/** `size` row numbers without repetition (partial Fisher-Yates). */
function sample(count: number, size: number, random: () => number): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  for (let index = 0; index < size; index += 1) {
    const other = index + Math.floor(random() * (count - index));
    [indices[index], indices[other]] = [indices[other]!, indices[index]!];
  }
  return indices.slice(0, size);
}

interface Cut {
  readonly column: number;
  readonly at: number;
}

/** A random cut through a column that varies, columns tried in random order; undefined where none does. */
function randomCut({ rows, columns, random }: Growing, members: readonly number[]): Cut | undefined {
  for (const column of sample(columns, columns, random)) {
    let [least, most] = [Infinity, -Infinity];
    for (const member of members) {
      const value = rows[member]![column]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (least >= most) continue;
    const at = least + random() * (most - least);
    // Rounding may give the least value itself, or infinity for a range that has no width as a number.
    if (at > least && at <= most) return { column, at };
    if (Number.isFinite(most)) return { column, at: most };
  }
  return undefined;
}

function addNode({ feature, threshold, child, missingRight }: Nodes): number {
  feature.push(LEAF);
  threshold.push(0);
  child.push(0);
  missingRight.push(0);
  return feature.length - 1;
}

function grow(growing: Growing, root: number, rows: readonly number[]): void {
  const { nodes } = growing;
  const open = [{ node: root, members: rows, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, members, depth } = next;
    const cut = depth < growing.depthLimit && members.length > 1 ? randomCut(growing, members) : undefined;
    if (cut === undefined) {
      nodes.threshold[node] = depth + usualDepth(members.length);
      continue;
    }
    const valueOf = (member: number): number => growing.rows[member]![cut.column]!;
    const left = members.filter((member) => valueOf(member) < cut.at);
    const right = members.filter((member) => valueOf(member) >= cut.at);
    const missing = members.filter((member) => Number.isNaN(valueOf(member)));
    const toRight = right.length > left.length;
    (toRight ? right : left).push(...missing);
    const child = addNode(nodes);
    addNode(nodes);
    nodes.feature[node] = cut.column;
    nodes.threshold[node] = cut.at;
    nodes.child[node] = child;
    nodes.missingRight[node] = toRight ? 1 : 0;
    open.push({ node: child + 1, members: right, depth: depth + 1 }, { node: child, members: left, depth: depth + 1 });
  }
}

interface Trees {
  readonly columns: number;
  readonly sampleSize: number;
  readonly roots: Int32Array;
  readonly feature: Int16Array;
  readonly threshold: Float64Array;
  readonly child: Int32Array;
  readonly missingRight: Uint8Array;
}

const treesOf = (model: ForestModel): Trees => ({
  columns: model.columns,
  sampleSize: model.sampleSize,
  roots: Int32Array.from(model.roots),
  feature: Int16Array.from(model.feature),
  threshold: Float64Array.from(model.threshold),
  child: Int32Array.from(model.child),
  missingRight: Uint8Array.from(model.missingRight),
});

function depthIn({ feature, threshold, child, missingRight }: Trees, root: number, row: readonly number[]): number {
  let node = root;
  for (let column = feature[node]!; column !== LEAF; column = feature[node]!) {
    const value = row[column] ?? Number.NaN;
    const right = Number.isNaN(value) ? missingRight[node] === 1 : value >= threshold[node]!;
    node = child[node]! + (right ? 1 : 0);
  }
  return threshold[node]!;
}

/** `train` and `predict` as in ml-isolation-forest, whose results tests compare. */
export class IsolationForest {
  private readonly options: Required<ForestOptions>;
  private trees: Trees | undefined;

  constructor({ nEstimators = 100, maxSamples = 256, seed = 1 }: ForestOptions = {}) {
    this.options = { nEstimators, maxSamples, seed };
  }

  /** Replaces what was learned before. Rows must have equally many columns. */
  train(rows: readonly (readonly number[])[]): void {
    const columns = rows[0]?.length ?? 0;
    const sampleSize = Math.min(this.options.maxSamples, rows.length);
    const random = randomOf(this.options.seed);
    const nodes: Nodes = { feature: [], threshold: [], child: [], missingRight: [] };
    const depthLimit = Math.ceil(Math.log2(Math.max(2, sampleSize)));
    const roots = Array.from({ length: this.options.nEstimators }, () => {
      const root = addNode(nodes);
      grow({ rows, columns, random, nodes, depthLimit }, root, sample(rows.length, sampleSize, random));
      return root;
    });
    this.trees = treesOf({ version: 1, columns, sampleSize, roots, ...nodes });
  }

  /** The score of each row, 0 to 1; 0.5 for all while nothing was learned, or too little to cut. */
  predict(rows: readonly (readonly number[])[]): number[] {
    const { trees } = this;
    const usual = trees === undefined ? 0 : usualDepth(trees.sampleSize);
    if (trees === undefined || usual === 0) return rows.map(() => 0.5);
    const depths = new Float64Array(rows.length);
    // Tree by tree: a tree stays in the processor's cache for all rows.
    for (const root of trees.roots) {
      for (let index = 0; index < rows.length; index += 1) depths[index]! += depthIn(trees, root, rows[index]!);
    }
    return Array.from(depths, (depth) => 2 ** (-depth / (trees.roots.length * usual)));
  }

  toModel(): ForestModel | undefined {
    if (this.trees === undefined) return undefined;
    const { columns, sampleSize, roots, feature, threshold, child, missingRight } = this.trees;
    const plain = (numbers: Int32Array | Int16Array | Float64Array | Uint8Array): number[] => Array.from(numbers);
    return {
      version: 1,
      columns,
      sampleSize,
      roots: plain(roots),
      feature: plain(feature),
      threshold: plain(threshold),
      child: plain(child),
      missingRight: plain(missingRight),
    };
  }

  static fromModel(model: ForestModel, options: ForestOptions = {}): IsolationForest {
    const forest = new IsolationForest(options);
    forest.trees = treesOf(model);
    return forest;
  }
}
