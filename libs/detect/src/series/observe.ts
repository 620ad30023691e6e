/**
 * One value of one series: how unusual is it, beside what was expected? Each view gives its vote as -log10 of a tail
 * probability, their weighted mean is damped by what this series does anyway, and mapped to 0..1.
 * Invariants: the answer depends on this value and those before it; it is never NaN; values that are not numbers change nothing.
 */
import { ALERT_SCORE, MEAN_TO_TAIL, PRESETS, rarity as meanRarity, scoreOf, type Preset } from '../score/score.js';
import { quantileOf } from '../score/exponential-tail.js';
import { surprise } from './habit.js';
import { foretell, learnInnovation, type Foretold } from './innovation.js';
import { SIGNED_VIEWS, TAIL_SIZE, type Layout } from './layout.js';
import { learnLevel, levelOf, type Level } from './level.js';
import { DAY_MS, expectedAt, learnSeason, type Expected } from './season.js';
import { novelty, remember, type Recent } from './shape-memory.js';
import { learnShift, shiftOf } from './shift.js';
import { EPISODE_AT, FIRST_AT, LAST_AT, TIMES, type Store } from './store.js';
import { learnTail, rarityOf, tailOf } from './tail.js';

const WEEK_MS = 7 * DAY_MS;
const HOUR_MS = DAY_MS / 24;
/** The time constant of an exponential weight that is as old, on average, as a trailing week. */
const MEMORY_MS = WEEK_MS / 2;
/** After a gap one observation must not replace the baseline. */
const LARGEST_WEIGHT = 0.05;
/** Beyond it, squares would not fit. */
const LARGEST_VALUE = 1e18;
/**
 * The budget is of alerts a day: where values come more often than every five minutes, each must be rarer. Half a decade for a decade,
 * since neighbours resemble each other.
 */
const BUDGET_INTERVAL_MS = 300_000;
const CROWD = 0.5;
const WARM_UP = 10;
const SEASON_WARM_UP = 20;

/** How much each view's vote counts. Shapes and innovation find the most; the others steady them. */
const WEIGHTS: Readonly<Record<string, number>> = { level: 0.2, season: 0.2, innovation: 1, shift: 0.2, shape: 1 };

/** `learning`: under an hour, no alert. `young`: under a day, no alert. `daily`: the time of day is known. */
export type BaselineState = 'learning' | 'young' | 'steady' | 'daily';

export interface Vote {
  /** `level`, `season`, `innovation`, `shift`, or `shape` and its length. */
  readonly detector: string;
  /** -log10 of the tail probability; NaN where the detector has nothing to say yet. */
  readonly rarity: number;
}

export interface Reading {
  readonly score: number;
  /** Probability of something as unusual, in this series. */
  readonly p: number;
  readonly expected: { readonly low: number; readonly mid: number; readonly high: number } | undefined;
  readonly votes: readonly Vote[];
  readonly baseline: { readonly state: BaselineState; readonly observations: number; readonly ageMs: number; readonly intervalMs: number };
}

export interface Context {
  readonly preset?: Preset;
  /** Fewer requests than this were behind the value: learn it, say nothing. */
  readonly tooLittle?: boolean;
}

interface Present {
  readonly value: number;
  readonly timeMs: number;
  readonly elapsedMs: number;
  readonly weight: number;
  readonly level: Level;
  readonly expected: Expected;
  readonly foretold: Foretold;
}

function presentOf({ layout, floats, times }: Store, row: number, { value, atMs }: { value: number; atMs: number }): Present {
  const base = row * layout.floats;
  const lastMs = times[row * TIMES + LAST_AT]!;
  const timeMs = Number.isNaN(lastMs) ? atMs : Math.max(lastMs, atMs);
  const elapsedMs = Number.isNaN(lastMs) ? 0 : timeMs - lastMs;
  const level = levelOf(floats, base + layout.level);
  const weight = Math.max(1 / (level.count + 1), Math.min(LARGEST_WEIGHT, elapsedMs / MEMORY_MS));
  const expected = expectedAt(floats, { at: base + layout.season, dayParts: layout.size.dayParts }, { timeMs, level });
  return { value, timeMs, elapsedMs, weight, level, expected, foretold: foretell(floats, base + layout.innovation, { elapsedMs, level }) };
}

const recentOf = (layout: Layout, base: number, count: number): Recent => ({
  at: base + layout.recent,
  length: layout.recentLength,
  count,
});

/** Deviations of the signed views in scales, NaN where silent, then novelties of the shapes. Shapes learn. */
function deviationsOf(store: Store, base: number, { value, level, expected, foretold, weight }: Present): number[] {
  const { layout, floats } = store;
  const distance = value - expected.value;
  const recent = recentOf(layout, base, level.count + 1);
  remember(floats, recent, value);
  const shift = shiftOf(floats, { at: base + layout.shift, recent }, level);
  learnShift(floats, base + layout.shift, { shift, weight });
  const signed = [
    level.count >= WARM_UP ? (value - level.mean) / level.deviation : Number.NaN,
    expected.known && expected.count >= SEASON_WARM_UP ? distance / expected.scale : Number.NaN,
    foretold.usable && foretold.warm ? (distance - foretold.distance) / foretold.scale : Number.NaN,
    shift.scales,
  ];
  const shapes = layout.shapes.map(({ at, length }) => {
    const place = { at: base + at, length, shapes: layout.size.shapes };
    return novelty(floats, place, { recent, spread: level.deviation, floor: level.floor });
  });
  return [...signed, ...shapes];
}

