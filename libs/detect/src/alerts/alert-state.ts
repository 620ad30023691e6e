/**
 * When is a person told, and when is it over? Three of the last five scores at the line open an alert (as in Davis), three in a row
 * below half close it, and between the two it stays as it is (hysteresis). While it is open a person is told again only when
 * it becomes more severe or a day has passed; after it closed, the same series opens no other within half a day: it reopens.
 * Invariant: from the same scores come the same events, once each; the state is plain numbers (JSON).
 */
import { ALERT_SCORE } from '../score/score.js';

const WINDOW = 5;
const NEEDED = 3;
const CLOSE_SCORE = 0.5;
const CLOSE_AFTER = 3;
const HOUR_MS = 3_600_000;
export const TELL_AGAIN_MS = 24 * HOUR_MS;
export const REOPEN_MS = 12 * HOUR_MS;

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Severity of a score at or above the line. */
export function severityOf(score: number): Severity {
  if (score >= 0.98) return 'critical';
  if (score >= 0.95) return 'high';
  return score >= 0.9 ? 'medium' : 'low';
}

const RANK: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

export interface AlertState {
  /** The last five scores were at the line (1) or not (0), newest in the lowest bit. */
  readonly recent: number;
  readonly openedAtMs?: number;
  readonly closedAtMs?: number;
  readonly toldAtMs?: number;
  readonly severity?: Severity;
  /** Scores in a row below CLOSE_SCORE. */
  readonly quiet: number;
  /** First of the scores at the line that led here. */
  readonly firstBadAtMs?: number;
}

export const CALM: AlertState = { recent: 0, quiet: 0 };

export type AlertEvent = 'opened' | 'reopened' | 'worsened' | 'reminded' | 'closed';

export interface AlertStep {
  readonly state: AlertState;
  /** What a person is told; undefined where nothing. */
  readonly event?: AlertEvent;
}

const ones = (bits: number): number => bits.toString(2).replaceAll('0', '').length;

function opening(state: AlertState, { score, atMs }: { score: number; atMs: number }): AlertStep {
  const severity = severityOf(Math.max(score, ALERT_SCORE));
  const again = state.closedAtMs !== undefined && atMs - state.closedAtMs < REOPEN_MS;
  const openedAtMs = again ? (state.openedAtMs ?? atMs) : atMs;
  return { state: { ...state, openedAtMs, closedAtMs: undefined, toldAtMs: atMs, severity }, event: again ? 'reopened' : 'opened' };
}

function whileOpen(state: AlertState, { score, atMs }: { score: number; atMs: number }): AlertStep {
  if (state.quiet >= CLOSE_AFTER) return { state: { ...state, closedAtMs: atMs, recent: 0, firstBadAtMs: undefined }, event: 'closed' };
  if (score < ALERT_SCORE) return { state };
  const severity = severityOf(score);
  if (RANK[severity] > RANK[state.severity ?? 'low']) return { state: { ...state, severity, toldAtMs: atMs }, event: 'worsened' };
  if (atMs - (state.toldAtMs ?? atMs) >= TELL_AGAIN_MS) return { state: { ...state, toldAtMs: atMs }, event: 'reminded' };
  return { state };
}

export const isOpen = (state: AlertState): boolean => state.openedAtMs !== undefined && state.closedAtMs === undefined;

/** The state after one more score. A window without a score is not given: it changes nothing. */
export function stepAlert(before: AlertState, { score, atMs }: { readonly score: number; readonly atMs: number }): AlertStep {
  const bad = score >= ALERT_SCORE;
  const recent = ((before.recent << 1) | (bad ? 1 : 0)) & (2 ** WINDOW - 1);
  const firstBadAtMs = recent === 0 && !isOpen(before) ? undefined : (before.firstBadAtMs ?? (bad ? atMs : undefined));
  const state: AlertState = { ...before, recent, firstBadAtMs, quiet: score < CLOSE_SCORE ? before.quiet + 1 : 0 };
  if (isOpen(state)) return whileOpen(state, { score, atMs });
  return ones(recent) >= NEEDED ? opening(state, { score, atMs }) : { state };
}
