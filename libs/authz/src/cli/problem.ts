/** A problem of a file, as every output of `validate` has it. */
import type { PolicyDiagnostic } from '@observatory/contracts';

export interface Problem extends Pick<PolicyDiagnostic, 'severity' | 'code' | 'message' | 'path' | 'suggestion'> {
  readonly line: number;
  readonly column: number;
  /** Which of the file's policies, as far as it has a name. */
  readonly policy: string;
}
export interface FileProblems {
  readonly file: string;
  readonly problems: readonly Problem[];
}
