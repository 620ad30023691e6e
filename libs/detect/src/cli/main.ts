/** `observatory-detect`: the detectors without a suite, for files. */
import { command } from './command.js';

process.exitCode = await command(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
