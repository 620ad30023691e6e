/**
 * Columns without the correlations between them: principal components, each divided by its deviation (PCA whitening).
 * A forest cuts along axes; on raw metrics that all follow the load it misses what breaks their relation, on whitened ones it finds it.
 * Invariants: deterministic (cyclic Jacobi rotations, bounded sweeps); components that hardly vary are dropped, not blown up.
 */

export interface Whitening {
  readonly means: readonly number[];
  /** One row for each component kept: its weights, already divided by its deviation. */
  readonly components: readonly (readonly number[])[];
}

/** A component with less than this share of the largest variance is noise of rounding. */
const SMALLEST_VARIANCE = 1e-9;
const MAX_SWEEPS = 30;

type Matrix = number[][];

function rotate(a: Matrix, v: Matrix, [p, q]: readonly [number, number]): void {
  const apq = a[p]![q]!;
  if (Math.abs(apq) < 1e-300) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(t * t + 1);
  const sine = t * cosine;
  for (let k = 0; k < a.length; k += 1) {
    const [akp, akq] = [a[k]![p]!, a[k]![q]!];
    a[k]![p] = cosine * akp - sine * akq;
    a[k]![q] = sine * akp + cosine * akq;
  }
  for (let k = 0; k < a.length; k += 1) {
    const [apk, aqk] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = cosine * apk - sine * aqk;
    a[q]![k] = sine * apk + cosine * aqk;
    const [vkp, vkq] = [v[k]![p]!, v[k]![q]!];
    v[k]![p] = cosine * vkp - sine * vkq;
    v[k]![q] = sine * vkp + cosine * vkq;
  }
}

/** Eigenvalues and eigenvectors (as columns) of a symmetric matrix. */
export function eigen(matrix: readonly (readonly number[])[]): { readonly values: number[]; readonly vectors: Matrix } {
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => matrix.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    let off = 0;
    for (let p = 0; p < a.length; p += 1) for (let q = p + 1; q < a.length; q += 1) off += a[p]![q]! ** 2;
    if (off < 1e-24) break;
    for (let p = 0; p < a.length; p += 1) for (let q = p + 1; q < a.length; q += 1) rotate(a, v, [p, q]);
  }
  return { values: a.map((row, index) => row[index]!), vectors: v };
}

type Rows = readonly ArrayLike<number>[];

/** Missing values count as the mean. */
function meansOf(rows: Rows, columns: number): number[] {
  const means = Array<number>(columns).fill(0);
  for (let column = 0; column < columns; column += 1) {
    let [sum, count] = [0, 0];
    for (const row of rows) {
      if (!Number.isFinite(row[column])) continue;
      sum += row[column]!;
      count += 1;
    }
    means[column] = count === 0 ? 0 : sum / count;
  }
  return means;
}

/** Mean products of the columns' distances from their means. */
function covariancesOf(rows: Rows, means: readonly number[]): Matrix {
  const sums = means.map(() => Array<number>(means.length).fill(0));
  const away = new Float64Array(means.length);
  for (const row of rows) {
    for (let i = 0; i < away.length; i += 1) away[i] = Number.isFinite(row[i]) ? row[i]! - means[i]! : 0;
    for (let i = 0; i < away.length; i += 1) for (let j = 0; j <= i; j += 1) sums[i]![j]! += away[i]! * away[j]!;
  }
  return sums.map((one, i) => one.map((_, j) => sums[Math.max(i, j)]![Math.min(i, j)]! / rows.length));
}

/** Columns are first brought to deviation 1, so that bytes do not drown seconds. */
export function learnWhitening(rows: Rows): Whitening {
  const means = meansOf(rows, rows[0]?.length ?? 0);
  const covariances = covariancesOf(rows, means);
  const scales = covariances.map((row, column) => Math.sqrt(row[column]!));
  const unit = (value: number, scale: number): number => (scale > 0 ? value / scale : 0);
  const { values, vectors } = eigen(covariances.map((row, i) => row.map((one, j) => unit(unit(one, scales[i]!), scales[j]!))));
  const largest = Math.max(0, ...values);
  const kept = [...values.keys()]
    .filter((k) => values[k]! > SMALLEST_VARIANCE * largest && values[k]! > 0)
    .sort((a, b) => values[b]! - values[a]!);
  return { means, components: kept.map((k) => scales.map((scale, column) => unit(vectors[column]![k]! / Math.sqrt(values[k]!), scale))) };
}

/** The row in components, each with deviation 1 in what was learned. */
export function whitened({ means, components }: Whitening, row: ArrayLike<number>): number[] {
  const answer = Array<number>(components.length).fill(0);
  for (let column = 0; column < means.length; column += 1) {
    const away = row[column]! - means[column]!;
    if (!Number.isFinite(away)) continue;
    for (let k = 0; k < answer.length; k += 1) answer[k]! += components[k]![column]! * away;
  }
  return answer;
}
