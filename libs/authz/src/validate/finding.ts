/** What is wrong with a policy, or suspicious: the code is stable, the path is the field's own, and `suggestion` says what to write. */

export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  readonly path: string;
  /** A wrong name stands at its key, anything else at its value. */
  readonly at?: 'key' | 'value' | undefined;
  readonly suggestion?: string | undefined;
}

type Extra = Pick<Finding, 'at' | 'suggestion'>;

/** Collects findings; a policy made to have millions of them is told so many. */
export class Findings {
  static readonly MAX = 1000;
  readonly list: Finding[] = [];

  error(code: string, path: string, message: string, extra: Extra = {}): void {
    this.add({ severity: 'error', code, path, message, ...extra });
  }

  warning(code: string, path: string, message: string, extra: Extra = {}): void {
    this.add({ severity: 'warning', code, path, message, ...extra });
  }

  private add(finding: Finding): void {
    if (this.list.length < Findings.MAX) this.list.push(finding);
  }
}

export type Fields = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const SHOWN_MAX = 80;
/** A value in a sentence, cut where it is long. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `\`${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}\``;
}
