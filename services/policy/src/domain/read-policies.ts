/**
 * Policies from a YAML stream or from objects, with everything that keeps one from being read, and where.
 * Invariant: never throws; a document that cannot be read is a diagnostic, the others are read all the same.
 */
import type { PolicyDiagnostic, PolicySource } from '@observatory/contracts';
import { isNode, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { entryOf, refText, type PolicyEntry } from './policy-set.js';

const ALIASES_MAX = 100;
const DOCUMENTS_MAX = 10_000;

export interface ReadPolicies {
  readonly entries: PolicyEntry[];
  readonly diagnostics: PolicyDiagnostic[];
  /** Line and column of a path in a policy, counted from 1. */
  place(policy: string, path: string): { line: number; column: number } | undefined;
}

export function readPolicies(source: PolicySource, namespace = 'default'): ReadPolicies {
  return typeof source === 'string' ? readText(source, namespace) : readObjects(source, namespace);
}

function readObjects(objects: readonly unknown[], namespace: string): ReadPolicies {
  const entries: PolicyEntry[] = [];
  const diagnostics: PolicyDiagnostic[] = [];
  objects.forEach((object, index) => {
    const entry = entryOf(object, namespace);
    if (entry) entries.push(entry);
    else diagnostics.push({ ...notAPolicy(object), policy: `object ${index + 1}`, path: '' });
  });
  return { entries, diagnostics, place: () => undefined };
}

function readText(text: string, namespace: string): ReadPolicies {
  const counter = new LineCounter();
  const entries: PolicyEntry[] = [];
  const diagnostics: PolicyDiagnostic[] = [];
  const documents = new Map<string, Document.Parsed>();
  const placeAt = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: true });
  const list = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  list.slice(0, DOCUMENTS_MAX).forEach((document, index) => {
    const policy = `document ${index + 1}`;
    for (const { message, pos } of document.errors.slice(0, 20))
      diagnostics.push({
        severity: 'error',
        code: 'not-yaml',
        message: message.split('\n')[0] ?? message,
        policy,
        path: '',
        ...placeAt(pos[0]),
      });
    if (document.errors.length > 0) return;
    const at = placeAt(document.contents?.range[0] ?? document.range[0]);
    const value = valueOf(document);
    if (value instanceof Error)
      return void diagnostics.push({ severity: 'error', code: 'not-yaml', message: value.message, policy, path: '', ...at });
    if (value === null) return;
    const entry = entryOf(value, namespace);
    if (!entry) return void diagnostics.push({ ...notAPolicy(value), policy, path: '', ...at });
    entries.push(entry);
    documents.set(refText(entry), document);
  });
  if (list.length > DOCUMENTS_MAX)
    diagnostics.push({ severity: 'error', code: 'too-many', message: `more than ${DOCUMENTS_MAX} documents`, policy: '', path: '' });
  return { entries, diagnostics, place: (policy, path) => placeOf(documents.get(policy), path, placeAt) };
}

/** Aliases are bounded: a few lines could otherwise stand for gigabytes. */
function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX }) as unknown;
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

function placeOf(document: Document.Parsed | undefined, path: string, placeAt: (offset: number) => { line: number; column: number }) {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  const keys = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  if (!document) return undefined;
  for (let length = keys.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(node.range[0]);
  }
  return undefined;
}

function notAPolicy(value: unknown): Pick<PolicyDiagnostic, 'severity' | 'code' | 'message'> {
  const { apiVersion, kind, metadata } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    return { severity: 'error', code: 'not-a-policy', message: 'a policy has an apiVersion and a kind' };
  const { name } = (metadata ?? {}) as { name?: unknown };
  if (typeof name !== 'string' || name === '') return { severity: 'error', code: 'no-name', message: `the ${kind} has no metadata.name` };
  return { severity: 'error', code: 'unknown-kind', message: `${kind} of ${apiVersion} is no policy that we know` };
}
