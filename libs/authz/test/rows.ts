/** Tables of one field each: a row is what a policy says, what the request has, and whether they match. */
import { allows, denies, from, to, when, type Rest } from './cases.js';

export type Row = readonly [value: string, attribute: unknown, matches: boolean];

/** The positive form matches as said; the not-form is its plain negation (3.4); DENY matches as ALLOW does. */
function check(
  spec: (values: readonly string[]) => object,
  not: (values: readonly string[]) => object,
  [request, matches, value]: [object, boolean, string],
  rest?: Rest,
) {
  expect(allows(spec([value]), request as never, rest)).toBe(matches);
  expect(denies(spec([value]), request as never, rest)).toBe(matches);
  expect(allows(not([value]), request as never, rest)).toBe(!matches);
  expect(denies(not([value]), request as never, rest)).toBe(!matches);
}
const field =
  (side: (part: unknown) => object, name: string) =>
  (values: readonly string[]): object =>
    side({ [name]: values });
const notName = (name: string) => `not${name.charAt(0).toUpperCase()}${name.slice(1)}`;
export function ofSource(name: string, asRequest: (attribute: never) => object, rows: readonly Row[], rest?: Rest) {
  it.each(rows)(`${name} %s, request %j: %s`, (value, attribute, matches) =>
    check(field(from, name), field(from, notName(name)), [asRequest(attribute as never), matches, value], rest),
  );
}
export function ofOperation(name: string, asRequest: (attribute: never) => object, rows: readonly Row[], rest?: Rest) {
  it.each(rows)(`${name} %s, request %j: %s`, (value, attribute, matches) =>
    check(field(to, name), field(to, notName(name)), [asRequest(attribute as never), matches, value], rest),
  );
}
export function ofKey(key: string, asRequest: (attribute: never) => object, rows: readonly Row[], rest?: Rest) {
  it.each(rows)(`${key} %s, request %j: %s`, (value, attribute, matches) =>
    check(
      (values) => when(key, values),
      (values) => when(key, undefined, values),
      [asRequest(attribute as never), matches, value],
      rest,
    ),
  );
}
