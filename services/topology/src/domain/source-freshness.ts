/**
 * How fresh is what was read through windows? A window arrives a little after its end; when none has ended for more than
 * two windows, one is missing. Invariant: `freshAt` is the end of the newest window, and never moves back.
 */
import type { SourceFreshness } from '@observatory/contracts';

export const PROMETHEUS = 'Prometheus';
const WINDOWS_UNTIL_STALE = 2;

export interface NewestWindow {
  readonly cluster: string;
  readonly atMs: number;
  readonly windowSec: number;
  /** As the metrics service saw them when it closed the window. */
  readonly sources: readonly SourceFreshness[];
}

export function windowFreshness(newest: NewestWindow, nowMs: number): SourceFreshness[] {
  const late = nowMs - newest.atMs > WINDOWS_UNTIL_STALE * newest.windowSec * 1000;
  const freshAt = new Date(newest.atMs).toISOString();
  const reported: readonly SourceFreshness[] =
    newest.sources.length > 0 ? newest.sources : [{ name: PROMETHEUS, cluster: newest.cluster, freshAt, state: 'fresh' }];
  if (!late) return [...reported];
  return reported.map((source) =>
    source.state === 'fresh' ? { ...source, state: 'stale', detail: 'no window was closed since' } : source,
  );
}

/** A cluster with a Prometheus that no window came from yet. */
export function noWindowYet(cluster: string): SourceFreshness {
  return { name: PROMETHEUS, cluster, freshAt: null, state: 'down', detail: 'no window was read yet' };
}

/** Changes exactly when people should be told: not with each new window. */
export function freshnessSignature(sources: readonly SourceFreshness[]): string {
  return JSON.stringify(sources.map(({ name, cluster, state, detail }) => [name, cluster, state, detail ?? '']));
}

/** Says so when the stored history of a span has holes: the graph then shows the mean of what is there. */
export function missingWindows(span: { at: string; windowsExpected: number; windowsPresent: number }): SourceFreshness[] {
  if (span.windowsPresent >= span.windowsExpected) return [];
  const detail = `${span.windowsPresent} of ${span.windowsExpected} windows of this span are stored`;
  return [{ name: 'Stored windows', cluster: '', freshAt: span.windowsPresent === 0 ? null : span.at, state: 'stale', detail }];
}
