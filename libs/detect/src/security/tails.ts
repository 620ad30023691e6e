/** Tails of counts. Poisson: P(K ≥ k | λ) by summing terms upwards from k. Values: scipy.stats.poisson.sf. Invariant: 0 for k ≤ 0, growing in k. */
const TERMS_MAX = 200;

/** -log10 P(K ≥ k). */
export function poissonRarity(k: number, lambda: number): number {
  if (k <= 0) return 0;
  if (lambda <= 0) return Number.POSITIVE_INFINITY;
  let logTerm = -lambda;
  for (let j = 1; j <= k; j += 1) logTerm += Math.log(lambda / j);
  let [term, sum] = [1, 1];
  for (let j = k + 1; j < k + TERMS_MAX; j += 1) {
    term *= lambda / j;
    sum += term;
    if (term < 1e-12 * sum) break;
  }
  return Math.max(0, -(logTerm + Math.log(sum)) / Math.LN10);
}
