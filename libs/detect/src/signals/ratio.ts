/**
 * How many of how many is usual for this edge, and is what came now too many? Keeps the usual share and how much it varies
 * (beta-binomial by moments over a trailing week, drawn to the prior of its class), and sums of the last minutes.
 * Invariants: a burst is learned clipped; the answer depends on what came before only; the state is plain numbers (JSON).
 */
import { betaBinomialRarity, type Ratio } from './beta-binomial.js';

const DAY_MS = 86_400_000;
const MEMORY_MS = 3.5 * DAY_MS;

/** What is believed of a share before anything was seen, and how many requests that belief weighs. */
export interface RatioPrior {
  readonly mean: number;
  readonly requests: number;
  /** Correlation of requests in one window: 0 is binomial. 0.005 is a concentration of 199. */
  readonly correlation: number;
}

export const ERROR_PRIOR: RatioPrior = { mean: 0.005, requests: 200, correlation: 0.005 };
const [SMALLEST_CORRELATION, LARGEST_CORRELATION] = [1e-4, 0.5];
/** The prior correlation weighs as much as this many windows. */
const PRIOR_WINDOWS = 20;
const CLIP = 3;
/** What is this rare is learned at a quarter of its weight: a burst must not widen what is usual while it lasts. */
const DOUBTFUL = 3;
const DOUBTFUL_WEIGHT = 0.25;

/** Tail sums reach this far: a burst in one minute, a rise over five, a seep over fifteen. */
export const SPANS_MS = [60_000, 300_000, 900_000] as const;
/** Windows kept for them: 15 minutes of half-minute windows. */
const MAX_WINDOWS = 30;
/** Fewer than this many are no burst, whatever the probability. */
const FEWEST = 2;

export interface RatioState {
  readonly lastAtMs: number;
  /** Decayed sums: of events, of requests, and of what the correlation is estimated from. */
  readonly events: number;
  readonly requests: number;
  readonly squares: number;
  readonly binomial: number;
  readonly pairs: number;
  /** Windows, decayed. */
  readonly seen: number;
  /** [end, events, requests] of the last windows, oldest first. */
  readonly windows: readonly (readonly [number, number, number])[];
}

export const NO_RATIO: RatioState = { lastAtMs: 0, events: 0, requests: 0, squares: 0, binomial: 0, pairs: 0, seen: 0, windows: [] };

export function usualRatio(state: RatioState, prior: RatioPrior = ERROR_PRIOR): Ratio {
  const mean = (state.events + prior.mean * prior.requests) / (state.requests + prior.requests);
  const believed = state.seen > 0 ? (PRIOR_WINDOWS * state.pairs) / state.seen : 0;
  const own =
    state.pairs > 0 ? (state.squares - state.binomial + prior.correlation * believed) / (state.pairs + believed) : prior.correlation;
  const correlation = Math.min(LARGEST_CORRELATION, Math.max(SMALLEST_CORRELATION, own));
  return { mean: Math.min(1 - 1e-9, Math.max(1e-9, mean)), concentration: 1 / correlation - 1 };
}

export interface RatioReading {
  /** -log10 of the probability of as many, over the span where they are rarest, paid for looking at several. */
  readonly rarity: number;
  readonly spanMs: number;
  readonly events: number;
  readonly requests: number;
  readonly usual: Ratio;
}

export interface Counts {
  readonly events: number;
  readonly requests: number;
  readonly atMs: number;
}

function rarest(windows: RatioState['windows'], usual: Ratio, atMs: number): RatioReading {
  let best: RatioReading = { rarity: 0, spanMs: SPANS_MS[0], events: 0, requests: 0, usual };
  for (const spanMs of SPANS_MS) {
    let [events, requests] = [0, 0];
    for (const [end, some, of] of windows) if (end > atMs - spanMs) [events, requests] = [events + some, requests + of];
    const tail = events >= FEWEST ? betaBinomialRarity(events, requests, usual) - Math.log10(SPANS_MS.length) : 0;
    if (tail > best.rarity || best.requests === 0) best = { rarity: Math.max(0, tail), spanMs, events, requests, usual };
  }
  return best;
}

function learned(state: RatioState, { events, requests, atMs }: Counts, { usual, rarity }: RatioReading): Omit<RatioState, 'windows'> {
  const keep = state.lastAtMs === 0 ? 0 : Math.exp(-Math.max(0, atMs - state.lastAtMs) / MEMORY_MS);
  const { mean, concentration } = usual;
  const variance = requests * mean * (1 - mean);
  const spread = Math.sqrt(variance * (1 + (requests - 1) / (concentration + 1)));
  const known = state.requests > ERROR_PRIOR.requests;
  const weight = rarity > DOUBTFUL ? DOUBTFUL_WEIGHT : 1;
  const counted = known ? Math.min(events, Math.ceil(mean * requests + CLIP * spread)) : events;
  return {
    lastAtMs: Math.max(state.lastAtMs, atMs),
    events: state.events * keep + weight * counted,
    requests: state.requests * keep + weight * requests,
    squares: state.squares * keep + weight * (counted - requests * mean) ** 2,
    binomial: state.binomial * keep + weight * variance,
    pairs: state.pairs * keep + weight * variance * Math.max(0, requests - 1),
    seen: state.seen * keep + weight,
  };
}

/** The state after a window, and how unusual it was. Windows without requests say nothing. */
export function observeRatio(
  state: RatioState,
  counts: Counts,
  prior?: RatioPrior,
): { readonly state: RatioState; readonly reading: RatioReading } {
  const usual = usualRatio(state, prior);
  const { events, requests, atMs } = counts;
  if (!(requests > 0) || !(events >= 0)) return { state, reading: { rarity: 0, spanMs: SPANS_MS[0], events: 0, requests: 0, usual } };
  const whole: Counts = { events: Math.round(Math.min(events, requests)), requests: Math.max(1, Math.round(requests)), atMs };
  const recent = state.windows.filter(([end]) => end > atMs - SPANS_MS.at(-1)!).slice(1 - MAX_WINDOWS);
  const windows = [...recent, [atMs, whole.events, whole.requests] as const];
  const reading = rarest(windows, usual, atMs);
  return { state: { ...learned(state, whole, reading), windows }, reading };
}