const tailAt = (layout: Layout, base: number, index: number): number => base + layout.tails + index * TAIL_SIZE;

/** Votes of all views, in order; each view's tail learns. */
function votesOf({ layout, floats }: Store, base: number, { deviations, keep }: { deviations: readonly number[]; keep: number }): number[] {
  const sides = 2 * SIGNED_VIEWS.length;
  return deviations.map((z, view) => {
    if (Number.isNaN(z)) return z;
    if (view >= SIGNED_VIEWS.length) {
      const at = tailAt(layout, base, sides + view - SIGNED_VIEWS.length);
      const rarity = rarityOf(floats, at, z);
      learnTail(floats, at, { z, keep });
      return rarity;
    }
    const up = tailAt(layout, base, 2 * view);
    const down = tailAt(layout, base, 2 * view + 1);
    const rarity = rarityOf(floats, z < 0 ? down : up, Math.abs(z));
    learnTail(floats, up, { z, keep });
    learnTail(floats, down, { z: -z, keep });
    return rarity;
  });
}

function learn(store: Store, base: number, present: Present): void {
  const { layout, floats } = store;
  const { value, timeMs, elapsedMs, weight, level, expected, foretold } = present;
  learnInnovation(floats, base + layout.innovation, {
    distance: value - expected.value,
    foretold,
    usualDistance: expected.known ? expected.scale : level.deviation,
    weight,
  });
  const place = { at: base + layout.season, dayParts: layout.size.dayParts };
  learnSeason(floats, place, { value, timeMs, elapsedMs, weight, expected, level });
  learnLevel(floats, base + layout.level, { value, elapsedMs, weight });
}

const crowded = ({ level }: Present): number =>
  level.intervalMs > 0 ? CROWD * Math.max(0, Math.log10(BUDGET_INTERVAL_MS / level.intervalMs)) : 0;

function stateOf(ageMs: number, present: Present): BaselineState {
  if (ageMs < HOUR_MS || present.level.count < WARM_UP) return 'learning';
  if (ageMs < DAY_MS) return 'young';
  return present.expected.known ? 'daily' : 'steady';
}

/** The ladder of a cold start: nothing in the first hour, nothing that alerts on the first day. */
function capped(score: number, state: BaselineState): number {
  if (state === 'learning') return 0;
  return state === 'young' ? Math.min(score, ALERT_SCORE - 0.01) : score;
}

const detectorName = (layout: Layout, view: number): string =>
  SIGNED_VIEWS[view] ?? `shape${layout.shapes[view - SIGNED_VIEWS.length]!.length}`;

const weightOf = (view: number): number => WEIGHTS[SIGNED_VIEWS[view] ?? 'shape']!;

function bandOf({ layout, floats }: Store, base: number, { present, preset }: { present: Present; preset: Preset }) {
  const { expected, foretold, level } = present;
  if (level.count < WARM_UP) return undefined;
  const mid = expected.value + foretold.distance;
  const view = SIGNED_VIEWS.indexOf('innovation');
  const reach = (side: number) => foretold.scale * quantileOf(PRESETS[preset], tailOf(floats, tailAt(layout, base, 2 * view + side)));
  return { low: mid - reach(1), mid, high: mid + reach(0) };
}

const SILENT: Reading = {
  score: 0,
  p: 1,
  expected: undefined,
  votes: [],
  baseline: { state: 'learning', observations: 0, ageMs: 0, intervalMs: 0 },
};

/** How unusual the value is; the baseline in `row` learns it. */
export function observe(store: Store, row: number, input: { readonly value: number; readonly atMs: number } & Context): Reading {
  const { layout, floats, times } = store;
  if (!Number.isFinite(input.value) || !Number.isFinite(input.atMs)) return SILENT;
  const base = row * layout.floats;
  const value = Math.max(-LARGEST_VALUE, Math.min(LARGEST_VALUE, input.value));
  const present = presentOf(store, row, { value, atMs: input.atMs });
  const preset = input.preset ?? 'sensitive';
  const expected = bandOf(store, base, { present, preset });
  const deviations = deviationsOf(store, base, present);
  const keep = 1 - Math.min(LARGEST_WEIGHT, present.elapsedMs / WEEK_MS);
  const rarities = votesOf(store, base, { deviations, keep });
  const habits = { timeMs: present.timeMs, elapsedMs: present.elapsedMs, episodeAtMs: times[row * TIMES + EPISODE_AT]! };
  const mean = meanRarity(rarities, weightOf);
  const { rarity, episodeAtMs } = surprise(floats, base + layout.habit, { rarity: mean, ...habits });
  const scored = Math.max(0, rarity - crowded(present) / MEAN_TO_TAIL);
  learn(store, base, present);
  if (present.level.count === 0) times[row * TIMES + FIRST_AT] = present.timeMs;
  times[row * TIMES + LAST_AT] = present.timeMs;
  times[row * TIMES + EPISODE_AT] = episodeAtMs;
  const ageMs = present.timeMs - times[row * TIMES + FIRST_AT]!;
  const state = stateOf(ageMs, present);
  return {
    score: input.tooLittle ? 0 : capped(scoreOf(scored, preset), state),
    p: 10 ** (-rarity * MEAN_TO_TAIL),
    expected,
    votes: rarities.map((one, view) => ({ detector: detectorName(layout, view), rarity: one })),
    baseline: { state, observations: present.level.count + 1, ageMs, intervalMs: present.level.intervalMs },
  };
}
