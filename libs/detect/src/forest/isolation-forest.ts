/**
 * How quickly do random cuts set a row apart from the others? Isolation forest (Liu, Ting, Zhou 2008): trees on small
 * subsamples, the score of a row is 2^(-mean depth / usual depth): near 1 is apart, well below 0.5 is in the midst.
 * Invariants: the same seed and rows give the same forest; training again replaces it; scores are never NaN.
 */
import { randomOf } from './random.js';
import { depthIn, grownOn, usualDepth, type Matrix, type Trees } from './trees.js';

export interface ForestOptions {
  readonly nEstimators?: number;
  /** Rows of a subsample: more hide clusters of anomalies (masking). */
  readonly maxSamples?: number;
  readonly seed?: number;
}

/** The trees of a forest as plain numbers: JSON keeps all of it. */
export interface ForestModel extends Readonly<Record<keyof Omit<Trees, 'columns' | 'sampleSize'>, readonly number[]>> {
  readonly version: 1;
  readonly columns: number;
  readonly sampleSize: number;
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

function matrixOf(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    for (let column = 0; column < columns; column += 1) values[index * columns + column] = row[column]!;
  });
  return { values, columns, rows: rows.length };
}

/** `train` and `predict` as in ml-isolation-forest, whose results tests compare. */
export class IsolationForest {
  private readonly options: Required<ForestOptions>;
  private trees: Trees | undefined;

  constructor({ nEstimators = 100, maxSamples = 256, seed = 1 }: ForestOptions = {}) {
    this.options = { nEstimators, maxSamples, seed };
  }

  /** Replaces what was learned before. Rows must have equally many columns. */
  train(rows: readonly ArrayLike<number>[]): void {
    const { nEstimators, maxSamples, seed } = this.options;
    this.trees = grownOn(matrixOf(rows), { trees: nEstimators, maxSamples, random: randomOf(seed) });
  }

  /** The score of each row, 0 to 1; 0.5 for all while nothing was learned, or too little to cut. */
  predict(rows: readonly ArrayLike<number>[]): number[] {
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
