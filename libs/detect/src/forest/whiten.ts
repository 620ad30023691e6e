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

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Columns are first brought to deviation 1, so that bytes do not drown seconds. Missing values count as the mean. */
export function learnWhitening(rows: readonly (readonly number[])[]): Whitening {
  const columns = rows[0]?.length ?? 0;
  const range = Array.from({ length: columns }, (_, index) => index);
  const means = range.map((column) => mean(rows.map((row) => row[column]!).filter(Number.isFinite)));
  const centred = rows.map((row) => row.map((value, column) => (Number.isFinite(value) ? value - means[column]! : 0)));
  const scales = range.map((column) => Math.sqrt(mean(centred.map((row) => row[column]! ** 2))));
  const unit = centred.map((row) => row.map((value, column) => (scales[column]! > 0 ? value / scales[column]! : 0)));
  const correlations = range.map((i) => range.map((j) => mean(unit.map((row) => row[i]! * row[j]!))));
  const { values, vectors } = eigen(correlations);
  const largest = Math.max(0, ...values);
  const kept = range.filter((k) => values[k]! > SMALLEST_VARIANCE * largest && values[k]! > 0).sort((a, b) => values[b]! - values[a]!);
  const weight = (column: number, k: number): number =>
    scales[column]! > 0 ? vectors[column]![k]! / (scales[column]! * Math.sqrt(values[k]!)) : 0;
  return { means, components: kept.map((k) => range.map((column) => weight(column, k))) };
}

/** The row in components, each with deviation 1 in what was learned. */
export function whitened({ means, components }: Whitening, row: readonly number[]): number[] {
  return components.map((weights) =>
    weights.reduce((sum, weight, column) => sum + weight * (Number.isFinite(row[column]) ? row[column]! - means[column]! : 0), 0),
  );
}
