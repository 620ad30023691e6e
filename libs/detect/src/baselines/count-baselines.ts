/**
 * Are there more failures among n requests than there used to be? A ratio is never compared by its scale: the count is, by the
 * beta-binomial tail against the share of the last 7 days, over this window and over 5 minutes (Skellam 1948; one number for all services
 * would raise 20 to 45 false alerts a day at low traffic).
 * Concentration by moments: φ = E[(k - np)² / np(1-p)], ρ = (φ - 1) / (n - 1), α + β = 1/ρ - 1.
 * Invariant: before anything was seen the prior of the class decides, weak and wide.
 */
import { betaBinomialRarity } from '../detectors/beta-binomial.js';
import { grown, roomFor } from './columns.js';

/** A kind of event that a request may be. */
export interface CountSpec {
  /** The share of a service that nothing is known of. */
  readonly prior: number;
  /** Less of a change is nobody's concern. */
  readonly leastIncrease: number;
}
/** What a window counted: requests, and events of each kind among them. */
export interface Counted {
  readonly trials: number;
  readonly events: readonly number[];
}

/** Windows that the longer span sums. */
const RING = 10;
const LONG_SEC = 300;
const MEMORY_SEC = 7 * 86_400;
/** How many requests the prior is worth. */
const PRIOR_TRIALS = 50;
const CONCENTRATION = { least: 20, most: 20_000 };
const FAILURES_MIN = 3;
const SURE_TRIALS = 40;
const CLIP = 9;

export interface CountJudgement {
  rarity: number;
  observed: number;
  expected: number;
  /** Above it a share would be unusual for as many requests, about. */
  high: number;
  spanSec: number;
}

export interface CountState {
  readonly subjects: number;
  readonly trials: Float64Array;
  readonly failures: Float64Array;
  readonly dispersion: Float32Array;
  readonly size: Float32Array;
}

export class CountBaselines {
  private capacity = 0;
  private trials = new Float64Array(0);
  private failures = new Float64Array(0);
  private dispersion = new Float32Array(0);
  private size = new Float32Array(0);
  /** The last windows: requests, then each kind's failures. */
  private ring = new Float32Array(0);
  private place = 0;
  private readonly kinds: number;

  constructor(readonly specs: readonly CountSpec[]) {
    this.kinds = specs.length;
  }

  reserve(subjects: number): void {
    if (subjects <= this.capacity) return;
    const capacity = roomFor(subjects, this.capacity);
    this.trials = grown(this.trials, new Float64Array(capacity));
    this.failures = grown(this.failures, new Float64Array(capacity * this.kinds));
    this.dispersion = grown(this.dispersion, new Float32Array(capacity * this.kinds));
    this.size = grown(this.size, new Float32Array(capacity));
    this.ring = grown(this.ring, new Float32Array(capacity * RING * (this.kinds + 1)));
    this.capacity = capacity;
  }

  get bytes(): number {
    return this.capacity * (8 + this.kinds * 12 + 4 + RING * (this.kinds + 1) * 4);
  }

  /** The next window begins; what was seen RING windows ago is forgotten. */
  turn(): void {
    this.place = (this.place + 1) % RING;
    const width = RING * (this.kinds + 1);
    for (let base = this.place * (this.kinds + 1); base < this.ring.length; base += width) this.ring.fill(0, base, base + this.kinds + 1);
  }

  put(subject: number, { trials, events }: Counted): void {
    const base = (subject * RING + this.place) * (this.kinds + 1);
    this.ring[base] = trials;
    for (let kind = 0; kind < this.kinds; kind += 1) this.ring[base + 1 + kind] = events[kind]!;
  }

  learn(subject: number, { trials, events }: Counted, step: { spanSec: number; weight?: number }): void {
    if (trials <= 0) return;
    const weight = step.weight ?? 1;
    const keep = 2 ** (-step.spanSec / MEMORY_SEC);
    for (let kind = 0; kind < this.kinds; kind += 1) {
      const at = subject * this.kinds + kind;
      const failures = Math.min(trials, events[kind]!);
      this.learnDispersion(subject, kind, { failures, trials });
      this.failures[at] = this.failures[at]! * keep + failures * weight;
    }
    this.trials[subject] = this.trials[subject]! * keep + trials * weight;
    this.size[subject]! += (this.size[subject] === 0 ? 1 : 0.02) * (trials - this.size[subject]!);
  }

