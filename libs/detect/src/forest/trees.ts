/**
 * Trees of random cuts, all nodes of a forest side by side in typed arrays: grown on subsamples, walked to a leaf.
 * Invariants: the same stream of random numbers and rows give the same trees; a missing value (NaN) follows the larger half;
 * columns that do not vary are never cut; a tree has fewer than twice as many nodes as rows.
 */

const EULER = 0.5772156649015329;
const LEAF = -1;

/** Rows one after another. */
export interface Matrix {
  readonly values: Float64Array;
  readonly columns: number;
  readonly rows: number;
}

export interface Trees {
  readonly columns: number;
  readonly sampleSize: number;
  readonly roots: Int32Array;
  /** LEAF in a leaf. */
  readonly feature: Int16Array;
  /** Where to cut; in a leaf the depth that it stands for. */
  readonly threshold: Float64Array;
  /** Left child; the right one follows it. */
  readonly child: Int32Array;
  /** 1 where missing values go right. */
  readonly missingRight: Uint8Array;
}

/** Usual depth of an unsuccessful search among n rows: what a leaf of n rows stands for, as in scikit-learn. */
export function usualDepth(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

export interface GrowOptions {
  readonly trees: number;
  readonly maxSamples: number;
  readonly random: () => number;
}

/** Some rows of a tree: `members[from]` to `members[to - 1]`. */
interface Part {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

class Grower {
  private readonly nodes: Omit<Trees, 'columns' | 'sampleSize' | 'roots'>;
  private readonly depthLimit: number;
  /** All rows in an order that each tree shuffles on; its first ones are the tree's subsample. */
  private readonly order: Int32Array;
  /** Rows of the tree under way, left half first. */
  private readonly members: Int32Array;
  private readonly aside: Int32Array;
  private readonly columnOrder: Int32Array;
  private used = 0;

  constructor(
    private readonly matrix: Matrix,
    private readonly sampleSize: number,
    private readonly options: GrowOptions,
  ) {
    const capacity = options.trees * Math.max(1, 2 * sampleSize - 1);
    this.nodes = {
      feature: new Int16Array(capacity).fill(LEAF),
      threshold: new Float64Array(capacity),
      child: new Int32Array(capacity),
      missingRight: new Uint8Array(capacity),
    };
    this.depthLimit = Math.ceil(Math.log2(Math.max(2, sampleSize)));
    this.order = Int32Array.from({ length: matrix.rows }, (_, row) => row);
    this.members = new Int32Array(sampleSize);
    this.aside = new Int32Array(sampleSize);
    this.columnOrder = Int32Array.from({ length: matrix.columns }, (_, column) => column);
  }

  grow(): Trees {
    const roots = new Int32Array(this.options.trees);
    for (let tree = 0; tree < roots.length; tree += 1) roots[tree] = this.growOne();
    const { feature, threshold, child, missingRight } = this.nodes;
    return {
      columns: this.matrix.columns,
      sampleSize: this.sampleSize,
      roots,
      feature: feature.slice(0, this.used),
      threshold: threshold.slice(0, this.used),
      child: child.slice(0, this.used),
      missingRight: missingRight.slice(0, this.used),
    };
  }

  private growOne(): number {
    for (let index = 0; index < this.sampleSize; index += 1) {
      this.draw(this.order, index);
      this.members[index] = this.order[index]!;
    }
    const root = this.used;
    this.used += 1;
    const open: Part[] = [{ node: root, from: 0, to: this.sampleSize, depth: 0 }];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const { node, from, to, depth } = part;
      const middle = depth < this.depthLimit && to - from > 1 ? this.cut(part) : from;
      if (middle === from) {
        this.nodes.threshold[node] = depth + usualDepth(to - from);
        continue;
      }
      const child = this.nodes.child[node]!;
      open.push({ node: child + 1, from: middle, to, depth: depth + 1 }, { node: child, from, to: middle, depth: depth + 1 });
    }
    return root;
  }

  /** Puts one of `list` from `index` on, drawn at random, at `index` (Fisher and Yates). */
  private draw(list: Int32Array, index: number): void {
    const other = index + Math.floor(this.options.random() * (list.length - index));
    const drawn = list[other]!;
    list[other] = list[index]!;
    list[index] = drawn;
  }

  /** Cuts a part in two through a random column that varies; where the right half begins, or `from` where no column varies. */
  private cut({ node, from, to }: Part): number {
    const { values, columns } = this.matrix;
    for (let tried = 0; tried < columns; tried += 1) {
      this.draw(this.columnOrder, tried);
      const column = this.columnOrder[tried]!;
      let [least, most] = [Infinity, -Infinity];
      for (let index = from; index < to; index += 1) {
        const value = values[this.members[index]! * columns + column]!;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      if (!(least < most)) continue;
      const drawn = least + this.options.random() * (most - least);
      // Rounding may give the least value itself, or infinity for a range that has no width as a number.
      const at = drawn > least && drawn <= most ? drawn : most;
      if (!Number.isFinite(at)) continue;
      this.nodes.feature[node] = column;
      this.nodes.threshold[node] = at;
      this.nodes.child[node] = this.used;
      this.used += 2;
      return this.parted({ node, from, to }, column, at);
    }
    return from;
  }

  /** Brings the members below `at` to the left, keeping their order; where the others begin. */
  private parted({ node, from, to }: Omit<Part, 'depth'>, column: number, at: number): number {
    const { members, aside, matrix } = this;
    let [left, right, missing] = [from, 0, 0];
    for (let index = from; index < to; index += 1) {
      const member = members[index]!;
      const value = matrix.values[member * matrix.columns + column]!;
      if (value < at) members[left++] = member;
      else if (value >= at) aside[right++] = member;
      else aside[aside.length - ++missing] = member;
    }
    const toRight = right > left - from;
    this.nodes.missingRight[node] = toRight ? 1 : 0;
    if (!toRight) for (; missing > 0; missing -= 1) members[left++] = aside[aside.length - missing]!;
    for (let index = 0; index < right; index += 1) members[left + index] = aside[index]!;
    for (let index = 0; index < missing; index += 1) members[left + right + index] = aside[aside.length - 1 - index]!;
    return left;
  }
}

export function grownOn(matrix: Matrix, options: GrowOptions): Trees {
  return new Grower(matrix, Math.min(options.maxSamples, matrix.rows), options).grow();
}

/** The depth that the leaf which a row falls into stands for; columns that the row lacks are missing values. */
export function depthIn({ feature, threshold, child, missingRight }: Trees, root: number, row: ArrayLike<number>): number {
  let node = root;
  for (let column = feature[node]!; column !== LEAF; column = feature[node]!) {
    const value = row[column] ?? Number.NaN;
    const right = value >= threshold[node]! || (Number.isNaN(value) && missingRight[node] === 1);
    node = child[node]! + (right ? 1 : 0);
  }
  return threshold[node]!;
}
