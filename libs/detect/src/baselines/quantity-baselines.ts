/**
 * What is normal for each quantity of thousands of subjects, and how far from it is a value? Columns instead of objects: 110 bytes a
 * series. Three views, each robust by clipped updates: the week (z-score of 7 days), the time of day (residual to 24 hourly offsets,
 * once two days matched), the last hour (EWMA chart, Roberts 1959). The mean of their rarities counts: different views beat each alone.
 * Counting noise is known from n and kept apart from the learned variance, so that history in 5-minute steps fits windows of 30 seconds.
 * Invariants: O(1) a value; what is judged was learned from earlier values only; a clipped value moves a mean by ≤ 3 scales × weight.
 */
import { RAREST } from '../score/score.js';
import { tailRarity } from '../score/exponential-tail.js';
import { grown, roomFor } from './columns.js';

export const HOUR_SEC = 3600;
export const DAY_SEC = 86_400;
const WEEK_SEC = 7 * DAY_SEC;
const BINS = 24;
/** Observed seconds of a bin are kept in these units, as 16 bits. */
const BIN_UNIT_SEC = 5;
const BIN_MEMORY_SEC = 4 * HOUR_SEC;
const BIN_READY_SEC = 1.6 * HOUR_SEC;
const SEASON_FROM_SEC = 2 * DAY_SEC;
const CLIP = 3;
/** Before a subject was seen for so long nothing is clipped: its first value may be the odd one. */
const CLIP_FROM_SEC = 1800;
const FIRST_VARIANCE = 0.04;

/** How a quantity is looked at: on a logarithmic scale, since load and latency change by factors. */
export interface QuantitySpec {
  /** Added before the logarithm: below it a value is nothing. */
  readonly floor: number;
  /** Scale below which differences are never unusual, on the logarithmic scale. */
  readonly scaleFloor: number;
  /** Whose time of day it has, 0 to one less than there are seasons: the first so many quantities have their own. */
  readonly season: number;
}

/** What a value was found to be: rarities as -log10 of a probability, level and scale on the logarithmic scale. */
export interface Judgement {
  /** The mean of the views that speak. */
  rarity: number;
  /** How many did. */
  views: number;
  higher: boolean;
  expected: number;
  scale: number;
  week: number;
  hour: number;
  /** NaN: not known. */
  season: number;
}

const FIELDS = ['age', 'weekMean', 'weekVar', 'seasonVar', 'hourMean', 'hourVar'] as const;
type Field = (typeof FIELDS)[number];

export interface QuantityState {
  readonly subjects: number;
  readonly fields: Readonly<Record<Field, Float32Array>>;
  readonly season: Float32Array;
  readonly binAge: Uint16Array;
  readonly seasonal: Uint8Array;
}

/** One value's place and time. */
export interface Place {
  readonly subject: number;
  readonly quantity: number;
  readonly atMs: number;
}

export class QuantityBaselines {
  readonly verdict: Judgement = { rarity: 0, views: 0, higher: true, expected: 0, scale: 1, week: 0, hour: 0, season: Number.NaN };
  private capacity = 0;
  private fields = Object.fromEntries(FIELDS.map((field) => [field, new Float32Array(0)])) as Record<Field, Float32Array>;
  private season = new Float32Array(0);
  private binAge = new Uint16Array(0);
  /** Whether the hour's mean is what remains after the season. */
  private seasonal = new Uint8Array(0);
  private readonly width: number;
  private readonly seasons: number;

  constructor(readonly specs: readonly QuantitySpec[]) {
    this.width = specs.length;
    this.seasons = 1 + Math.max(...specs.map(({ season }) => season));
  }

  /** Makes room for so many subjects. */
  reserve(subjects: number): void {
    if (subjects <= this.capacity) return;
    const capacity = roomFor(subjects, this.capacity);
    const bins = capacity * this.seasons * BINS;
    for (const field of FIELDS) this.fields[field] = grown(this.fields[field], new Float32Array(capacity * this.width));
    this.season = grown(this.season, new Float32Array(bins));
    this.binAge = grown(this.binAge, new Uint16Array(bins));
    this.seasonal = grown(this.seasonal, new Uint8Array(capacity * this.width));
    this.capacity = capacity;
  }

  /** Bytes that the model holds. */
  get bytes(): number {
    return this.capacity * (this.width * (FIELDS.length * 4 + 1) + this.seasons * BINS * 6);
  }

  ageSec(subject: number, quantity: number): number {
    return this.fields.age[subject * this.width + quantity]!;
  }

  isSeasonal(subject: number, quantity: number): boolean {
    return this.seasonal[subject * this.width + quantity] === 1;
  }

