/** How bad is a state of health? Failing before degraded before unknown; idle and healthy ask for nothing. */
import type { HealthState } from '@observatory/contracts';

export const HEALTH_ORDER: readonly HealthState[] = ['failing', 'degraded', 'unknown', 'healthy', 'idle'];

export function compareHealth(a: HealthState, b: HealthState): number {
  return HEALTH_ORDER.indexOf(a) - HEALTH_ORDER.indexOf(b);
}

export type HealthCounts = Record<HealthState, number>;

export function countHealth(states: Iterable<HealthState>): HealthCounts {
  const counts: HealthCounts = { failing: 0, degraded: 0, unknown: 0, healthy: 0, idle: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}
