/** Which incidents go on and are not suppressed? The most severe first, then the newest. */
import type { IncidentSummary } from '@observatory/contracts';

const SEVERITIES = ['critical', 'warning', 'info'];

export function openFirst<Incident extends Pick<IncidentSummary, 'state' | 'severity' | 'startedAt'>>(
  incidents: readonly Incident[],
): Incident[] {
  return incidents
    .filter(({ state }) => state === 'open' || state === 'acknowledged')
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.startedAt.localeCompare(a.startedAt));
}
