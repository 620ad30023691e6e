/**
 * Does a policy's string value match an attribute? Istio's rules (authz/matcher/string.go): `*` is present and not empty,
 * a leading star is a suffix, else a trailing one a prefix, else exact; only one star is special, and the leading is tested first.
 * Invariant: an attribute that is missing matches nothing.
 */

export type StringMatcher = (attribute: string | undefined) => boolean;

export type Pattern = { readonly kind: 'present' } | { readonly kind: 'suffix' | 'prefix' | 'exact'; readonly text: string };

export function patternOf(value: string): Pattern {
  if (value === '*') return { kind: 'present' };
  if (value.startsWith('*')) return { kind: 'suffix', text: value.slice(1) };
  if (value.endsWith('*')) return { kind: 'prefix', text: value.slice(0, -1) };
  return { kind: 'exact', text: value };
}

/** `emptyIsPresent`: for header values and methods, `*` also matches a value that is there and empty. */
export function stringMatcher(value: string, emptyIsPresent = false): StringMatcher {
  const pattern = patternOf(value);
  switch (pattern.kind) {
    case 'present':
      return emptyIsPresent ? (text) => text !== undefined : (text) => text !== undefined && text !== '';
    case 'suffix':
      return (text) => text !== undefined && text.endsWith(pattern.text);
    case 'prefix':
      return (text) => text !== undefined && text.startsWith(pattern.text);
    case 'exact':
      return (text) => text === pattern.text;
  }
}

/** Hosts compare without regard to ASCII case, port included. */
export function hostMatcher(value: string): StringMatcher {
  const matches = stringMatcher(asciiLowerCase(value), true);
  return (text) => matches(text === undefined ? undefined : asciiLowerCase(text));
}

export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
