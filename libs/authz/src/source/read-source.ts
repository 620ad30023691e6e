/**
 * Objects from a YAML stream (or JSON), each with the place of every field in it, and what keeps a document from being read.
 * Invariant: never throws, and time and memory are bounded by the bounds below whatever the text is: bombs of aliases, deep nesting,
 * megabytes. A document that cannot be read is a problem; the others are read all the same.
 */
import { POLICY_TEXT_MAX } from '@observatory/contracts';
import { isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair } from 'yaml';
import { Lines, splitDocuments, type Piece } from './split.js';

/** What is read of one stream: reading takes some 0.6 µs a character, and the answer shall be there within a second. */
export const READ_CHARACTERS_MAX = 1024 * 1024;
const DOCUMENTS_MAX = 10_000;
const ALIASES_MAX = 100;
/** The parser's time grows with the square of them. */
const ANCHORS_MAX = 500;
export const DEPTH_MAX = 100;
const ERRORS_TOLD_MAX = 20;

export interface Place {
  readonly line: number;
  readonly column: number;
}
export interface SourceProblem {
  readonly code: 'not-yaml' | 'duplicate-key' | 'too-large' | 'too-many' | 'too-deep' | 'too-many-aliases';
  readonly message: string;
  readonly path: string;
  readonly place: Place;
  readonly suggestion?: string;
}
export interface SourceDocument {
  readonly value: unknown;
  readonly problems: readonly SourceProblem[];
  /** Where a path such as `spec.rules[0]` stands, or as much of it as there is. Undefined for objects, which have no text. */
  place(path: string, at?: 'key' | 'value'): Place | undefined;
}

export interface ReadSource {
  readonly documents: readonly SourceDocument[];
  /** Of the stream as a whole. */
  readonly problems: readonly SourceProblem[];
}

export function readSource(text: string, charactersMax = READ_CHARACTERS_MAX): ReadSource {
  const start: Place = { line: 1, column: 1 };
  if (text.length > Math.max(POLICY_TEXT_MAX, charactersMax)) {
    const message = `the text has ${text.length} characters; at most ${POLICY_TEXT_MAX} are taken`;
    return { documents: [], problems: [{ code: 'too-large', message, path: '', place: start, suggestion: 'split it' }] };
  }
  const lines = new Lines(text);
  const { pieces, more } = splitDocuments(text, DOCUMENTS_MAX);
  const problems: SourceProblem[] = [];
  const documents: SourceDocument[] = [];
  let left = charactersMax;
  for (const piece of pieces) {
    left -= piece.text.length;
    if (left < 0) {
      const message = `only ${charactersMax} characters of one text are read; this document and what follows are not checked`;
      problems.push({ code: 'too-large', message, path: '', place: lines.at(piece.start), suggestion: 'split it' });
      break;
    }
    documents.push(readPiece(piece, lines));
  }
  if (more)
    problems.push({
      code: 'too-many',
      message: `only ${DOCUMENTS_MAX} documents are read`,
      path: '',
      place: start,
      suggestion: 'split it',
    });
  return { documents, problems };
}

function readPiece(piece: Piece, lines: Lines): SourceDocument {
  const placeAt = (offset: number) => lines.at(piece.start + offset);
  const refused = (code: SourceProblem['code'], message: string, offset = 0): SourceDocument => ({
    value: undefined,
    problems: [{ code, message, path: '', place: placeAt(offset) }],
    place: () => placeAt(0),
  });
  if ((piece.text.match(/(?:^|[\s[{,:])&\S/g) ?? []).length > ANCHORS_MAX)
    return refused('too-many-aliases', `more than ${ANCHORS_MAX} anchors`);
  const deep = depthOf(piece.text);
  if (deep !== undefined) return refused('too-deep', `nested more than ${DEPTH_MAX} levels deep`, deep);
  try {
    // Keys are compared here, since the parser compares each with each.
    const document = parseDocument(piece.text, { uniqueKeys: false, merge: true, prettyErrors: false, logLevel: 'silent' });
    if (document.errors.some(({ message }) => message.includes('call stack'))) return refused('too-deep', 'nested too deep to be read');
    if (document.errors.length > 0) {
      const problems = document.errors.slice(0, ERRORS_TOLD_MAX).map(({ message, pos }) => ({
        code: 'not-yaml' as const,
        message: message.split('\n')[0] ?? message,
        path: '',
        place: placeAt(pos[0]),
      }));
      return { value: undefined, problems, place: () => placeAt(0) };
    }
    const value = document.toJS({ maxAliasCount: ALIASES_MAX }) as unknown;
    const problems = duplicates(document, placeAt);
    return { value, problems, place: (path, at) => placeAt(offsetOf(document, path, at)) };
  } catch (thrown) {
    // By name: the parser may live in another realm.
    const { name, message } = thrown as Error;
    if (name === 'RangeError') return refused('too-deep', 'nested too deep to be read');
    return /excessive alias/i.test(message)
      ? refused('too-many-aliases', 'aliases in it stand for more than is read')
      : refused('not-yaml', message);
  }
}

const DEEP_LINE = new RegExp(`^[ ]*(?:[-?] +){${DEPTH_MAX + 1}}`, 'm');

/** Where brackets, or lists within lists on one line, nest deeper than is read. Those in quoted text count as well: no policy has a hundred. */
function depthOf(text: string): number | undefined {
  const line = DEEP_LINE.exec(text);
  if (line) return line.index;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === 0x5b || char === 0x7b) depth += 1;
    else if ((char === 0x5d || char === 0x7d) && depth > 0) depth -= 1;
    if (depth > DEPTH_MAX) return index;
  }
  return undefined;
}

function duplicates(document: Document.Parsed, placeAt: (offset: number) => Place): SourceProblem[] {
  const problems: SourceProblem[] = [];
  const walk = (node: unknown, path: string): void => {
    if (isSeq(node)) node.items.forEach((item, index) => walk(item, `${path}[${index}]`));
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const own = pathOfKey(path, name);
      if (seen.has(name) && name !== '<<' && problems.length < ERRORS_TOLD_MAX)
        problems.push({
          code: 'duplicate-key',
          message: `\`${name}\` stands twice in one map: Kubernetes refuses it`,
          path: own,
          place: placeAt((isScalar(key) ? key.range?.[0] : undefined) ?? 0),
        });
      seen.add(name);
      walk(value, own);
    }
  };
  walk(document.contents, '');
  return problems;
}

export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) =>
    index === undefined ? (quoted?.replace(/\\(.)/g, '$1') ?? name ?? '') : Number(index),
  );
}

/** A map key in a path: plain where it can be, `["a.b/c"]` where not. */
export function pathOfKey(path: string, key: string): string {
  const step = /^[A-Za-z_][\w-]*$/.test(key) ? key : `["${key.replace(/["\\]/g, '\\$&')}"]`;
  return path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
}

function offsetOf(document: Document.Parsed, path: string, at: 'key' | 'value' = 'value'): number {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of stepsOf(path)) {
    const pair = pairOf(node, step);
    const next: unknown = pair ? pair.value : isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
    const key = (pair?.key as Node | undefined)?.range?.[0];
    const inner = (next as Node | null | undefined)?.range?.[0];
    // A field that holds a map or a list is found by its name, a plain value where it stands.
    const byKey = key !== undefined && (at === 'key' || !isScalar(next) || inner === undefined);
    const found = byKey ? key : inner;
    if (found === undefined) break;
    offset = found;
    node = next as Node | null | undefined;
  }
  return offset;
}

function pairOf(node: unknown, step: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step)) as Pair | undefined;
}
