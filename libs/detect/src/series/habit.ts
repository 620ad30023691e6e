/**
 * Has this series done the like before? Episodes are counted by how rare they seemed at their height; what happens every few
 * days is less of a surprise, however rare its parts. As with frequent issues in Davis, only what is rarer than the usual
 * episode keeps its full score.
 * Invariant: an episode lowers scores only once it is over (half a day after it began), so it does not hide itself.
 */
import { HABIT_BINS } from './layout.js';
import { DAY_MS } from './season.js';

const PEAK = HABIT_BINS;
/** Below this rarity nothing is an episode. */
const FROM = 1.5;
const WIDTH = 0.4;
/** Episodes that were this much less rare count as alike. */
const SLACK = 0.25;
const MEMORY_DAYS = 7;
const EPISODE_MS = DAY_MS / 2;
/** What ten episodes a week take away, in orders of magnitude. */
const DAMPING = 1;

const binOf = (rarity: number): number => Math.max(0, Math.min(HABIT_BINS - 1, Math.floor((rarity - FROM) / WIDTH)));

export interface HabitStep {
  readonly rarity: number;
  readonly timeMs: number;
  readonly elapsedMs: number;
  /** When the episode under way began; NaN for none. */
  readonly episodeAtMs: number;
}

/** What is left of the rarity, and the beginning of the episode under way. Learns. */
export function surprise(floats: Float32Array, at: number, step: HabitStep): { readonly rarity: number; readonly episodeAtMs: number } {
  const { rarity, timeMs, elapsedMs } = step;
  let { episodeAtMs } = step;
  if (Math.abs(timeMs - episodeAtMs) >= EPISODE_MS) {
    floats[at + binOf(floats[at + PEAK]!)]! += 1;
    floats[at + PEAK] = 0;
    episodeAtMs = Number.NaN;
  }
  const keep = Math.exp(-Math.min(elapsedMs, DAY_MS) / (MEMORY_DAYS * DAY_MS));
  let alike = 0;
  const first = binOf(rarity - SLACK);
  for (let bin = 0; bin < HABIT_BINS; bin += 1) {
    floats[at + bin]! *= keep;
    if (bin >= first) alike += floats[at + bin]!;
  }
  if (rarity <= FROM) return { rarity, episodeAtMs };
  if (Number.isNaN(episodeAtMs)) episodeAtMs = timeMs;
  floats[at + PEAK] = Math.max(floats[at + PEAK]!, rarity);
  return { rarity: Math.max(FROM, rarity - DAMPING * Math.log10(1 + alike)), episodeAtMs };
}
