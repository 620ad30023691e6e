/** The commands and their options. Exit codes: 0 well, 1 the answer is no, 2 the question cannot be asked so. */
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { UsageError } from './files.js';
import { simulateLines } from './jsonl.js';
import { validateFiles, type Format } from './validate.js';

export const USAGE = `usage: observatory-policy <command>

  validate [--format text|json|sarif] [--all] FILE…
      what is wrong with policies, or suspicious; exit code 1 when there is an error.
      FILE may be a folder, or - for standard input. --all: also beyond the first MiB of a file
  simulate --jsonl
      reads cases from standard input, one JSON object a line: {"id", "mesh", "policies", "workload", "request"},
      and writes {"id", "decision", "byPolicy", "reason"}; exit code 1 when a line cannot be decided
`;

const FORMATS: readonly string[] = ['text', 'json', 'sarif'];

export async function run(args: readonly string[], input: Readable, output: Writable): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      jsonl: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    output.write(USAGE);
    return 0;
  }
  if (!FORMATS.includes(values.format)) throw new UsageError(`--format ${values.format}: one of ${FORMATS.join(', ')}`);
  const [command, ...paths] = positionals;
  switch (command) {
    case 'validate':
      return validateFiles(paths, { format: values.format as Format, all: values.all, output });
    case 'simulate':
      if (!values.jsonl) throw new UsageError('simulate: say --jsonl, and give cases on standard input');
      return (await simulateLines(input, output)) === 0 ? 0 : 1;
    default:
      throw new UsageError(`${command === undefined ? 'no command' : `there is no command ${command}`}\n\n${USAGE}`);
  }
}
