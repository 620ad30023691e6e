/** Each command as people run it: a process, its output and its exit code. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Folder } from './files.js';
import { HURTFUL } from './hurtful.js';

const PROGRAM = join(import.meta.dirname, '../bin/observatory-policy.mjs');
const HURT_WITHIN_MS = 10_000;
/** Of the processor's time, each text. */
const HURT_WITHIN_SEC = 3;

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.make();
});
afterAll(() => folder.remove());

interface Outcome {
  code: number;
  out: string;
  err: string;
}
function runNode(args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: folder.path, env: { ...process.env, NODE_OPTIONS: '' }, timeout: 60_000 };
    const child = execFile(process.execPath, args, options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
    child.stdin?.end(input);
  });
}
const runProgram = (args: readonly string[], input = '') => runNode([PROGRAM, ...args], input);

it.each<[string, string[], number, string]>([
  ['validate', ['validate', '--format', 'json', 'bad.yaml', 'good.yaml'], 1, '"code": "bad-action"'],
  ['validate, well', ['validate', 'good.yaml'], 0, '1 file: 0 errors, 0 warnings'],
  ['simulate', ['simulate', 'case.yaml'], 0, 'one: DENY'],
  ['what-if', ['what-if', '-f', 'narrow.yaml', '--current', 'good.yaml', '--flows', 'flows.json'], 1, 'newly denied: web'],
  ['what-if, well', ['what-if', '-f', 'good.yaml', '--flows', 'flows.json'], 0, 'unchanged         3 flows'],
  ['suggest', ['suggest', '--flows', 'flows.json'], 0, 'name: allow-reviews'],
  ['test', ['test', 'expect.yaml'], 0, '3 passed, 0 failed'],
])('%s', async (_, args, code, out) => {
  const result = await runProgram(args);
  expect([result.code, result.err]).toEqual([code, '']);
  expect(result.out).toContain(out);
});

it('simulate --jsonl answers line by line', async () => {
  const line = { id: 1, policies: [], workload: { namespace: 'a' }, request: { protocol: 'http' } };
  const { code, out } = await runProgram(['simulate', '--jsonl'], `${JSON.stringify(line)}\nnonsense\n`);
  expect(code).toBe(1);
  expect(
    out
      .trim()
      .split('\n')
      .map((text) => Object.keys(JSON.parse(text) as object)),
  ).toEqual([['id', 'decision', 'byPolicy', 'reason'], ['error']]);
});

it('reads standard input as a file', async () => expect((await runProgram(['validate', '-'], 'a: [')).out).toContain('-:1:'));

it('says how it is used, on standard error, with code 2', async () => {
  const { code, out, err } = await runProgram(['explode']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^observatory-policy: there is no command explode\n\nusage:/);
});

it('answers on text that is made to hurt', async () => {
  await folder.write('large.yaml', '- abcdefgh\n'.repeat(470_000));
  await folder.write('deep.yaml', `${'- '.repeat(500_000)}x`);
  const started = performance.now();
  const { code, out } = await runProgram(['validate', '--format', 'json', 'large.yaml', 'deep.yaml']);
  expect(performance.now() - started).toBeLessThan(HURT_WITHIN_MS);
  expect(code).toBe(1);
  expect((JSON.parse(out) as { problems: { code: string }[] }[]).map(({ problems }) => problems[0]?.code)).toEqual([
    'too-large',
    'too-deep',
  ]);
});

it('reads each such text soon', async () => {
  const paths = await Promise.all(HURTFUL.map(([, text], index) => folder.write(`hurtful-${index}.yaml`, text())));
  const { out } = await runNode([join(import.meta.dirname, 'time-validate.mjs'), ...paths]);
  const results = JSON.parse(out) as { codes: string[]; processorSec: number }[];
  // Of the processor's time, which neighbours on the machine do not lengthen much.
  expect(results.filter(({ processorSec }) => processorSec >= HURT_WITHIN_SEC)).toEqual([]);
  HURTFUL.forEach(([name, , code], index) =>
    expect({ name, codes: results[index]?.codes }).toEqual({ name, codes: expect.arrayContaining([code]) }),
  );
});