  /** Undefined where nothing speaks for more failures than usual. */
  judge(subject: number, kind: number, windowSec: number): CountJudgement | undefined {
    const { leastIncrease } = this.specs[kind]!;
    const p = this.share(subject, kind);
    const windows = Math.min(RING, Math.max(1, Math.round(LONG_SEC / windowSec)));
    const one = this.recent(subject, kind, 1);
    const now = one.trials >= SURE_TRIALS ? one : this.recent(subject, kind, Math.min(3, windows));
    // It is over when it is over, though the last five minutes were bad.
    const isOver = now.trials >= SURE_TRIALS && now.failures / now.trials < p + leastIncrease / 2;
    let best: CountJudgement | undefined;
    for (let span = 1; span <= windows; span += Math.max(1, windows - 1)) {
      if (isOver && span > 1) break;
      const { trials, failures } = this.recent(subject, kind, span);
      const observed = trials > 0 ? Math.min(1, failures / trials) : 0;
      if (failures < FAILURES_MIN || observed < p * 1.5 || observed - p < leastIncrease) continue;
      const c = this.concentration(subject, kind);
      const rarity = betaBinomialRarity(failures, trials, { mean: p, concentration: c });
      if (!best || rarity > best.rarity) best = { rarity, observed, expected: p, high: high(p, c, trials), spanSec: span * windowSec };
    }
    return best;
  }

  /** The usual share, and what would be unusual for so many requests. */
  usual(subject: number, kind: number, trials: number): { share: number; high: number } {
    const share = this.share(subject, kind);
    return { share, high: high(share, this.concentration(subject, kind), trials) };
  }

  /** Requests that shares were learned from, forgotten by half in a week. */
  learnedFrom(subject: number): number {
    return this.trials[subject]!;
  }

  save(subjects: number): CountState {
    return {
      subjects,
      trials: this.trials.slice(0, subjects),
      failures: this.failures.slice(0, subjects * this.kinds),
      dispersion: this.dispersion.slice(0, subjects * this.kinds),
      size: this.size.slice(0, subjects),
    };
  }

  restore(state: CountState): void {
    this.reserve(state.subjects);
    this.trials.set(state.trials);
    this.failures.set(state.failures);
    this.dispersion.set(state.dispersion);
    this.size.set(state.size);
  }

  clear(subject: number): void {
    this.trials[subject] = this.size[subject] = 0;
    this.failures.fill(0, subject * this.kinds, (subject + 1) * this.kinds);
    this.dispersion.fill(0, subject * this.kinds, (subject + 1) * this.kinds);
    this.ring.fill(0, subject * RING * (this.kinds + 1), (subject + 1) * RING * (this.kinds + 1));
  }

  private share(subject: number, kind: number): number {
    const { prior } = this.specs[kind]!;
    return (this.failures[subject * this.kinds + kind]! + prior * PRIOR_TRIALS) / (this.trials[subject]! + PRIOR_TRIALS);
  }

  private concentration(subject: number, kind: number): number {
    const phi = 1 + this.dispersion[subject * this.kinds + kind]!;
    const n = Math.max(2, this.size[subject]!);
    const byMoments = phi <= 1.001 ? CONCENTRATION.most : (n - 1) / (phi - 1) - 1;
    // No surer than what was seen.
    return Math.max(CONCENTRATION.least, Math.min(CONCENTRATION.most, byMoments, this.trials[subject]! + PRIOR_TRIALS));
  }

  /** The excess φ - 1, remembered for some 50 to 100 windows with traffic, one wild window counting as nine at most. */
  private learnDispersion(subject: number, kind: number, { failures, trials }: { failures: number; trials: number }): void {
    if (this.trials[subject]! < PRIOR_TRIALS || trials < 2) return;
    const p = this.share(subject, kind);
    const phi = (failures - trials * p) ** 2 / Math.max(trials * p * (1 - p), 0.05);
    const at = subject * this.kinds + kind;
    const known = this.dispersion[at]!;
    this.dispersion[at] = Math.max(0, known + 0.01 * (Math.min(phi, CLIP * (1 + known)) - 1 - known));
  }

  private recent(subject: number, kind: number, windows: number): { trials: number; failures: number } {
    let [trials, failures] = [0, 0];
    for (let back = 0; back < windows; back += 1) {
      const base = (subject * RING + ((this.place - back + RING) % RING)) * (this.kinds + 1);
      trials += this.ring[base]!;
      failures += this.ring[base + 1 + kind]!;
    }
    return { trials, failures };
  }
}

/** Three standard deviations of a beta-binomial share. */
function high(p: number, concentration: number, trials: number): number {
  const n = Math.max(1, trials);
  return Math.min(1, p + 3 * Math.sqrt((p * (1 - p) * (1 + (n - 1) / (concentration + 1))) / n));
}
