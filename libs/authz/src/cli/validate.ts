/**
 * `validate FILE…`: what is wrong with policies in files, or suspicious, line by line.
 * Exit code 1 when there is an error, 0 otherwise; a file that cannot be read is one.
 */
import type { Writable } from 'node:stream';
import { readPolicies } from '../set/read-set.js';
import { expand, readText, UsageError, whyUnreadable } from './files.js';
import type { FileProblems, Problem } from './problem.js';
import { sarifOf } from './sarif.js';

export type Format = 'text' | 'json' | 'sarif';
/** `--all`: beyond what is read within a second. */
const ALL_CHARACTERS = 64 * 1024 * 1024;

export async function validateFiles(
  paths: readonly string[],
  options: { format: Format; all: boolean; output: Writable },
): Promise<number> {
  if (paths.length === 0) throw new UsageError('validate: name at least one file, or - for standard input');
  const files: FileProblems[] = [];
  for (const file of await expand(paths)) files.push({ file, problems: await problemsOf(file, options.all) });
  options.output.write(write(files, options.format));
  return files.some(({ problems }) => problems.some(({ severity }) => severity === 'error')) ? 1 : 0;
}

async function problemsOf(file: string, all: boolean): Promise<Problem[]> {
  let text: string;
  try {
    text = await readText(file);
  } catch (thrown) {
    return [{ severity: 'error', code: 'unreadable', message: whyUnreadable(thrown), path: '', line: 1, column: 1, policy: '' }];
  }
  const { diagnostics } = readPolicies(text, all ? { charactersMax: ALL_CHARACTERS } : {});
  return diagnostics
    .map(({ severity, code, message, path, line = 1, column = 1, policy, suggestion }) => ({
      severity,
      code,
      message,
      path,
      line,
      column,
      policy,
      ...(suggestion === undefined ? {} : { suggestion }),
    }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function write(files: readonly FileProblems[], format: Format): string {
  if (format === 'json') return `${JSON.stringify(files, undefined, 2)}\n`;
  if (format === 'sarif') return `${JSON.stringify(sarifOf(files), undefined, 2)}\n`;
  const lines = files.flatMap(({ file, problems }) =>
    problems.map(({ severity, code, message, path, line, column, suggestion }) => {
      const where = path === '' ? '' : `${path}: `;
      const advice = suggestion === undefined ? '' : `\n    write: ${suggestion}`;
      return `${file}:${line}:${column} ${severity} ${where}${message} [${code}]${advice}\n`;
    }),
  );
  const count = (wanted: Problem['severity']) =>
    files.flatMap(({ problems }) => problems).filter(({ severity }) => severity === wanted).length;
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${lines.join('')}${plural(files.length, 'file')}: ${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}\n`;
}
