/**
 * How do a score and a state of the anomaly detection read? A score is called by what follows from it: an alert, a look, nothing.
 * Invariant: never by a probability that it is not; what is not judged is not as usual.
 */
import type { AnomalyState, BaselineStage } from '@observatory/contracts';

/** It goes on, whatever people said about it. */
export const goesOn = (state: AnomalyState) => state === 'open' || state === 'acknowledged' || state === 'suppressed';

/** Above it an alert is raised; the answers of the service carry it too. */
export const ALERT_SCORE = 0.85;
/** An anomaly ends below it: between the two it is worth a look and no alert. */
export const LOOK_SCORE = 0.5;
const VERY_SURE = 0.97;

export type Degree = 'alert' | 'look' | 'usual' | 'unknown';
export function degreeOf(score: number | null, threshold = ALERT_SCORE): Degree {
  if (score === null) return 'unknown';
  if (score >= threshold) return 'alert';
  return score >= LOOK_SCORE ? 'look' : 'usual';
}

/** How sure, in words: what a score means for people. */
export function sureWords(score: number | null, threshold = ALERT_SCORE): string {
  const degree = degreeOf(score, threshold);
  if (degree === 'unknown') return 'nothing can be said yet';
  if (degree === 'alert') return (score ?? 0) >= VERY_SURE ? 'very sure' : 'sure enough to alert';
  return degree === 'look' ? 'unusual, no alert' : 'as usual';
}

/** Nothing stands out of what is new, but for its first hour only its errors are judged: that is no `as usual`. */
export const isHardlyJudged = (score: number | null, stage: BaselineStage) => stage === 'new' && degreeOf(score) === 'usual';

/** `0.97`: two digits, and never 1 or the threshold by rounding alone. */
export function scoreText(score: number | null): string {
  if (score === null) return '–';
  return (Math.floor(score * 100 + 1e-9) / 100).toFixed(2);
}
