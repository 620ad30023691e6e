/**
 * Does an object have the fields and types that its kind has? Shapes are written down from the kinds' CRD schemas.
 * Invariant: every difference is found at once, and none of them hides another; null is an absent field, but never an item of a list.
 */
import { pathOfKey } from '../source/read-source.js';
import { isObject, quoted, type Findings } from './finding.js';

export type Shape =
  | { readonly type: 'text'; readonly oneOf?: readonly string[]; readonly notEmpty?: true }
  | { readonly type: 'boolean' | 'any' | 'textOrWhole' }
  | { readonly type: 'whole'; readonly min: number; readonly max: number }
  | { readonly type: 'list'; readonly items: Shape; readonly max?: number }
  | { readonly type: 'map'; readonly values: Shape }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

export const text: Shape = { type: 'text' };
export const notEmpty: Shape = { type: 'text', notEmpty: true };
export const bool: Shape = { type: 'boolean' };
export const any: Shape = { type: 'any' };
export const textOrWhole: Shape = { type: 'textOrWhole' };
export const oneOf = (...values: readonly string[]): Shape => ({ type: 'text', oneOf: values });
export const whole = (min: number, max: number): Shape => ({ type: 'whole', min, max });
export const list = (items: Shape, max?: number): Shape => ({ type: 'list', items, ...(max === undefined ? {} : { max }) });
export const map = (values: Shape): Shape => ({ type: 'map', values });
export const object = (fields: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape => ({
  type: 'object',
  fields,
  required,
});
export const texts = list(text);

export function checkShape(value: unknown, shape: Shape, path: string, findings: Findings): void {
  if (value === null || value === undefined) return;
  switch (shape.type) {
    case 'any':
      return;
    case 'text':
      return checkText(value, shape, path, findings);
    case 'boolean':
      if (typeof value !== 'boolean') wrongType(value, 'true or false', path, findings);
      return;
    case 'textOrWhole':
      if (typeof value !== 'string' && !Number.isInteger(value)) wrongType(value, 'a number or a name', path, findings);
      return;
    case 'whole':
      return checkWhole(value, shape, path, findings);
    case 'list':
      return checkList(value, shape, path, findings);
    case 'map':
      if (!isObject(value)) return wrongType(value, 'a map', path, findings);
      for (const [key, item] of Object.entries(value)) checkShape(item, shape.values, pathOfKey(path, key), findings);
      return;
    case 'object':
      return checkObject(value, shape, path, findings);
  }
}

type Of<Type extends Shape['type']> = Extract<Shape, { type: Type }>;

function checkText(value: unknown, { oneOf: allowed, notEmpty: isRequired }: Of<'text'>, path: string, findings: Findings): void {
  if (typeof value !== 'string') return wrongType(value, 'text', path, findings, `"${String(value)}"`);
  if (isRequired && value === '') findings.error('empty-value', path, 'it is empty');
  if (!allowed || allowed.includes(value)) return;
  const near = nearest(value, allowed);
  findings.error('bad-value', path, `${quoted(value)} is none of ${allowed.join(', ')}`, near === undefined ? {} : { suggestion: near });
}

function checkWhole(value: unknown, { min, max }: Of<'whole'>, path: string, findings: Findings): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType(value, 'a whole number', path, findings);
  if (value < min || value > max) findings.error('bad-value', path, `${value} is not within ${min} and ${max}`);
}

function checkList(value: unknown, { items, max }: Of<'list'>, path: string, findings: Findings): void {
  if (!Array.isArray(value)) return wrongType(value, 'a list', path, findings, typeof value === 'string' ? `["${value}"]` : undefined);
  if (max !== undefined && value.length > max) findings.error('too-many', path, `${value.length} items, where ${max} are the most`);
  value.forEach((item: unknown, index) => {
    if (item === null || item === undefined)
      findings.error('null-item', `${path}[${index}]`, 'the item is empty (null)', { suggestion: 'remove it, or fill it' });
    else checkShape(item, items, `${path}[${index}]`, findings);
  });
}

function checkObject(value: unknown, { fields, required = [] }: Of<'object'>, path: string, findings: Findings): void {
  if (!isObject(value)) return wrongType(value, 'a map of fields', path, findings);
  for (const [name, item] of Object.entries(value)) {
    const own = pathOfKey(path, name);
    const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (shape) {
      checkShape(item, shape, own, findings);
      continue;
    }
    const near = nearest(name, Object.keys(fields));
    findings.error('unknown-field', own, `there is no field ${quoted(name)} here`, {
      at: 'key',
      ...(near === undefined ? {} : { suggestion: near }),
    });
  }
  for (const name of required)
    if (value[name] === undefined || value[name] === null)
      findings.error('missing-field', pathOfKey(path, name), `${quoted(name)} is missing`);
}

function wrongType(value: unknown, wanted: string, path: string, findings: Findings, suggestion?: string): void {
  const found = Array.isArray(value)
    ? 'a list'
    : isObject(value)
      ? 'a map'
      : `${typeof value === 'string' ? 'the text' : 'the ' + typeof value} ${quoted(value)}`;
  findings.error('wrong-type', path, `it must be ${wanted}, and is ${found}`, suggestion === undefined ? {} : { suggestion });
}

const NEAR_MAX = 2;
const NEAR_LENGTH_MAX = 40;

/** The name that was probably meant. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > NEAR_LENGTH_MAX) return undefined;
  let best: string | undefined;
  let least = Math.min(NEAR_MAX, Math.floor(name.length / 2)) + 1;
  for (const candidate of names) {
    const edits = candidate.toLowerCase() === name.toLowerCase() ? 0 : distance(name, candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}
