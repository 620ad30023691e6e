/**
 * What was asked of whom: method, path, host and port of requests in access logs or traces, counted by caller and callee.
 * Invariant: a share is of the requests that were read; what was not read is not guessed.
 */
export interface SeenOperation {
  /** Node-like keys of the callee: `workload <namespace>/<name>` or `host <host without port>`. */
  readonly callee: string;
  /** Principal without `spiffe://`; '' for a caller without identity; undefined where the log does not say. */
  readonly caller: string;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly host: string;
  readonly port?: number;
  readonly from: 'access-log' | 'trace';
}
export interface Operation extends Omit<SeenOperation, 'callee' | 'caller'> {
  /** Of the caller's requests to the callee that were read. */
  readonly share: number;
}

/** Operations told apart for one caller and callee; rarer ones are told as unknown. */
const OPERATIONS_MAX = 20;

export class Operations {
  private readonly counts = new Map<string, Map<string, { operation: SeenOperation; count: number }>>();

  add(operation: SeenOperation): void {
    const pair = `${operation.callee}|${operation.caller}`;
    const known = this.counts.get(pair) ?? new Map<string, { operation: SeenOperation; count: number }>();
    this.counts.set(pair, known);
    const key = `${operation.method} ${operation.host} ${operation.port ?? ''} ${operation.path}`;
    const entry = known.get(key);
    if (entry) entry.count += 1;
    else known.set(key, { operation, count: 1 });
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** Most frequent first; shares sum to 1, or less where there are too many operations. */
  of(callees: readonly string[], caller: string): Operation[] {
    for (const callee of callees) {
      const known = this.counts.get(`${callee}|${caller}`);
      if (!known) continue;
      const total = [...known.values()].reduce((sum, { count }) => sum + count, 0);
      const sorted = [...known.values()].toSorted((a, b) => b.count - a.count).slice(0, OPERATIONS_MAX);
      return sorted.map(({ operation: { callee: _, caller: _c, ...operation }, count }) => ({ ...operation, share: count / total }));
    }
    return [];
  }
}
