/**
 * What changed between two versions of a policy? The unified diff of their YAML, without status and bookkeeping.
 * Invariant: applying the diff to the version before gives the version; equal objects have equal text whatever the order of their keys.
 */
import type { PolicyObject } from '@observatory/authz';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';

const CONTEXT_LINES = 3;
/** Beyond it a diff is told as a replacement: comparing is quadratic in what differs. */
const DIFF_WITHIN_MS = 500;

export interface VersionDiff {
  readonly diff: string;
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

export function yamlOf(object: PolicyObject): string {
  const { apiVersion, kind, metadata, spec } = object;
  return stringify(
    { apiVersion, kind, metadata: sorted(metadata), ...(spec === undefined ? {} : { spec: sorted(spec) }) },
    { lineWidth: 0 },
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

export function diffOf(before: string, after: string, names: { before: string; after: string }): VersionDiff {
  const options = { context: CONTEXT_LINES, timeout: DIFF_WITHIN_MS };
  const patch = createTwoFilesPatch(names.before, names.after, before, after, '', '', options) as string | undefined;
  const diff = patch === undefined ? replaced(before, after, names) : patch.replace(/^=+\n/, '');
  const lines = diff.split('\n').slice(2);
  return {
    diff,
    linesAdded: lines.filter((line) => line.startsWith('+')).length,
    linesRemoved: lines.filter((line) => line.startsWith('-')).length,
  };
}

function replaced(before: string, after: string, names: { before: string; after: string }): string {
  const lines = (text: string, sign: string) =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => sign + line);
  const [removed, added] = [lines(before, '-'), lines(after, '+')];
  return [
    `--- ${names.before}`,
    `+++ ${names.after}`,
    `@@ -${removed.length === 0 ? 0 : 1},${removed.length} +${added.length === 0 ? 0 : 1},${added.length} @@`,
    ...removed,
    ...added,
    '',
  ].join('\n');
}
