/**
 * What could be written here? Keys and values of the schema, and names that the mesh knows.
 * Invariant: a key that its object has already is not offered again.
 */
import { schemaAt, type LiveValues, type SchemaNode } from './policy-schema.js';
import { documentAround, yamlPlace } from './yaml-place.js';

export interface Suggestion {
  label: string;
  /** What is written; `label` where absent. */
  apply?: string;
  detail?: string;
  kind: 'key' | 'value' | 'name';
}

export type LiveNames = Readonly<Record<LiveValues, readonly string[]>>;
export const NO_NAMES: LiveNames = { principals: [], namespaces: [], serviceAccounts: [], labels: [], hosts: [] };

const NAMES_MAX = 2000;

function valuesOf(node: SchemaNode, names: LiveNames): Suggestion[] {
  const fixed = (node.values ?? []).map((label): Suggestion => ({ label, kind: 'value' }));
  const live = node.live ? names[node.live].slice(0, NAMES_MAX) : [];
  return [...fixed, ...live.map((label): Suggestion => ({ label, kind: 'name' }))];
}

function keysOf(node: SchemaNode, siblings: readonly string[]): Suggestion[] {
  return Object.entries(node.keys ?? {})
    .filter(([key]) => !siblings.includes(key))
    .map(([label, { doc, list }]): Suggestion => ({
      label,
      apply: `${label}:${list === true ? '' : ' '}`,
      ...(doc === undefined ? {} : { detail: doc }),
      kind: 'key',
    }));
}

export function suggestions(text: string, offset: number, names: LiveNames): { from: number; options: Suggestion[] } | undefined {
  const place = yamlPlace(text, offset);
  const node = schemaAt(documentAround(text, offset).kind, place.path);
  if (!node) return undefined;
  const options = place.at === 'value' ? valuesOf(node, names) : [...keysOf(node, place.siblings), ...valuesOf(node, names)];
  return options.length === 0 ? undefined : { from: place.from, options };
}
