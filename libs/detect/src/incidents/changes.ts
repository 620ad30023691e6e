/**
 * What changed shortly before an incident began, of what the suite recorded? Near in time and on the graph: what touches the
 * likely cause comes first, then what touches anything affected, the latest first. A change is named, never blamed. What goes on by
 * itself all the time comes after it, told once with how often it was: among it nobody would see the rest.
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
  /** Happens by itself every few hours, and went well. */
  readonly isRoutine?: boolean;
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
  const routine: IncidentChange[] = [];
  for (const { nodes, isEverywhere = false, isRoutine = false, ...change } of changes) {
    const atMs = Date.parse(change.at);
    if (atMs < startedMs - BEFORE_MS || atMs > startedMs + AFTER_MS) continue;
    const touches = isEverywhere || (nodes ? nodes.some((node) => affected.has(node)) : namespaces.has(change.namespace));
    if (!touches) continue;
    const onCause = !isEverywhere && (nodes ? cause !== undefined && nodes.includes(cause) : change.namespace === causeNamespace);
    (isRoutine ? routine : near).push({ ...change, onCause });
  }
  return [...near.sort(byRelevance).slice(0, CHANGES_MAX), ...summedUp(routine.sort(byRelevance))];
}

const byRelevance = (a: IncidentChange, b: IncidentChange): number =>
  Number(b.onCause) - Number(a.onCause) || (a.at === b.at ? 0 : a.at < b.at ? 1 : -1);

function summedUp([first, ...more]: readonly IncidentChange[]): IncidentChange[] {
  if (!first) return [];
  return [
    more.length === 0 ? first : { ...first, words: `${first.words} (${more.length} more of the kind nearby within the hour before)` },
  ];
}
