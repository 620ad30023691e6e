/**
 * What changed shortly before an incident began, of what the suite recorded? Near in time and on the graph: what touches the
 * likely cause comes first, then what touches anything affected, the latest first. A change is named, never blamed.
 */
import type { IncidentChange } from '@observatory/contracts';

const BEFORE_MS = 3_600_000;
/** A change may be recorded a little after it took effect. */
const AFTER_MS = 120_000;
const CHANGES_MAX = 20;

export interface RecordedChange extends Omit<IncidentChange, 'onCause'> {
  /** Nodes that it touches; absent: everything in its namespace. */
  readonly nodes?: readonly string[];
  /** Touches the whole cluster, as a new root does. */
  readonly isEverywhere?: boolean;
}

export interface ChangeInput {
  readonly changes: Iterable<RecordedChange>;
  readonly startedMs: number;
  readonly cause: string | undefined;
  /** Affected nodes and their namespaces. */
  readonly affected: ReadonlyMap<string, string>;
}

export function changesBefore({ changes, startedMs, cause, affected }: ChangeInput): IncidentChange[] {
  const namespaces = new Set(affected.values());
  const causeNamespace = cause === undefined ? undefined : affected.get(cause);
  const near: IncidentChange[] = [];
  for (const { nodes, isEverywhere = false, ...change } of changes) {
    const atMs = Date.parse(change.at);
    if (atMs < startedMs - BEFORE_MS || atMs > startedMs + AFTER_MS) continue;
    const touches = isEverywhere || (nodes ? nodes.some((node) => affected.has(node)) : namespaces.has(change.namespace));
    if (!touches) continue;
    const onCause = !isEverywhere && (nodes ? cause !== undefined && nodes.includes(cause) : change.namespace === causeNamespace);
    near.push({ ...change, onCause });
  }
  near.sort((a, b) => Number(b.onCause) - Number(a.onCause) || (a.at < b.at ? 1 : -1));
  return near.slice(0, CHANGES_MAX);
}
