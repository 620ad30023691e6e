/**
 * How fresh is what was read through windows? A window arrives a little after its end; when none has ended for more than
 * two windows, one is missing. Invariant: `freshAt` is the end of the newest window, and never moves back.
 */
import { STORED_WINDOWS, type SourceFreshness, type WindowReadReply } from '@observatory/contracts';

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

/** Says so when the stored history of a span has holes (the graph is the mean of what is there), nothing at all, or rates that are too low. */
export function missingWindows(
  span: Pick<WindowReadReply, 'at' | 'windowsExpected' | 'windowsPresent' | 'windowsPartial'>,
): SourceFreshness[] {
  const { at, windowsExpected, windowsPresent, windowsPartial } = span;
  const details = [
    ...(windowsPresent < windowsExpected ? [knownOf(windowsPresent, windowsExpected)] : []),
    ...(windowsPartial > 0 ? ['rates are too low: Prometheus had no samples for a part of what they count'] : []),
  ];
  if (details.length === 0) return [];
  const known = windowsPresent > 0 ? ({ freshAt: at, state: 'fresh' } as const) : ({ freshAt: null, state: 'stale' } as const);
  return [{ name: STORED_WINDOWS, cluster: '', ...known, detail: details.join('; ') }];
}

function knownOf(present: number, expected: number): string {
  if (present > 0) return `only ${present} of ${expected} windows of this span are known`;
  return expected === 1 ? 'this window is not known' : `none of the ${expected} windows of this span is known`;
}
