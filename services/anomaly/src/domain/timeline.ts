/** How many incidents were open at the end of each step, by severity? Suppressed ones count: they went on. */
import type { IncidentSummary, IncidentTimelineReply } from '@observatory/contracts';

export function timelineOf(
  incidents: readonly Pick<IncidentSummary, 'startedAt' | 'closedAt' | 'severity'>[],
  { beginMs, endMs, stepSec }: { beginMs: number; endMs: number; stepSec: number },
): Pick<IncidentTimelineReply, 'at' | 'open'> {
  const count = Math.max(1, Math.ceil((endMs - beginMs) / (stepSec * 1000)));
  const zeros = () => Array.from({ length: count }, () => 0);
  const open = { info: zeros(), warning: zeros(), critical: zeros() };
  const placeOf = (ms: number) => Math.ceil((ms - beginMs) / (stepSec * 1000)) - 1;
  for (const { startedAt, closedAt, severity } of incidents) {
    const first = Math.max(0, placeOf(Date.parse(startedAt)));
    const last = Math.min(count - 1, closedAt === undefined ? count - 1 : placeOf(Date.parse(closedAt)));
    for (let step = first; step <= last; step += 1) open[severity][step]! += 1;
  }
  return { at: open.info.map((_, step) => new Date(beginMs + (step + 1) * stepSec * 1000).toISOString()), open };
}
