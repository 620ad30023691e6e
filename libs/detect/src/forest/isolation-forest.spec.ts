import { IsolationForest as Reference } from 'ml-isolation-forest';
import { IsolationForest, type ForestModel } from './isolation-forest.js';
import { usualDepth } from './trees.js';

/** 500 points that fill the unit cube evenly (a Kronecker sequence), and three that lie apart. */
const ROWS = [
  ...Array.from({ length: 500 }, (_, index) =>
    [0.6180339887498949, 0.7548776662466927, 0.5698402909980532].map((step) => ((index + 1) * step) % 1),
  ),
  [3, 3, 3],
  [0.5, 2, 0.5],
  [-1, 0.5, 0.5],
];
const PROBES = [
  [3, 3, 3],
  [0.5, 2, 0.5],
  [-1, 0.5, 0.5],
  [0.5, 0.5, 0.5],
  [0.02, 0.98, 0.5],
  [0.3, 0.7, 0.4],
];
/** scikit-learn 1.9.1, IsolationForest(n_estimators=100, max_samples=256): -score_samples, mean of 40 seeds (deviation 0.007 to 0.016). */
const SCIKIT = [0.7873, 0.6226, 0.609, 0.4307, 0.5427, 0.4442];

const trained = (rows: number[][], seed = 1) => {
  const forest = new IsolationForest({ seed });
  forest.train(rows);
  return forest;
};

describe('usualDepth', () => {
  it('is that of scikit-learn (_average_path_length)', () => {
    expect([0, 1, 2].map(usualDepth)).toEqual([0, 0, 1]);
    expect(usualDepth(5)).toBeCloseTo(2.327020052, 8);
    expect(usualDepth(999)).toBeCloseTo(12.9679398844, 8);
  });
});

describe('IsolationForest', () => {
  it('scores as scikit-learn does, within the noise of seeds', () => {
    const seeds = Array.from({ length: 10 }, (_, seed) => trained(ROWS, seed).predict(PROBES));
    SCIKIT.forEach((expected, probe) => {
      const mean = seeds.reduce((sum, scores) => sum + scores[probe]!, 0) / seeds.length;
      expect(Math.abs(mean - expected)).toBeLessThan(0.015);
    });
  });

  it('puts rows in the order in which ml-isolation-forest puts them', () => {
    const reference = new Reference({ nEstimators: 100 });
    reference.train(ROWS);
    const order = (scores: number[]) => scores.map((score, index) => [score, index] as const).sort((a, b) => b[0] - a[0]);
    const [own, other] = [trained(ROWS).predict(PROBES), reference.predict(PROBES)].map((scores) =>
      order(scores).map(([, index]) => index),
    );
    expect(own!.slice(0, 1)).toEqual(other!.slice(0, 1));
    expect(new Set(own!.slice(0, 4))).toEqual(new Set(other!.slice(0, 4)));
  });

  it('is the same for the same seed, and another for another', () => {
    expect(trained(ROWS, 5).predict(PROBES)).toEqual(trained(ROWS, 5).predict(PROBES));
    expect(trained(ROWS, 5).predict(PROBES)).not.toEqual(trained(ROWS, 6).predict(PROBES));
  });

  it('learns anew when it is trained again', () => {
    const moved = ROWS.map((row) => row.map((value) => value + 20));
    const forest = trained(ROWS);
    const fresh = trained(moved);
    forest.train(moved);
    expect(forest.predict(PROBES)).toEqual(fresh.predict(PROBES));
    expect(forest.predict([[20.5, 20.5, 20.5]])[0]).toBeLessThan(0.5);
  });

  it('goes through JSON unchanged', () => {
    const forest = trained(ROWS);
    const model = JSON.parse(JSON.stringify(forest.toModel())) as ForestModel;
    expect(IsolationForest.fromModel(model).predict(PROBES)).toEqual(forest.predict(PROBES));
    expect(new IsolationForest().toModel()).toBeUndefined();
  });

  it('takes missing values for usual ones', () => {
    const holes = ROWS.map((row, index) => (index % 20 === 0 ? [Number.NaN, row[1]!, row[2]!] : row));
    const scores = trained(holes).predict([...PROBES, [Number.NaN, 0.5, 0.5], [Number.NaN, Number.NaN, Number.NaN], []]);
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true);
    expect(scores[0]).toBeGreaterThan(0.7);
    expect(scores[6]).toBeLessThan(0.5);
  });

  it('says nothing where there is nothing to cut', () => {
    expect(new IsolationForest().predict([[1]])).toEqual([0.5]);
    for (const rows of [[], [[1, 2]]]) expect(trained(rows).predict([[1, 2]])).toEqual([0.5]);
    const same = trained(Array.from({ length: 50 }, () => [7, 7]));
    expect(same.predict([[7, 7]])[0]).toBe(same.predict([[9, 9]])[0]);
    const huge = trained([[-Number.MAX_VALUE], [Number.MAX_VALUE], [0], [1]]);
    expect(huge.predict([[0]])[0]).toBeGreaterThan(0);
  });

  it('is not distracted by columns that do not vary', () => {
    const padded = ROWS.map((row) => [...row, ...Array.from({ length: 28 }, () => 1)]);
    const [apart, amid] = trained(padded).predict([padded[500]!, padded[10]!]);
    expect(apart! - amid!).toBeGreaterThan(0.2);
  });
});
