/** What was wrong with the telemetry of one window? Counted by code, with the first example, so that a flood stays small. */
import type { ProblemCode, TelemetryProblem } from '../types.js';

const MAX_EXAMPLE_LENGTH = 300;

export type Labels = Readonly<Record<string, string>>;

export class ProblemLog {
  private readonly found = new Map<ProblemCode, { count: number; example: string }>();

  add(code: ProblemCode, labels: Labels, detail = ''): void {
    const entry = this.found.get(code);
    if (entry !== undefined) entry.count += 1;
    else this.found.set(code, { count: 1, example: `${detail}${JSON.stringify(labels)}`.slice(0, MAX_EXAMPLE_LENGTH) });
  }

  /** Whether a rate is usable. 0 is, but says nothing: it is refused without a problem. */
  usable(value: number, labels: Labels): boolean {
    if (value > 0 && value < Infinity) return true;
    if (value !== 0) this.add('bad-value', labels, `${value} `);
    return false;
  }

  list(): TelemetryProblem[] {
    return Array.from(this.found, ([code, { count, example }]) => ({ code, count, example }));
  }
}
