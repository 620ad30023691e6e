import { eigen, learnWhitening, whitened } from './whiten.js';

const ROWS = [
  [1, 2, 10],
  [2, 4.1, 9],
  [3, 5.9, 11],
  [4, 8.2, 8],
  [5, 9.9, 12],
  [6, 12.1, 10],
];
/** sklearn.decomposition.PCA(whiten=True) of the standardised rows, with deviations of the population; signs are free. */
const PCA = [
  [1.38517089, 0.57638792, 0.90381148],
  [0.96214031, 0.43863589, 0.5679459],
  [0.15149345, 0.90223762, 1.85772781],
  [0.01312628, 1.68338441, 0.80038797],
  [1.09592661, 1.22185885, 0.41281063],
  [1.38975176, 0.57846408, 0.77354776],
];

describe('eigen', () => {
  it('finds the axes of a symmetric matrix', () => {
    const { values } = eigen([
      [2, 1],
      [1, 2],
    ]);
    expect([...values].sort()).toEqual([expect.closeTo(1, 10), expect.closeTo(3, 10)]);
  });
});

describe('whitened', () => {
  it('agrees with scikit-learn', () => {
    const whitening = learnWhitening(ROWS);
    ROWS.forEach((row, index) => whitened(whitening, row).forEach((value, k) => expect(Math.abs(value)).toBeCloseTo(PCA[index]![k]!, 5)));
  });
  it('drops what does not vary and copes with holes', () => {
    const whitening = learnWhitening(ROWS.map((row) => [...row, 7]));
    expect(whitening.components).toHaveLength(3);
    expect(whitened(whitening, [Number.NaN, Number.NaN, Number.NaN, 7])).toEqual([0, 0, 0]);
    expect(learnWhitening([]).components).toEqual([]);
    expect(learnWhitening([[Number.NaN], [Number.NaN]]).components).toEqual([]);
  });
  it('shows a broken relation that no column shows', () => {
    const rows = Array.from({ length: 200 }, (_, index) => [index, 2 * index + ((index * 7) % 5)]);
    const whitening = learnWhitening(rows);
    const farthest = Math.max(...rows.map((row) => Math.hypot(...whitened(whitening, row))));
    expect(Math.hypot(...whitened(whitening, [100, 150]))).toBeGreaterThan(3 * farthest);
  });
});
