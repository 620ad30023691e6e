/** The commands and their options. Exit codes: 0 well, 1 the answer is no, 2 the question cannot be asked so. */
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { MeshSettings } from '../model/policy.js';
import { readMesh } from '../model/read-case.js';
import { readPolicies } from '../set/read-set.js';
import type { PolicySet } from '../set/policy-set.js';
import { testFiles } from './expectations.js';
import { readPolicyText, readValue, UsageError } from './files.js';
import { readFlows, type Recording } from './flows.js';
import { simulateLines } from './jsonl.js';
import { simulateBody } from './simulate.js';
import { printSuggestions } from './suggest.js';
import { validateFiles } from './validate.js';
import { printWhatIf } from './what-if.js';

export const USAGE = `usage: observatory-policy <command> [options]

  validate [--format text|json|sarif] [--all] FILE…
      what is wrong with policies, or suspicious; exit code 1 when there is an error.
      FILE may be a folder, or - for standard input. --all: also beyond the first MiB of a file
  simulate --jsonl
      reads cases from standard input, one JSON object a line: {"id", "mesh", "policies", "workload", "request"},
      and writes {"id", "decision", "byPolicy", "reason"}; exit code 1 when a line cannot be decided
  simulate [-f POLICIES]… [--format text|json] FILE
      decides the requests of one body of POST /api/v1/policies/simulate, in JSON or YAML
  what-if -f POLICIES… --flows FLOWS [--current POLICIES]… [--delete KIND/NAMESPACE/NAME]… [--mesh MESH]
          [--format text|json|sarif|markdown]
      what the policies would have done to recorded traffic; exit code 1 when some of it would be denied.
      FLOWS: what GET /api/v1/policies/flows answers
  suggest --flows FLOWS [--current POLICIES]… [--mesh MESH] [--detail callers|operations] [--no-default-deny]
          [--format text|json]
      the least that the traffic needs, as policies, and their replay over it
  test [--format text|json|sarif] FILE…
      expectations of policies: {policies, workloads, tests: [{name, workload, request, expect}]}; exit code 1 when one fails

exit code 2: the command cannot be run so
`;

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  validate: ['text', 'json', 'sarif'],
  simulate: ['text', 'json'],
  'what-if': ['text', 'json', 'sarif', 'markdown'],
  suggest: ['text', 'json'],
  test: ['text', 'json', 'sarif'],
};

const OPTIONS = {
  jsonl: { type: 'boolean', default: false },
  format: { type: 'string', default: 'text' },
  all: { type: 'boolean', default: false },
  file: { type: 'string', short: 'f', multiple: true, default: [] as string[] },
  current: { type: 'string', multiple: true, default: [] as string[] },
  delete: { type: 'string', multiple: true, default: [] as string[] },
  flows: { type: 'string' },
  mesh: { type: 'string' },
  detail: { type: 'string', default: 'operations' },
  'no-default-deny': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];
const parse = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });

export async function run(args: readonly string[], input: Readable, output: Writable): Promise<number> {
  const { values, positionals } = parse(args);
  const [command = '', ...paths] = positionals;
  if (values.help || command === 'help') {
    output.write(USAGE);
    return 0;
  }
  const formats = Object.hasOwn(FORMATS, command) ? FORMATS[command] : undefined;
  if (!formats) throw new UsageError(`${command === '' ? 'no command' : `there is no command ${command}`}\n\n${USAGE}`);
  if (!formats.includes(values.format)) throw new UsageError(`--format ${values.format}: one of ${formats.join(', ')}`);
  const format = values.format as never;
  switch (command) {
    case 'validate':
      return validateFiles(paths, { format, all: values.all, output });
    case 'simulate':
      if (values.jsonl) return (await simulateLines(input, output)) === 0 ? 0 : 1;
      return simulateFile(paths, values, output);
    case 'what-if':
      return whatIfFiles(values, output);
    case 'suggest':
      return suggestFiles(values, output);
    default:
      return testFiles(paths, format, output);
  }
}

async function simulateFile(paths: readonly string[], values: Values, output: Writable): Promise<number> {
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) throw new UsageError('simulate: name one file, or say --jsonl');
  const policies = values.file.length > 0 ? await readPolicyText(values.file) : undefined;
  return simulateBody(await readValue(path), policies, { format: values.format as 'text' | 'json', output });
}

async function whatIfFiles(values: Values, output: Writable): Promise<number> {
  if (values.file.length === 0 && values.delete.length === 0)
    throw new UsageError('what-if: name policies with -f, or what is deleted with --delete');
  const [current, apply, recording, mesh] = await Promise.all([
    readSet(values.current),
    readPolicyText(values.file),
    readRecording(values.flows),
    readMeshFile(values.mesh),
  ]);
  const file = values.file[0] ?? '-';
  return printWhatIf({ current, apply, remove: values.delete, recording, mesh }, { format: values.format as never, output, file });
}

async function suggestFiles(values: Values, output: Writable): Promise<number> {
  if (values.detail !== 'callers' && values.detail !== 'operations')
    throw new UsageError(`--detail ${values.detail}: callers or operations`);
  const [current, recording, mesh] = await Promise.all([readSet(values.current), readRecording(values.flows), readMeshFile(values.mesh)]);
  const input = { current, recording, mesh, detail: values.detail, defaultDeny: !values['no-default-deny'] } as const;
  return printSuggestions(input, values.format as 'text' | 'json', output);
}

async function readSet(paths: readonly string[]): Promise<PolicySet> {
  return readPolicies(await readPolicyText(paths), { charactersMax: Number.POSITIVE_INFINITY }).entries;
}

async function readRecording(path: string | undefined): Promise<Recording> {
  if (path === undefined) throw new UsageError('say with --flows where the recorded flows are');
  const { value, problems } = readFlows(await readValue(path));
  if (!value) throw new UsageError(`${path}: ${problems.join('; ')}`);
  return value;
}

/** What `simulate` takes as `mesh`. */
async function readMeshFile(path: string | undefined): Promise<MeshSettings> {
  const { value, problems } = readMesh(path === undefined ? {} : await readValue(path));
  if (!value) throw new UsageError(`${path}: ${problems.join('; ')}`);
  return value;
}
