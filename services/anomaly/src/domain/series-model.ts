/**
 * What is normal for each quantity of each subject, and how far from it is a value? Three views, each robust by clipped updates:
 * the week (mean and scale of 7 days), the time of day (24 hourly offsets, once two days matched), and the last hour.
 * Their rarities are averaged (anomaly research §2.3: the mean of different views beats each). Counting noise is known from n
 * and kept apart from the learned variance, so that history in 5-minute steps fits windows of 30 seconds.
 * Invariants: O(1) a value; what is judged was learned from earlier values only; a clipped value moves a mean by ≤ 3 scales × weight.
 */
import { RAREST, tailRarity } from '@observatory/detect';
import { QUANTITIES, SEASONS } from './signals.js';

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
const QUANTITY_COUNT = QUANTITIES.length;
const FIRST_VARIANCE = 0.04;

/** What a value was found to be: rarities as -log10 of a probability, level and scale on the logarithmic scale. */
export interface Judgement {
  /** The mean of the views that speak. */
  rarity: number;
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

export interface SeriesState {
  readonly subjects: number;
  readonly fields: Readonly<Record<Field, Float32Array>>;
  readonly season: Float32Array;
  readonly binAge: Uint16Array;
  readonly seasonal: Uint8Array;
}

export class SeriesModel {
  readonly verdict: Judgement = { rarity: 0, higher: true, expected: 0, scale: 1, week: 0, hour: 0, season: Number.NaN };
  private capacity = 0;
  private fields = Object.fromEntries(FIELDS.map((field) => [field, new Float32Array(0)])) as Record<Field, Float32Array>;
  private season = new Float32Array(0);
  private binAge = new Uint16Array(0);
  /** Whether the hour's mean is what remains after the season. */
  private seasonal = new Uint8Array(0);

  /** Makes room for so many subjects. */
  reserve(subjects: number): void {
    if (subjects <= this.capacity) return;
    this.resize(Math.max(64, subjects, Math.min(this.capacity * 2, this.capacity + 8192)));
  }

  /** Bytes that the model holds. */
  get bytes(): number {
    return this.capacity * (QUANTITY_COUNT * (FIELDS.length * 4 + 1) + SEASONS * BINS * 6);
  }

  ageSec(subject: number, quantity: number): number {
    return this.fields.age[subject * QUANTITY_COUNT + quantity]!;
  }

  isSeasonal(subject: number, quantity: number): boolean {
    return this.seasonal[subject * QUANTITY_COUNT + quantity] === 1;
  }

  learn(at: { subject: number; quantity: number; atMs: number }, value: number, step: { spanSec: number; noise: number; weight?: number }) {
    const { age, weekMean, weekVar, seasonVar, hourMean, hourVar } = this.fields;
    const index = at.subject * QUANTITY_COUNT + at.quantity;
    const x = logOf(at.quantity, value);
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
    if (at.quantity < SEASONS) this.learnSeason(at, x - weekMean[index]!, { spanSec, clip: clips ? 1.5 : 10 });
    weekMean[index]! += weekWeight * week;
    weekVar[index] = spread(weekVar[index]!, week, { noise: step.noise, weight: weekWeight });
    seasonVar[index] = spread(seasonVar[index]!, rest, { noise: step.noise, weight: weightOf(spanSec, seen, 3 * DAY_SEC) });
    // What the week's mean moves, the hour's must not count again.
    hourMean[index]! += weightOf(spanSec, seen, HOUR_SEC) * local - weekWeight * week;
    hourVar[index] = spread(hourVar[index]!, local, { noise: step.noise, weight: weightOf(spanSec, seen, DAY_SEC) });
    age[index] = seen + spanSec;
  }

  /** What is to be expected; 0 of what was never seen. */
  usual(at: { subject: number; quantity: number; atMs: number }): number {
    const index = at.subject * QUANTITY_COUNT + at.quantity;
    if (this.fields.age[index] === 0) return 0;
    const seasonal = this.isSeasonal(at.subject, at.quantity) ? this.seasonAt(at.subject, at.quantity, at.atMs) : 0;
    return valueOf(at.quantity, this.fields.weekMean[index]! + seasonal + this.fields.hourMean[index]!);
  }

