/**
 * Do the quantities of a subject still go together, as bytes follow requests? Its deviations, whitened by what it usually does, are
 * looked at by an Isolation Forest of its group (Liu, Ting, Zhou 2008), together with their mean square and the largest of them: a forest
 * cuts along axes and would hardly see what stands out on one of them. One voice with a low weight.
 * Invariant: a row is judged by what was learned before it.
 */
import { Covariances, type CovarianceState } from './covariances.js';
import { CrowdForest, type CrowdState } from './crowd-forest.js';

export interface RelationState {
  readonly covariances: CovarianceState;
  readonly crowds: readonly CrowdState[];
}

/** Columns beside the components. */
const EXTRA = 2;

export class RelationBaselines {
  private readonly covariances: Covariances;
  private readonly crowds: readonly CrowdForest[];

  /** `groups`: kinds of subjects that are compared among themselves. */
  constructor({ width, groups }: { width: number; groups: number }) {
    this.covariances = new Covariances(width);
    this.crowds = Array.from({ length: groups }, () => new CrowdForest(width + EXTRA));
  }

  get bytes(): number {
    return this.crowds.reduce((sum, crowd) => sum + crowd.bytes, this.covariances.bytes);
  }

  reserve(subjects: number): void {
    this.covariances.reserve(subjects);
  }

  learn(subject: number, deviations: ArrayLike<number>, spanSec: number): void {
    this.covariances.learn(subject, deviations, spanSec);
  }

  /** Shows the forest of a group what is usual. */
  show(subject: number, group: number, deviations: ArrayLike<number>): void {
    this.crowds[group]!.add(this.row(subject, deviations));
  }

  /** -log10 of the share of usual rows that stand as much apart; NaN while there are too few. */
  rarity(subject: number, group: number, deviations: ArrayLike<number>): number {
    return this.crowds[group]!.rarity(this.row(subject, deviations));
  }

  save(subjects: number): RelationState {
    return { covariances: this.covariances.save(subjects), crowds: this.crowds.map((crowd) => crowd.save()) };
  }

  restore({ covariances, crowds }: RelationState): void {
    this.covariances.restore(covariances);
    crowds.forEach((crowd, group) => this.crowds[group]?.restore(crowd));
  }

  clear(subject: number): void {
    this.covariances.clear(subject);
  }

  private row(subject: number, deviations: ArrayLike<number>): number[] {
    const row = this.covariances.whiten(subject, deviations);
    let [squares, known, largest] = [0, 0, 0];
    for (const component of row) {
      if (Number.isNaN(component)) continue;
      squares += component * component;
      largest = Math.max(largest, Math.abs(component));
      known += 1;
    }
    row.push(known > 0 ? Math.sqrt(squares / known) : Number.NaN, known > 0 ? largest : Number.NaN);
    return row;
  }
}
