/**
 * Chance that repeats: every draw is a function of a seed, a name and a second, never of what was drawn before.
 * So the live counters, the access logs, the traces and the loaded history all tell of the same requests.
 */

/** FNV-1a over the text, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Mixes integers into 32 well-spread bits (murmur3's finalizer between the parts). */
export function mix(...parts: number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0) ^ Math.floor(part / 0x1_0000_0000), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** mulberry32: small, fast, good enough for traffic. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let value = Math.imul(state ^ (state >>> 15), state | 1);
      value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
      return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
    },
  };
}

/** Standard normal by Box-Muller. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Knuth's product below 30, the normal approximation above: its relative error is then below what anyone could see. */
export function poisson(mean: number, random: Random): number {
  if (!(mean > 0)) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}

/** Exact below 40 draws, the normal approximation above; p = 1 always yields n, so a full refusal lets nothing through. */
export function binomial(count: number, p: number, random: Random): number {
  if (!(p > 0) || count <= 0) return 0;
  if (p >= 1) return count;
  if (count < 40) {
    let hits = 0;
    for (let index = 0; index < count; index += 1) if (random.next() < p) hits += 1;
    return hits;
  }
  // Rare events in many draws: the normal approximation would be skewed, Poisson is right.
  if (count * p < 10) return Math.min(count, poisson(count * p, random));
  return Math.min(count, Math.max(0, Math.round(count * p + Math.sqrt(count * p * (1 - p)) * normal(random))));
}

/** Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Smooth noise around 0 in about [-1, 1]: a value at every multiple of the period, eased between. */
export function smoothNoise(seed: number, periodSec: number, timeSec: number): number {
  const position = timeSec / periodSec;
  const cell = Math.floor(position);
  const at = (index: number) => mix(seed, periodSec, index) / 0x8000_0000 - 1;
  const fraction = position - cell;
  const ease = fraction * fraction * (3 - 2 * fraction);
  return at(cell) * (1 - ease) + at(cell + 1) * ease;
}
