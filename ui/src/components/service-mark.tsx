import type { HealthState } from '@observatory/contracts';
import { HealthMark } from './health-mark.js';

const AS_HEALTH: Record<string, HealthState> = {
  up: 'healthy',
  synced: 'healthy',
  fresh: 'healthy',
  degraded: 'degraded',
  stale: 'degraded',
  syncing: 'unknown',
  unused: 'idle',
  missing: 'idle',
};

/** A part of the suite in the marks of health: up is quiet, down is failing. */
export function ServiceMark({ state }: { state: string }) {
  return (
    <span title={state} className="translate-y-px">
      <HealthMark state={AS_HEALTH[state] ?? 'failing'} size={12} />
    </span>
  );
}
