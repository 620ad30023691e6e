/**
 * `test FILE…`: unit tests of policies. A file holds policies (files beside it, or written in it), workloads by name, and what must
 * happen to requests: {mesh?, policies, workloads, tests: [{name?, workload, request, expect, by?, missing?}]}.
 * Invariant: a test that cannot be asked has failed, and says why.
 */
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { Cases } from '../simulate-case.js';
import { fieldsOf, isObject, listOf, textOf, type Fields } from '../validate/finding.js';
import { expand, readPolicyText, readValue, UsageError } from './files.js';
import { sarifOf } from './sarif.js';

export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  /** What was wanted and what happened, where it failed. */
  readonly detail?: string;
  readonly reason?: string;
}
export interface FileResult {
  readonly file: string;
  readonly results: readonly TestResult[];
}

const DECISIONS = ['ALLOW', 'DENY', 'INDETERMINATE'];

export async function testFiles(paths: readonly string[], format: 'text' | 'json' | 'sarif', output: Writable): Promise<number> {
  if (paths.length === 0) throw new UsageError('test: name at least one file of expectations');
  const files: FileResult[] = [];
  for (const file of await expand(paths)) files.push({ file, results: await testFile(file) });
  const results = files.flatMap((file) => file.results);
  if (results.length === 0) throw new UsageError(`there is no test in ${paths.join(', ')}`);
  output.write(write(files, format));
  return results.every(({ passed }) => passed) ? 0 : 1;
}

async function testFile(file: string): Promise<TestResult[]> {
  const content = await readValue(file);
  if (!isObject(content)) throw new UsageError(`${file}: a file of expectations is a map with policies, workloads and tests`);
  const policies = await policiesOf(content['policies'], dirname(file));
  const workloads = fieldsOf(content['workloads']);
  const cases = new Cases();
  return listOf(content['tests']).map((test, index) => {
    const fields = fieldsOf(test);
    const name = textOf(fields['name']) ?? `test ${index + 1}`;
    const workload = typeof fields['workload'] === 'string' ? workloads[fields['workload']] : fields['workload'];
    const asked: Fields = { mesh: content['mesh'], policies, workload, request: fields['request'] ?? {} };
    return { name, ...verdictOf(fields, cases.decide(asked)) };
  });
}

/** A list of files and objects; text with lines is YAML itself. */
async function policiesOf(given: unknown, folder: string): Promise<string> {
  const texts: string[] = [];
  for (const item of Array.isArray(given) ? (given as unknown[]) : [given]) {
    if (item === undefined || item === null) continue;
    if (typeof item !== 'string') texts.push(JSON.stringify(item));
    else texts.push(item.includes('\n') ? item : await readPolicyText([join(folder, item)]));
  }
  return texts.join('\n---\n');
}

function verdictOf({ expect, by, missing }: Fields, { value, problems }: ReturnType<Cases['decide']>): Omit<TestResult, 'name'> {
  const wanted = textOf(expect);
  if (wanted === undefined || !DECISIONS.includes(wanted)) return { passed: false, detail: `expect: one of ${DECISIONS.join(', ')}` };
  if (!value) return { passed: false, detail: problems.join('; ') };
  const found = value.decidedBy ? `${value.decidedBy.namespace}/${value.decidedBy.name}` : undefined;
  const { reason } = value;
  if (value.decision !== wanted) return { passed: false, detail: `expected ${wanted}, and it is ${value.decision}`, reason };
  if (by !== undefined && by !== found)
    return { passed: false, detail: `expected it to be decided by ${String(by)}, and it is by ${found ?? 'no policy'}`, reason };
  const lacks = listOf(missing).filter((fact) => !(value.missing ?? []).includes(String(fact)));
  if (lacks.length > 0) return { passed: false, detail: `expected it to hang on ${lacks.join(', ')}`, reason };
  return { passed: true };
}

function write(files: readonly FileResult[], format: 'text' | 'json' | 'sarif'): string {
  if (format === 'json') return `${JSON.stringify(files, undefined, 2)}\n`;
  const failed = files.flatMap(({ results }) => results).filter(({ passed }) => !passed);
  if (format === 'sarif') {
    const problems = files.map(({ file, results }) => ({
      file,
      problems: results
        .filter(({ passed }) => !passed)
        .map(({ name, detail = '' }) => ({
          severity: 'error' as const,
          code: 'expectation',
          message: `${name}: ${detail}`,
          path: '',
          policy: '',
          line: 1,
          column: 1,
        })),
    }));
    return `${JSON.stringify(sarifOf(problems), undefined, 2)}\n`;
  }
  const lines = files.flatMap(({ file, results }) => [
    file,
    ...results.map(({ name, passed, detail, reason }) =>
      passed ? `  ok    ${name}` : `  FAIL  ${name}: ${detail}${reason === undefined ? '' : `\n          ${reason}`}`,
    ),
  ]);
  const count = files.flatMap(({ results }) => results).length;
  return `${lines.join('\n')}\n${count - failed.length} passed, ${failed.length} failed\n`;
}
