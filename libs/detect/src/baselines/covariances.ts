/**
 * What of a quantity do the others not explain? Second moments of standardised deviations of each subject, learned as they come,
 * and Cholesky whitening by them (Kessy, Lewin & Strimmer 2018): the i-th component is what is left of the i-th deviation when the
 * ones before it are accounted for, in scales of its own, so a broken relation stands along one axis.
 * Invariants: what is learned is clipped; a new subject's quantities count as unrelated; a remainder is never taken for nearly exact.
 */
import { grown, roomFor } from './columns.js';

const MEMORY_SEC = 3 * 86_400;
/** The identity weighs as much as so much time. */
const PRIOR_SEC = 3600;
const CLIP = 3;
/** Of a remainder, in scales of the quantity itself: two quantities that always agree may differ a little tomorrow. */
const VARIANCE_FLOOR = 0.05;

export interface CovarianceState {
  readonly subjects: number;
  readonly age: Float32Array;
  readonly moments: Float32Array;
}

export class Covariances {
  private capacity = 0;
  private age = new Float32Array(0);
  /** Lower triangles, row by row. */
  private moments = new Float32Array(0);
  private readonly cells: number;
  private readonly factor: Float64Array;

  constructor(private readonly width: number) {
    this.cells = (width * (width + 1)) / 2;
    this.factor = new Float64Array(width * width);
  }

  get bytes(): number {
    return this.capacity * 4 * (1 + this.cells);
  }

  reserve(subjects: number): void {
    if (subjects <= this.capacity) return;
    this.capacity = roomFor(subjects, this.capacity);
    this.age = grown(this.age, new Float32Array(this.capacity));
    this.moments = grown(this.moments, new Float32Array(this.capacity * this.cells));
  }

  /** `deviations` in scales, NaN where nothing is known. */
  learn(subject: number, deviations: ArrayLike<number>, spanSec: number): void {
    const age = this.age[subject]!;
    const weight = Math.min(1, Math.max(spanSec / MEMORY_SEC, spanSec / (age + spanSec)));
    let cell = subject * this.cells;
    for (let row = 0; row < this.width; row += 1) {
      const one = clipped(deviations[row]!);
      for (let column = 0; column <= row; column += 1, cell += 1) {
        const product = one * clipped(deviations[column]!);
        if (!Number.isNaN(product)) this.moments[cell]! += weight * (product - this.moments[cell]!);
      }
    }
    this.age[subject] = age + spanSec;
  }

  /** One component a quantity, NaN where its deviation is not known. */
  whiten(subject: number, deviations: ArrayLike<number>): number[] {
    const { width, factor } = this;
    const own = this.age[subject]! / (this.age[subject]! + PRIOR_SEC);
    const components: number[] = [];
    for (let row = 0; row < width; row += 1) {
      components.push(Number.NaN);
      if (Number.isNaN(deviations[row]!)) continue;
      let rest = deviations[row]!;
      let variance = own * this.moment(subject, row, row) + 1 - own;
      const least = VARIANCE_FLOOR * Math.max(variance, VARIANCE_FLOOR);
      for (let column = 0; column < row; column += 1) {
        if (Number.isNaN(deviations[column]!)) continue;
        let entry = own * this.moment(subject, row, column);
        for (let before = 0; before < column; before += 1)
          if (!Number.isNaN(deviations[before]!)) entry -= factor[row * width + before]! * factor[column * width + before]!;
        entry /= factor[column * width + column]!;
        factor[row * width + column] = entry;
        variance -= entry * entry;
        rest -= entry * components[column]!;
      }
      factor[row * width + row] = Math.sqrt(Math.max(variance, least));
      components[row] = rest / factor[row * width + row]!;
    }
    return components;
  }

  save(subjects: number): CovarianceState {
    return { subjects, age: this.age.slice(0, subjects), moments: this.moments.slice(0, subjects * this.cells) };
  }

  restore({ subjects, age, moments }: CovarianceState): void {
    this.reserve(subjects);
    this.age.set(age);
    this.moments.set(moments);
  }

  clear(subject: number): void {
    this.age[subject] = 0;
    this.moments.fill(0, subject * this.cells, (subject + 1) * this.cells);
  }

  private moment(subject: number, row: number, column: number): number {
    return this.moments[subject * this.cells + (row * (row + 1)) / 2 + column]!;
  }
}

const clipped = (z: number): number => Math.max(-CLIP, Math.min(CLIP, z));
