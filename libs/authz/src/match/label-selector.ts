/**
 * Does a Kubernetes label selector pick these labels? Source: apimachinery's labels.Requirement. All requirements must hold; none: everything.
 * Invariant: where only a part of the labels is known, a requirement on another label is not known, and says so.
 */
import { all, type Three } from './three-valued.js';

export type Labels = Readonly<Record<string, string>>;

interface Requirement {
  readonly key: string;
  readonly holds: (value: string | undefined) => boolean;
}
export type LabelSelector = readonly Requirement[];

interface Selector {
  readonly matchLabels?: Labels | null;
  readonly matchExpressions?: readonly { key?: string; operator?: string; values?: readonly string[] }[] | null;
}

/** Any JSON: what the API server would refuse picks nothing. */
export function labelSelector(selector: unknown): LabelSelector {
  const { matchLabels, matchExpressions } = (selector ?? {}) as Selector;
  const equal = Object.entries(matchLabels ?? {}).map(([key, wanted]): Requirement => ({ key, holds: (value) => value === wanted }));
  const expressions = (Array.isArray(matchExpressions) ? (matchExpressions as NonNullable<Selector['matchExpressions']>) : []).map(
    ({ key = '', operator = '', values }): Requirement => ({ key, holds: test(operator, new Set(values ?? [])) }),
  );
  return [...equal, ...expressions];
}

function test(operator: string, values: ReadonlySet<string>): Requirement['holds'] {
  switch (operator) {
    case 'In':
      return (value) => value !== undefined && values.has(value);
    case 'NotIn':
      return (value) => value === undefined || !values.has(value);
    case 'Exists':
      return (value) => value !== undefined;
    case 'DoesNotExist':
      return (value) => value === undefined;
    default:
      return () => false;
  }
}

/** `missing` names the labels where not all of them are known. */
export function picks(selector: LabelSelector, labels: Labels, missing?: string): Three {
  return all(
    selector.map(({ key, holds }) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      return value === undefined && missing !== undefined ? [missing] : holds(value);
    }),
  );
}

/** Whether a selector of Kubernetes picks an object whose labels are all known. */
export const selectsLabels = (selector: unknown, labels: Labels): boolean => picks(labelSelector(selector), labels) === true;
