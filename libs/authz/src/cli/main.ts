/** `observatory-policy`: the policy engine without a suite, for files and pull requests. */
import { parseArgs } from 'node:util';
import { simulateLines } from './jsonl.js';

const USAGE = `usage: observatory-policy <command>

  simulate --jsonl    reads cases from standard input, one JSON object a line:
                      {"id", "mesh", "policies", "workload", "request"}
                      and writes {"id", "decision", "byPolicy", "reason"}; exit code 1 when a line cannot be read
`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { jsonl: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (positionals[0] === 'simulate' && values.jsonl) return (await simulateLines(process.stdin, process.stdout)) === 0 ? 0 : 1;
  process.stderr.write(USAGE);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`observatory-policy: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
