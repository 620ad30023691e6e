/** `observatory-policy`: the policy engine without a suite, for files and pull requests. */
import { UsageError } from './files.js';
import { run } from './run.js';

try {
  process.exitCode = await run(process.argv.slice(2), process.stdin, process.stdout);
} catch (thrown) {
  const isUsage = thrown instanceof UsageError || String((thrown as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`observatory-policy: ${isUsage ? (thrown as Error).message : ((thrown as Error).stack ?? String(thrown))}\n`);
  process.exitCode = 2;
}
