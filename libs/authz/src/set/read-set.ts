/**
 * Policies from a YAML stream or from objects, with everything that is wrong with them, and where.
 * Invariant: never throws; a document that cannot be read is a diagnostic, the others are read all the same.
 */
import type { PolicyDiagnostic, PolicySource } from '@observatory/contracts';
import { readSource, type Place, type SourceDocument } from '../source/read-source.js';
import { entryOf, refText, type PolicyEntry } from './policy-set.js';

export interface ReadPolicies {
  readonly entries: PolicyEntry[];
  readonly diagnostics: PolicyDiagnostic[];
  /** Line and column of a path in a policy, counted from 1. */
  place(policy: string, path: string): Place | undefined;
}

export function readPolicies(source: PolicySource, namespace = 'default'): ReadPolicies {
  const { documents, problems } = typeof source === 'string' ? readSource(source) : ofObjects(source);
  const diagnostics: PolicyDiagnostic[] = problems.map(({ place, ...problem }) => ({
    severity: 'error',
    policy: '',
    ...problem,
    ...place,
  }));
  const entries: PolicyEntry[] = [];
  const places = new Map<string, SourceDocument>();
  documents.forEach((document, index) => {
    const unnamed = `document ${index + 1}`;
    for (const { place, ...problem } of document.problems) diagnostics.push({ severity: 'error', policy: unnamed, ...problem, ...place });
    if (document.value === undefined || document.value === null) return;
    const entry = entryOf(document.value, namespace);
    if (!entry) return void diagnostics.push({ ...notAPolicy(document.value), policy: unnamed, path: '', ...document.place('') });
    entries.push(entry);
    places.set(refText(entry), document);
  });
  return { entries, diagnostics, place: (policy, path) => places.get(policy)?.place(path) };
}

function ofObjects(objects: readonly unknown[]): { documents: SourceDocument[]; problems: [] } {
  return { documents: objects.map((value) => ({ value, problems: [], place: () => undefined })), problems: [] };
}

function notAPolicy(value: unknown): Pick<PolicyDiagnostic, 'severity' | 'code' | 'message'> {
  const { apiVersion, kind, metadata } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    return { severity: 'error', code: 'not-a-policy', message: 'a policy has an apiVersion and a kind' };
  const { name } = (metadata ?? {}) as { name?: unknown };
  if (typeof name !== 'string' || name === '') return { severity: 'error', code: 'no-name', message: `the ${kind} has no metadata.name` };
  return { severity: 'error', code: 'unknown-kind', message: `${kind} of ${apiVersion} is no policy that we know` };
}
