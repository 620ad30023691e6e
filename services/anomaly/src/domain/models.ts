/**
 * What is known of the subjects of one cluster: their quantities, their failures, and how their quantities go together.
 * Invariant: `deviations` and what is judged hang on earlier windows only; learning comes after.
 */
import {
  CountBaselines,
  HOUR_SEC,
  QuantityBaselines,
  RelationBaselines,
  type CountState,
  type QuantityState,
  type RelationState,
} from '@observatory/detect';
import type { Traffic } from './facts.js';
import { CONNECTIONS, COUNTS, countedIn, countedOf, LATENCY_MEAN, QUANTITIES, RELATED, REQUESTS } from './signals.js';

export interface ModelState {
  readonly series: QuantityState;
  readonly counts: CountState;
  readonly relations: RelationState;
}
export interface Step {
  readonly atMs: number;
  readonly spanSec: number;
  /** Of the quantities only latency is known. */
  readonly ratesAreLow?: boolean;
}
/** What a window saw of a subject, and what was to be expected. */
export interface Seen extends Step {
  readonly traffic: Traffic;
  readonly usualRate: number;
}
/** Whose deviations a forest compares. */
export type Group = 'edge' | 'node';
const GROUPS: Record<Group, number> = { edge: 0, node: 1 };

/** Of a step, so many rows are shown to the forests: a day of windows of 30 s fills them, or a week in steps of five minutes. */
const ROW_EVERY_SEC = 30;
const ROWS_MOST = 32;

export const isLatency = (quantity: number): boolean => quantity === LATENCY_MEAN || quantity > CONNECTIONS;

export class Models {
  readonly series = new QuantityBaselines(QUANTITIES);
  readonly counts = new CountBaselines(COUNTS);
  readonly relations = new RelationBaselines({ width: RELATED, groups: 2 });
  private readonly row = new Float64Array(RELATED);

  get bytes(): number {
    return this.series.bytes + this.counts.bytes + this.relations.bytes;
  }

  reserve(subjects: number): void {
    this.series.reserve(subjects);
    this.counts.reserve(subjects);
    this.relations.reserve(subjects);
  }

  clear(place: number): void {
    this.series.clear(place);
    this.counts.clear(place);
    this.relations.clear(place);
  }

  /** Requests per second that are to be expected. */
  usualRate(place: number, atMs: number): number {
    return this.series.usual({ subject: place, quantity: REQUESTS, atMs });
  }

  /** Counts a window, as it is judged. */
  put(place: number, traffic: Traffic, spanSec: number): void {
    this.counts.put(place, countedIn(traffic, spanSec));
  }

  /** How rare the value of a quantity is; `series.verdict` has the rest. NaN where it is not known, or was seen for less than an hour. */
  judge(place: number, quantity: number, seen: Seen): number {
    const value = this.judged(place, quantity, seen);
    return Number.isNaN(value) ? value : this.series.judge({ subject: place, quantity, atMs: seen.atMs }, value, noiseOf(quantity, seen));
  }

  /** How far the value is from what was expected, in scales; NaN as in `judge`. */
  distance(place: number, quantity: number, seen: Seen): number {
    const value = this.judged(place, quantity, seen);
    return Number.isNaN(value)
      ? value
      : this.series.distance({ subject: place, quantity, atMs: seen.atMs }, value, noiseOf(quantity, seen));
  }

  private judged(place: number, quantity: number, { traffic, ratesAreLow }: Seen): number {
    return isUnknown(quantity, ratesAreLow) || this.series.ageSec(place, quantity) < HOUR_SEC
      ? Number.NaN
      : QUANTITIES[quantity]!.value(traffic);
  }

  /** Distances of the related quantities. Overwritten by the next call. */
  private deviations(place: number, seen: Seen): ArrayLike<number> {
    for (let quantity = 0; quantity < RELATED; quantity += 1)
      this.row[quantity] = isSilent(quantity, seen.traffic) ? Number.NaN : this.distance(place, quantity, seen);
    return this.row;
  }

  /** How seldom its quantities stand to each other like this; NaN while that is not known. */
  relation(place: number, group: Group, seen: Seen): number {
    return seen.ratesAreLow ? Number.NaN : this.relations.rarity(place, GROUPS[group], this.deviations(place, seen));
  }

  /** `weight` below 1: what is unusual is learned slowly. `shownTo`: the forest of a group learns from it too. */
  learn(place: number, traffic: Traffic, step: Step & { weight?: number; shownTo?: Group }): void {
    const { atMs, spanSec, ratesAreLow = false, weight = 1, shownTo } = step;
    const usualRate = this.usualRate(place, atMs);
    if (!ratesAreLow && this.series.ageSec(place, REQUESTS) >= HOUR_SEC && traffic.requests + traffic.connections > 0) {
      const deviations = this.deviations(place, { traffic, usualRate, atMs, spanSec });
      if (shownTo) this.relations.show(place, GROUPS[shownTo], deviations);
      this.relations.learn(place, deviations, spanSec * weight);
    }
    for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1) {
      const value = QUANTITIES[quantity]!.value(traffic);
      if (Number.isNaN(value) || isSilent(quantity, traffic) || isUnknown(quantity, ratesAreLow)) continue;
      const noise = noiseOf(quantity, { traffic, usualRate, spanSec });
      this.series.learn({ subject: place, quantity, atMs }, value, { spanSec, noise, weight });
    }
    this.counts.learn(place, countedIn(traffic, spanSec), { spanSec, weight });
  }

  save(places: number): ModelState {
    return { series: this.series.save(places), counts: this.counts.save(places), relations: this.relations.save(places) };
  }

  restore({ series, counts, relations }: ModelState): void {
    this.series.restore(series);
    this.counts.restore(counts);
    this.relations.restore(relations);
  }
}

/** Every how manieth subject of a step is shown to the forests. */
export const strideOf = (subjects: number, spanSec: number): number =>
  Math.max(1, Math.ceil(subjects / Math.max(2, Math.min(ROWS_MOST, spanSec / ROW_EVERY_SEC))));

/** Rates that are too low say how long answers took, and nothing else. */
const isUnknown = (quantity: number, ratesAreLow = false): boolean => ratesAreLow && !isLatency(quantity);

/** Of an edge without any traffic only that is known: its bytes and latency say nothing. */
const isSilent = (quantity: number, { requests, connections, sentBytes }: Traffic): boolean =>
  quantity !== REQUESTS && requests === 0 && connections === 0 && sentBytes === 0;

/** Variance that counting alone brings to the logarithm of a quantity. Where nothing came, what was to be expected tells how many it could have been. */
function noiseOf(quantity: number, { traffic, usualRate, spanSec }: Omit<Seen, 'atMs'>): number {
  const seen = countedOf(quantity, traffic, spanSec);
  const count = isLatency(quantity) ? seen : Math.max(seen, usualRate * spanSec);
  return QUANTITIES[quantity]!.dispersion / (count + 1);
}
