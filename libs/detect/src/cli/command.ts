/**
 * `observatory-detect`: which command is it, with what it needs, and how did it end?
 * Invariant: what goes wrong is one message on stderr and an exit code, never a stack.
 */
import { parseArgs } from 'node:util';
import { Problem } from './problem.js';
import { rankFiles } from './rank-files.js';
import { scoreFolder } from './score-folder.js';

const USAGE = `usage: observatory-detect <command>

  score --in DIR --out DIR
      reads the CSV files "timestamp,value" under DIR and writes files of the same names "timestamp,value,score,alert".
      score: 0 to 1, from this row and the rows before it; alert: 1 where a person would be told.

  rank --graph graph.json --metrics metrics.csv --normal-until TIME --target NODE [--metric NAME]
      graph.json: {"nodes": [id], "edges": [{"source", "target"}]}, source calls target;
      metrics.csv: "timestamp,subject,metric,value", subject is a node or source->target.
      Prints [{"node", "score", "evidence"}], the most probable cause first.

exit code: 0 done, 1 the data cannot be used, 2 the command was called wrongly; then nothing is written
`;

const OPTIONS = {
  in: { type: 'string' },
  out: { type: 'string' },
  graph: { type: 'string' },
  metrics: { type: 'string' },
  'normal-until': { type: 'string' },
  target: { type: 'string' },
  metric: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function needed(values: Readonly<Record<string, string | boolean | undefined>>, name: keyof typeof OPTIONS): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new Problem(`--${name} is missing\n\n${USAGE}`, 2);
  return value;
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new Problem(`${(error as Error).message}\n\n${USAGE}`, 2);
  }
}

async function run(args: string[], print: (text: string) => void): Promise<void> {
  const { values, positionals } = parsed(args);
  const [command, ...rest] = positionals;
  if (values.help) print(USAGE);
  else if (rest.length > 0) throw new Problem(`unexpected argument "${rest[0]}"\n\n${USAGE}`, 2);
  else if (command === 'score') await scoreFolder({ from: needed(values, 'in'), to: needed(values, 'out') });
  else if (command === 'rank') {
    const options = {
      graph: needed(values, 'graph'),
      metrics: needed(values, 'metrics'),
      normalUntil: needed(values, 'normal-until'),
      target: needed(values, 'target'),
      metric: values.metric,
    };
    print(`${JSON.stringify(await rankFiles(options), undefined, 2)}\n`);
  } else throw new Problem(command === undefined ? USAGE : `unknown command "${command}"\n\n${USAGE}`, 2);
}

/** The exit code: 0 done, 1 the data cannot be used, 2 called wrongly. */
export async function command(
  args: string[],
  { out, err }: { out: (text: string) => void; err: (text: string) => void },
): Promise<0 | 1 | 2> {
  try {
    await run(args, out);
    return 0;
  } catch (error) {
    err(`observatory-detect: ${(error as Error).message}\n`);
    return error instanceof Problem ? error.exitCode : 1;
  }
}