  learn(at: Place, value: number, step: { spanSec: number; noise: number; weight?: number }) {
    const { age, weekMean, weekVar, seasonVar, hourMean, hourVar } = this.fields;
    const index = at.subject * this.width + at.quantity;
    const x = logOf(this.specs[at.quantity]!, value);
    const spanSec = step.spanSec * (step.weight ?? 1);
    const seen = age[index]!;
    if (seen === 0) {
      weekMean[index] = x;
      weekVar[index] = seasonVar[index] = hourVar[index] = FIRST_VARIANCE;
    }
    const clips = seen >= CLIP_FROM_SEC;
    const week = clipped(x - weekMean[index]!, weekVar[index]! + step.noise, clips);
    const weekWeight = Math.max(spanSec / WEEK_SEC, spanSec / (seen + spanSec));
    const seasonal = this.turnSeason(at, index);
    const residual = x - weekMean[index]! - seasonal;
    const rest = clipped(residual, seasonVar[index]! + step.noise, clips);
    const local = clipped(residual - hourMean[index]!, hourVar[index]! + step.noise, clips);
    if (at.quantity < this.seasons) this.learnSeason(at, x - weekMean[index]!, { spanSec, clip: clips ? 1.5 : 10 });
    weekMean[index]! += weekWeight * week;
    weekVar[index] = spread(weekVar[index]!, week, { noise: step.noise, weight: weekWeight });
    seasonVar[index] = spread(seasonVar[index]!, rest, { noise: step.noise, weight: weightOf(spanSec, seen, 3 * DAY_SEC) });
    // What the week's mean moves, the hour's must not count again.
    hourMean[index]! += weightOf(spanSec, seen, HOUR_SEC) * local - weekWeight * week;
    hourVar[index] = spread(hourVar[index]!, local, { noise: step.noise, weight: weightOf(spanSec, seen, DAY_SEC) });
    age[index] = seen + spanSec;
  }

  /** What is to be expected; 0 of what was never seen. */
  usual(at: Place): number {
    const index = at.subject * this.width + at.quantity;
    if (this.fields.age[index] === 0) return 0;
    return valueOf(this.specs[at.quantity]!, this.levelAt(at) + this.fields.hourMean[index]!);
  }

  /** How far the value is from what is expected, in scales; `verdict` stays as it was. */
  distance(at: Place, value: number, noise: number): number {
    const index = at.subject * this.width + at.quantity;
    const spec = this.specs[at.quantity]!;
    const away = logOf(spec, value) - this.levelAt(at) - this.fields.hourMean[index]!;
    return away / Math.sqrt(this.fields.hourVar[index]! + noise + spec.scaleFloor * spec.scaleFloor);
  }

  /** How rare the value is. What else was found is in `verdict` until the next call: nothing is allocated, since most values are usual. */
  judge(at: Place, value: number, noise: number): number {
    const { weekMean, weekVar, seasonVar, hourMean, hourVar } = this.fields;
    const index = at.subject * this.width + at.quantity;
    const { scaleFloor } = this.specs[at.quantity]!;
    const extra = noise + scaleFloor * scaleFloor;
    const x = logOf(this.specs[at.quantity]!, value);
    const isSeasonal = this.seasonal[index] === 1;
    const level = this.levelAt(at);
    const week = (x - weekMean[index]!) / Math.sqrt(weekVar[index]! + extra);
    const scale = Math.sqrt(hourVar[index]! + extra);
    const hour = (x - level - hourMean[index]!) / scale;
    const season = isSeasonal ? (x - level) / Math.sqrt(seasonVar[index]! + extra) : Number.NaN;
    const higher = bounded(week) + bounded(hour) + (isSeasonal ? bounded(season) : 0) > 0;
    const { verdict } = this;
    verdict.expected = level + hourMean[index]!;
    verdict.scale = scale;
    verdict.higher = higher;
    verdict.week = vote(week, higher);
    verdict.hour = vote(hour, higher);
    verdict.season = isSeasonal ? vote(season, higher) : Number.NaN;
    verdict.views = isSeasonal ? 3 : 2;
    verdict.rarity = (verdict.week + verdict.hour + (isSeasonal ? verdict.season : 0)) / verdict.views;
    return verdict.rarity;
  }

  save(subjects: number): QuantityState {
    const fields = Object.fromEntries(FIELDS.map((field) => [field, this.fields[field].slice(0, subjects * this.width)]));
    return {
      subjects,
      fields: fields as Record<Field, Float32Array>,
      season: this.season.slice(0, subjects * this.seasons * BINS),
      binAge: this.binAge.slice(0, subjects * this.seasons * BINS),
      seasonal: this.seasonal.slice(0, subjects * this.width),
    };
  }