  /** How rare the value is. What else was found is in `verdict` until the next call: nothing is allocated, since most values are usual. */
  judge(at: { subject: number; quantity: number; atMs: number }, value: number, noise: number): number {
    const { weekMean, weekVar, seasonVar, hourMean, hourVar } = this.fields;
    const index = at.subject * QUANTITY_COUNT + at.quantity;
    const { scaleFloor } = QUANTITIES[at.quantity]!;
    const extra = noise + scaleFloor * scaleFloor;
    const x = logOf(at.quantity, value);
    const isSeasonal = this.seasonal[index] === 1;
    const level = weekMean[index]! + (isSeasonal ? this.seasonAt(at.subject, at.quantity, at.atMs) : 0);
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
    verdict.rarity = isSeasonal ? (verdict.week + verdict.hour + verdict.season) / 3 : (verdict.week + verdict.hour) / 2;
    return verdict.rarity;
  }

  save(subjects: number): SeriesState {
    const fields = Object.fromEntries(FIELDS.map((field) => [field, this.fields[field].slice(0, subjects * QUANTITY_COUNT)]));
    return {
      subjects,
      fields: fields as Record<Field, Float32Array>,
      season: this.season.slice(0, subjects * SEASONS * BINS),
      binAge: this.binAge.slice(0, subjects * SEASONS * BINS),
      seasonal: this.seasonal.slice(0, subjects * QUANTITY_COUNT),
    };
  }

  restore(state: SeriesState): void {
    this.reserve(state.subjects);
    for (const field of FIELDS) this.fields[field].set(state.fields[field]);
    this.season.set(state.season);
    this.binAge.set(state.binAge);
    this.seasonal.set(state.seasonal);
  }

  /** Forgets a subject, so that its place can be given to another. */
  clear(subject: number): void {
    for (const field of FIELDS) this.fields[field].fill(0, subject * QUANTITY_COUNT, (subject + 1) * QUANTITY_COUNT);
    this.seasonal.fill(0, subject * QUANTITY_COUNT, (subject + 1) * QUANTITY_COUNT);
    this.season.fill(0, subject * SEASONS * BINS, (subject + 1) * SEASONS * BINS);
    this.binAge.fill(0, subject * SEASONS * BINS, (subject + 1) * SEASONS * BINS);
  }

  private resize(capacity: number): void {
    for (const field of FIELDS) {
      const grown = new Float32Array(capacity * QUANTITY_COUNT);
      grown.set(this.fields[field]);
      this.fields[field] = grown;
    }
    const [season, binAge] = [new Float32Array(capacity * SEASONS * BINS), new Uint16Array(capacity * SEASONS * BINS)];
    season.set(this.season);
    binAge.set(this.binAge);
    const seasonal = new Uint8Array(capacity * QUANTITY_COUNT);
    seasonal.set(this.seasonal);
    Object.assign(this, { season, binAge, seasonal, capacity });
  }

  /** The season's part of the level, 0 while it is not known; where that changes, what the last hour knows stays the same level. */
  private turnSeason(at: { subject: number; quantity: number; atMs: number }, index: number): number {
    const { age, hourMean, hourVar, seasonVar } = this.fields;
    const season = QUANTITIES[at.quantity]!.season;
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
    return this.binAge[(subject * SEASONS + season) * BINS + bin]! * BIN_UNIT_SEC;
  }

  /** Between the middles of two hours, straight. */
  private seasonAt(subject: number, quantity: number, atMs: number): number {
    const { season } = QUANTITIES[quantity]!;
    const from = (subject * SEASONS + season) * BINS;
    const hour = hourOf(atMs) - 0.5;
    const low = Math.floor(hour);
    const [before, after] = [from + ((low + BINS) % BINS), from + ((low + 1 + BINS) % BINS)];
    if (!this.binAge[before] || !this.binAge[after]) return this.season[from + binOf(atMs)]!;
    return this.season[before]! + (hour - low) * (this.season[after]! - this.season[before]!);
  }

  private learnSeason(
    at: { subject: number; quantity: number; atMs: number },
    offset: number,
    { spanSec, clip }: { spanSec: number; clip: number },
  ): void {
    const place = (at.subject * SEASONS + QUANTITIES[at.quantity]!.season) * BINS + binOf(at.atMs);
    const seenSec = this.binAge[place]! * BIN_UNIT_SEC;
    const weight = Math.max(spanSec / BIN_MEMORY_SEC, spanSec / (seenSec + spanSec));
    const step = offset - this.season[place]!;
    this.season[place]! += weight * (seenSec < HOUR_SEC ? step : Math.max(-clip, Math.min(clip, step)));
    this.binAge[place] = Math.min(65_535, this.binAge[place]! + Math.max(1, Math.round(spanSec / BIN_UNIT_SEC)));
  }
}

export const logOf = (quantity: number, value: number): number => Math.log(value + QUANTITIES[quantity]!.floor);
export const valueOf = (quantity: number, x: number): number => Math.max(0, Math.exp(x) - QUANTITIES[quantity]!.floor);

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
