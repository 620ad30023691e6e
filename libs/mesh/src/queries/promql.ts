/** How is PromQL put together? Small builders that every query shares; the operator's selector goes into each of them. */

/** A string literal of PromQL. */
export const quoted = (text: string): string => JSON.stringify(text);

/** `cluster="east"` from what an operator may write: with braces, spaces or stray commas. '' for none. */
export function normalisedSelector(selector: string | undefined): string {
  return (selector ?? '')
    .trim()
    .replace(/^\{/, '')
    .replace(/\}$/, '')
    .replace(/^[\s,]+|[\s,]+$/g, '');
}

/** `name{matchers,selector}`; empty matchers are left out. */
export function series(name: string, matchers: readonly string[], selector: string): string {
  const all = [...matchers, selector].filter((matcher) => matcher !== '');
  return all.length === 0 ? name : `${name}{${all.join(',')}}`;
}

export const sumOfRates = (labels: readonly string[], selected: string, rateWindowSec: number): string =>
  `sum by (${labels.join(',')}) (rate(${selected}[${rateWindowSec}s]))`;

/** Marks a part of a union: after `rate` and `sum` the metric's own name is gone. */
export const tagged = (expression: string, metric: string): string => `label_replace(${expression},"metric",${quoted(metric)},"","")`;

export const union = (parts: readonly string[]): string => parts.join(' or ');

/** An anchored matcher for exactly these values. Prometheus looks literal alternatives up instead of running the regex. */
export function oneOf(label: string, values: readonly string[]): string {
  if (values.length === 1) return `${label}=${quoted(values[0]!)}`;
  const alternatives = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return `${label}=~${quoted(alternatives.join('|'))}`;
}
