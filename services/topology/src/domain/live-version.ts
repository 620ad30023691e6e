/**
 * Which `at` does a new live graph get? The end of its newest window; where Kubernetes or the freshness of a source changed
 * since, one millisecond more than the graph before, so that deltas form a chain in which each graph has a time of its own.
 * Invariant: later graphs have later times.
 */
export function nextAtMs(previousAtMs: number | undefined, windowAtMs: number): number {
  return previousAtMs === undefined || windowAtMs > previousAtMs ? windowAtMs : previousAtMs + 1;
}
