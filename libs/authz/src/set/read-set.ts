/**
 * Policies from a YAML stream or from objects, with everything that is wrong with them, and where.
 * Invariant: never throws; a document that cannot be read is a diagnostic, the others are read all the same.
 */
import type { PolicyDiagnostic, PolicySource } from '@observatory/contracts';
import { readSource, type Place, type SourceDocument } from '../source/read-source.js';
import { fieldsOf, isObject, listOf, textOf, type Finding } from '../validate/finding.js';
import { validateObject } from '../validate/validate.js';
import { entryOf, refText, type PolicyEntry } from './policy-set.js';

export interface ReadPolicies {
  readonly entries: PolicyEntry[];
  readonly diagnostics: PolicyDiagnostic[];
  /** Line and column of a path in a policy, counted from 1. */
  place(policy: string, path: string): Place | undefined;
}

export interface ReadOptions {
  /** Stands in where a manifest names no namespace. */
  readonly namespace?: string;
  /** How much of one text is read; the default answers within a second. */
  readonly charactersMax?: number;
}

/** Diagnostics told of one source; the rest is counted in the last of them. */
const DIAGNOSTICS_MAX = 5000;

export function readPolicies(source: PolicySource, { namespace = 'default', charactersMax }: ReadOptions = {}): ReadPolicies {
  const { documents, problems } = typeof source === 'string' ? readSource(source, charactersMax) : ofObjects(source);
  const reading = new Reading(namespace);
  for (const { place, ...problem } of problems) reading.tell({ severity: 'error', policy: '', ...problem, ...place });
  documents.forEach((document, index) => reading.read(document, `document ${index + 1}`));
  return { entries: reading.entries, diagnostics: reading.diagnostics, place: (policy, path) => reading.place(policy, path) };
}

function ofObjects(objects: readonly unknown[]): { documents: SourceDocument[]; problems: [] } {
  return { documents: objects.map((value) => ({ value, problems: [], place: () => undefined })), problems: [] };
}

class Reading {
  readonly entries: PolicyEntry[] = [];
  readonly diagnostics: PolicyDiagnostic[] = [];
  private readonly places = new Map<string, { document: SourceDocument; prefix: string }>();

  constructor(private readonly namespace: string) {}

  tell(diagnostic: PolicyDiagnostic): void {
    if (this.diagnostics.length < DIAGNOSTICS_MAX) this.diagnostics.push(diagnostic);
  }

  read(document: SourceDocument, name: string): void {
    for (const { place, ...problem } of document.problems) this.tell({ severity: 'error', policy: name, ...problem, ...place });
    const { value } = document;
    if (value === undefined || value === null) return;
    // What `kubectl get -o yaml` prints.
    const items = isObject(value) && value['kind'] === 'List' && value['apiVersion'] === 'v1' ? listOf(value['items']) : undefined;
    if (!items) return this.readObject(value, { document, prefix: '', name });
    items.forEach((item, index) => this.readObject(item, { document, prefix: `items[${index}].`, name: `${name}, item ${index + 1}` }));
  }

  private readObject(value: unknown, at: { document: SourceDocument; prefix: string; name: string }): void {
    const entry = entryOf(value, this.namespace);
    const policy = entry ? refText(entry) : labelOf(value, at.name);
    for (const finding of validateObject(value)) this.tell(diagnosticOf(finding, policy, at));
    if (!entry) return;
    if (this.places.has(policy))
      this.tell({
        severity: 'warning',
        code: 'twice',
        message: 'the same policy stands before: the last one counts',
        policy,
        path: `${at.prefix}metadata.name`,
        ...at.document.place(`${at.prefix}metadata.name`),
      });
    this.entries.push(entry);
    this.places.set(policy, at);
  }

  place(policy: string, path: string): Place | undefined {
    const known = this.places.get(policy);
    return known?.document.place(known.prefix + path);
  }
}

function diagnosticOf(
  { at: side, ...finding }: Finding,
  policy: string,
  { document, prefix }: { document: SourceDocument; prefix: string },
): PolicyDiagnostic {
  const path = finding.path === '' ? prefix.replace(/\.$/, '') : prefix + finding.path;
  return { ...finding, policy, path, ...document.place(path, side) };
}

/** As much of `<kind>/<namespace>/<name>` as there is. */
function labelOf(value: unknown, fallback: string): string {
  const { kind, metadata } = fieldsOf(value);
  const { namespace, name } = fieldsOf(metadata);
  const known = [kind, namespace, name].flatMap((part) => textOf(part) ?? []);
  return known.length > 0 ? known.join('/') : fallback;
}

/** Everything that is wrong with, or suspicious about, a policy that was read already. */
export function diagnosticsOf(entry: PolicyEntry): PolicyDiagnostic[] {
  return validateObject(entry.object).map(({ at: _, ...finding }) => ({ ...finding, policy: refText(entry) }));
}
