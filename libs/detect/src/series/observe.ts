/**
 * One value of one series: how unusual is it, beside what was expected? Each view gives its vote as -log10 of a tail
 * probability, their weighted mean is damped by what this series does anyway, and mapped to 0..1.
 * Invariants: the answer depends on this value and those before it; it is never NaN; values that are not numbers change nothing.
 */
import { ALERT_SCORE, MEAN_TO_TAIL, PRESETS, rarity as meanRarity, scoreOf, type Preset } from '../score/score.js';
import { quantileOf } from '../score/exponential-tail.js';
import type { ForestView } from './forest-view.js';
import { surprise } from './habit.js';
import { learnInnovation } from './innovation.js';
import { SIGNED_VIEWS } from './layout.js';
import { learnLevel } from './level.js';
import { DAY_MS, learnSeason } from './season.js';
import { EPISODE_AT, FIRST_AT, LAST_AT, TIMES, type Store } from './store.js';
import { tailOf } from './tail.js';
import { deviationsOf, LARGEST_WEIGHT, presentOf, tailAt, votesOf, WARM_UP, WEEK_MS, type Present } from './views.js';

const HOUR_MS = DAY_MS / 24;
/** Beyond it, squares would not fit. */
const LARGEST_VALUE = 1e18;
/**
 * The budget is of alerts a day: where values come more often than every five minutes, each must be rarer; where they come more
 * seldom, up to an hour apart, less rare. Half a decade for a decade, since neighbours resemble each other.
 */
const BUDGET_INTERVAL_MS = 300_000;
const CROWD = 0.5;

/** How much each view's vote counts. Shapes and innovation find the most; the others steady them. */
const WEIGHTS: Readonly<Record<string, number>> = { level: 0.2, season: 0.2, innovation: 1, shift: 0.2, shape: 1, forest: 0.2 };

/** `learning`: under an hour, no alert. `young`: under a day, no alert. `daily`: the time of day is known. */
export type BaselineState = 'learning' | 'young' | 'steady' | 'daily';

export interface Vote {
  /** `level`, `season`, `innovation`, `shift`, `shape` and its length, or `forest`. */
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
  /** Of this series; it votes too, and learns. */
  readonly forest?: ForestView;
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

/** By how many orders of magnitude a value must be rarer than one that comes every five minutes. */
const crowded = ({ level: { intervalMs } }: Present): number =>
  intervalMs > 0 ? CROWD * Math.log10(BUDGET_INTERVAL_MS / Math.min(HOUR_MS, intervalMs)) : 0;

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

const weightOf = (detector: string): number => WEIGHTS[detector] ?? WEIGHTS.shape!;

function bandOf({ layout, floats }: Store, base: number, { present, preset }: { present: Present; preset: Preset }) {
  const { expected, foretold, level } = present;
  if (level.count < WARM_UP) return undefined;
  const mid = expected.value + foretold.distance;
  const view = SIGNED_VIEWS.indexOf('innovation');
  const reach = (side: number) => foretold.scale * quantileOf(PRESETS[preset], tailOf(floats, tailAt(layout, base, 2 * view + side)));
  return { low: mid - reach(1), mid, high: mid + reach(0) };
}

/** Of what cannot be scored. */
export const SILENT: Reading = {
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
  const votes: Vote[] = votesOf(store, base, { deviations, keep }).map((rarity, view) => ({ detector: layout.views[view]!, rarity }));
  if (input.forest) votes.push({ detector: 'forest', rarity: input.forest.vote({ deviations, elapsedMs: present.elapsedMs, keep }) });
  const habits = { timeMs: present.timeMs, elapsedMs: present.elapsedMs, episodeAtMs: times[row * TIMES + EPISODE_AT]! };
  const rarities = votes.map((vote) => vote.rarity);
  const mean = meanRarity(rarities, (index) => weightOf(votes[index]!.detector));
  const { rarity, episodeAtMs } = surprise(floats, base + layout.habit, { rarity: mean, ...habits });
  learn(store, base, present);
  const firstMs = present.level.count === 0 ? present.timeMs : Math.min(present.timeMs, times[row * TIMES + FIRST_AT]!);
  times[row * TIMES + FIRST_AT] = firstMs;
  times[row * TIMES + LAST_AT] = present.timeMs;
  times[row * TIMES + EPISODE_AT] = episodeAtMs;
  const ageMs = present.timeMs - firstMs;
  const state = stateOf(ageMs, present);
  return {
    score: input.tooLittle ? 0 : capped(scoreOf(rarity, preset, crowded(present)), state),
    p: 10 ** (-rarity * MEAN_TO_TAIL),
    expected,
    votes,
    baseline: { state, observations: present.level.count + 1, ageMs, intervalMs: present.level.intervalMs },
  };
}
