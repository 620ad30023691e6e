/** Label and field selectors of list and watch, as the API server reads them. Unknown field selectors are refused by the caller. */
import type { KubeObject } from './store.js';

export type Matcher = (object: KubeObject) => boolean;

/** `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`, joined by commas. Undefined where it cannot be read. */
export function labelMatcher(selector: string): Matcher | undefined {
  const parts = selector.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
  const matchers: Matcher[] = [];
  for (const part of parts) {
    const matcher = requirement(part.trim());
    if (!matcher) return undefined;
    matchers.push(matcher);
  }
  return (object) => matchers.every((matches) => matches(object));
}

function requirement(text: string): Matcher | undefined {
  const label = (object: KubeObject, key: string) => object.metadata.labels?.[key];
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set) {
    const values = set[3]!.split(',').map((value) => value.trim());
    return (object) => values.includes(label(object, set[1]!) ?? '\0') === (set[2] === 'in');
  }
  const pair = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (pair) return (object) => (label(object, pair[1]!) === pair[3]) === (pair[2] !== '!=');
  const exists = /^(!?)([^\s=!()]+)$/.exec(text);
  if (exists) return (object) => (label(object, exists[2]!) !== undefined) === (exists[1] === '');
  return undefined;
}

const FIELDS: Record<string, (object: KubeObject) => string | undefined> = {
  'metadata.name': (object) => object.metadata.name,
  'metadata.namespace': (object) => object.metadata.namespace ?? '',
  'spec.nodeName': (object) => (object.spec as { nodeName?: string } | undefined)?.nodeName,
  'status.phase': (object) => (object.status as { phase?: string } | undefined)?.phase,
};

export function fieldMatcher(selector: string): Matcher | undefined {
  const matchers: Matcher[] = [];
  for (const part of selector.split(',').filter(Boolean)) {
    const pair = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    const read = pair && FIELDS[pair[1]!];
    if (!pair || !read) return undefined;
    matchers.push((object) => (read(object) === pair[3]) === (pair[2] !== '!='));
  }
  return (object) => matchers.every((matches) => matches(object));
}
