/** A unified diff as lines to draw. Invariant: line numbers are those of the two texts; headers of files are left out. */
export interface DiffLine {
  kind: 'added' | 'removed' | 'same' | 'gap';
  text: string;
  before: number | undefined;
  after: number | undefined;
}

export function diffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let [before, after] = [0, 0];
  let inHunk = false;
  for (const text of diff.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/u.exec(text);
    if (hunk) {
      if (inHunk) lines.push({ kind: 'gap', text: '', before: undefined, after: undefined });
      [before, after, inHunk] = [Number(hunk[1]), Number(hunk[2]), true];
      continue;
    }
    if (!inHunk || text.startsWith('\\')) continue;
    if (text.startsWith('+')) lines.push({ kind: 'added', text: text.slice(1), before: undefined, after: after++ });
    else if (text.startsWith('-')) lines.push({ kind: 'removed', text: text.slice(1), before: before++, after: undefined });
    else if (text.startsWith(' ')) lines.push({ kind: 'same', text: text.slice(1), before: before++, after: after++ });
  }
  return lines;
}
