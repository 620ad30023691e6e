// node time-validate.mjs FILE…: validates each file as the program does, outside of Jest, whose proxy of globals slows loops down.
// Prints [{file, codes, processorSec}].
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../dist/cli/run.js';

const results = [];
for (const file of process.argv.slice(2)) {
  const before = process.cpuUsage();
  const output = new PassThrough();
  const [printed] = await Promise.all([
    text(output),
    run(['validate', '--format', 'json', file], Readable.from([]), output).finally(() => output.end()),
  ]);
  const { user, system } = process.cpuUsage(before);
  const codes = new Set(JSON.parse(printed).flatMap(({ problems }) => problems.map(({ code }) => code)));
  results.push({ file, codes: [...codes], processorSec: (user + system) / 1e6 });
}
process.stdout.write(JSON.stringify(results));
