/**
 * Where in a YAML document is the cursor? The keys above it by indentation, as people write policies: block style.
 * Invariant: never throws, and reads only the lines of the document that the cursor is in.
 */
export interface YamlPlace {
  /** Keys from the document's root down to what contains the cursor; a list is passed through without a part of its own. */
  path: string[];
  /** `key`: a key is being written; `value`: what stands behind `key:` or in its list. */
  at: 'key' | 'value';
  /** What of the word is written already, and where it begins. */
  word: string;
  from: number;
  /** Keys beside the one being written. */
  siblings: string[];
}

interface Line {
  /** Column of the key or value, behind `- `. */
  column: number;
  key: string | undefined;
  value: string;
  dash: number | undefined;
}

/** Lines looked at above and below the cursor: policies are far shorter. */
const LINES_MAX = 5000;
const KEY = /^([\w./-]+|"[^"]*"|'[^']*'):(?:\s+(.*))?$/u;

function readLine(text: string): Line | undefined {
  const body = text.replace(/(^|\s)#.*$/u, '$1');
  if (body.trim() === '') return undefined;
  const lead = /^(\s*)((?:-\s+)*)(-$)?/u.exec(body);
  const dashes = `${lead?.[2] ?? ''}${lead?.[3] ?? ''}`;
  const column = (lead?.[1]?.length ?? 0) + dashes.length;
  const rest = body.slice(column).trimEnd();
  const match = KEY.exec(rest);
  return {
    column,
    key: match?.[1]?.replace(/^["']|["']$/gu, ''),
    value: match ? (match[2] ?? '') : rest,
    dash: dashes === '' ? undefined : (lead?.[1]?.length ?? 0),
  };
}

/** The kind of the document around the cursor, and its lines above and below. */
export function documentAround(text: string, offset: number): { above: string[]; below: string[]; kind: string | undefined } {
  const before = text.slice(0, offset).split('\n');
  const after = text.slice(offset).split('\n').slice(1);
  const start = before.slice(0, -1).findLastIndex((line) => /^---(\s|$)/u.test(line));
  const end = after.findIndex((line) => /^---(\s|$)/u.test(line));
  const above = before.slice(Math.max(start + 1, before.length - 1 - LINES_MAX), -1);
  const below = (end === -1 ? after : after.slice(0, end)).slice(0, LINES_MAX);
  const kind = [...above, ...below].map((line) => /^kind:\s*(\S+)/u.exec(line)?.[1]).find((each) => each !== undefined);
  return { above, below, kind };
}

function siblingsOf(above: readonly string[], below: readonly string[], { column, dash }: Place): string[] {
  const keys: string[] = [];
  // A line with a dash begins its item: nothing above belongs to it.
  for (const text of dash === undefined ? above.toReversed() : []) {
    const line = readLine(text);
    if (!line) continue;
    if (line.column < column) break;
    if (line.column === column && line.key !== undefined) keys.push(line.key);
    if (line.column === column && line.dash !== undefined) break;
  }
  for (const text of below) {
    const line = readLine(text);
    if (!line) continue;
    if (line.column < column || (line.column === column && line.dash !== undefined)) break;
    if (line.column === column && line.key !== undefined) keys.push(line.key);
  }
  return keys;
}

interface Place {
  /** Column of the content, behind dashes. */
  column: number;
  /** Column of the dash that begins the item; undefined where it is not known (yet) to be in a list. */
  dash: number | undefined;
}

/** YAML lets the dashes of a list stand at the column of the key that holds it, or deeper. */
function pathAbove(above: readonly string[], from: Place): string[] {
  const path: string[] = [];
  let { column, dash } = from;
  for (const text of above.toReversed()) {
    const line = readLine(text);
    if (!line) continue;
    const isParent = dash === undefined ? line.column < column : line.column <= dash;
    if (isParent && line.key !== undefined && line.value === '') {
      path.unshift(line.key);
      ({ column, dash } = line);
    } else if (dash === undefined && line.column === column) {
      dash = line.dash;
    }
    if (column === 0) break;
  }
  return path;
}

export function yamlPlace(text: string, offset: number): YamlPlace {
  const { above, below } = documentAround(text, offset);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const written = text.slice(lineStart, offset);
  const lead = /^\s*(?:-\s+)*/u.exec(written)?.[0] ?? '';
  const rest = written.slice(lead.length);
  const keyed = /^([\w./-]+):\s+(?:\[(?:.*,\s*)?)?["']?([^"',\]]*)$/u.exec(rest);
  const around = { column: lead.length, dash: lead.includes('-') ? lead.indexOf('-') : undefined };
  if (keyed) {
    const word = keyed[2] ?? '';
    return { path: [...pathAbove(above, around), keyed[1] ?? ''], at: 'value', word, from: offset - word.length, siblings: [] };
  }
  const word = rest.replace(/^["']/u, '');
  const siblings = siblingsOf(above, below, around);
  return { path: pathAbove(above, around), at: 'key', word, from: offset - word.length, siblings };
}