  restore(state: QuantityState): void {
    this.reserve(state.subjects);
    for (const field of FIELDS) this.fields[field].set(state.fields[field]);
    this.season.set(state.season);
    this.binAge.set(state.binAge);
    this.seasonal.set(state.seasonal);
  }

  /** Forgets a subject, so that its place can be given to another. */
  clear(subject: number): void {
    for (const field of FIELDS) this.fields[field].fill(0, subject * this.width, (subject + 1) * this.width);
    this.seasonal.fill(0, subject * this.width, (subject + 1) * this.width);
    this.season.fill(0, subject * this.seasons * BINS, (subject + 1) * this.seasons * BINS);
    this.binAge.fill(0, subject * this.seasons * BINS, (subject + 1) * this.seasons * BINS);
  }

  /** Of the week, at this time of day where that is known. */
  private levelAt(at: Place): number {
    const seasonal = this.isSeasonal(at.subject, at.quantity) ? this.seasonAt(at.subject, at.quantity, at.atMs) : 0;
    return this.fields.weekMean[at.subject * this.width + at.quantity]! + seasonal;
  }

  /** The season's part of the level, 0 while it is not known; where that changes, what the last hour knows stays the same level. */
  private turnSeason(at: Place, index: number): number {
    const { age, hourMean, hourVar, seasonVar } = this.fields;
    const season = this.specs[at.quantity]!.season;
    const ready = age[index]! >= SEASON_FROM_SEC && this.binSec(at.subject, season, binOf(at.atMs)) >= BIN_READY_SEC;
    const offset = this.seasonAt(at.subject, at.quantity, at.atMs);
    if (ready !== (this.seasonal[index] === 1)) {
      this.seasonal[index] = ready ? 1 : 0;
      hourMean[index]! += ready ? -offset : offset;
      if (ready) seasonVar[index] = Math.min(seasonVar[index]!, 4 * hourVar[index]!);
    }
    return ready ? offset : 0;
  }

  private binSec(subject: number, season: number, bin: number): number {
    return this.binAge[(subject * this.seasons + season) * BINS + bin]! * BIN_UNIT_SEC;
  }

  /** Between the middles of two hours, straight. */
  private seasonAt(subject: number, quantity: number, atMs: number): number {
    const { season } = this.specs[quantity]!;
    const from = (subject * this.seasons + season) * BINS;
    const hour = hourOf(atMs) - 0.5;
    const low = Math.floor(hour);
    const [before, after] = [from + ((low + BINS) % BINS), from + ((low + 1 + BINS) % BINS)];
    if (!this.binAge[before] || !this.binAge[after]) return this.season[from + binOf(atMs)]!;
    return this.season[before]! + (hour - low) * (this.season[after]! - this.season[before]!);
  }

  private learnSeason(at: Place, offset: number, { spanSec, clip }: { spanSec: number; clip: number }): void {
    const place = (at.subject * this.seasons + this.specs[at.quantity]!.season) * BINS + binOf(at.atMs);
    const seenSec = this.binAge[place]! * BIN_UNIT_SEC;
    const weight = Math.max(spanSec / BIN_MEMORY_SEC, spanSec / (seenSec + spanSec));
    const step = offset - this.season[place]!;
    this.season[place]! += weight * (seenSec < HOUR_SEC ? step : Math.max(-clip, Math.min(clip, step)));
    this.binAge[place] = Math.min(65_535, this.binAge[place]! + Math.max(1, Math.round(spanSec / BIN_UNIT_SEC)));
  }
}

export const logOf = ({ floor }: QuantitySpec, value: number): number => Math.log(value + floor);
export const valueOf = ({ floor }: QuantitySpec, x: number): number => Math.max(0, Math.exp(x) - floor);

const bounded = (z: number): number => Math.max(-8, Math.min(8, z));
/** A view that sees a change in the other direction does not agree. */
const vote = (z: number, higher: boolean): number => (z > 0 === higher ? Math.min(RAREST, tailRarity(Math.abs(z))) : 0);
const hourOf = (atMs: number): number => (atMs / 3_600_000) % 24;
const binOf = (atMs: number): number => Math.floor(hourOf(atMs)) % BINS;
const weightOf = (spanSec: number, seenSec: number, memorySec: number): number =>
  Math.min(1, Math.max(spanSec / memorySec, spanSec / (seenSec + spanSec)));

function clipped(step: number, variance: number, clips: boolean): number {
  if (!clips) return step;
  const most = CLIP * Math.sqrt(variance);
  return Math.max(-most, Math.min(most, step));
}

function spread(variance: number, step: number, { noise, weight }: { noise: number; weight: number }): number {
  return Math.max(0, variance + weight * (step * step - noise - variance));
}
