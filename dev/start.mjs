// npm start: the suite on this machine, with the demo mesh to look at. Works on a fresh clone; see --help.
// This file must be readable by Nodes that are too old for the rest, so that they can say so.
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`Node.js ${process.versions.node} is too old: the Observatory needs 20 or newer. https://nodejs.org\n`);
  process.exit(1);
}

const [{ entry }, { start, HELP }] = await Promise.all([import('./lib/entry.mjs'), import('./lib/start-suite.mjs')]);
if (process.argv.includes('--help')) process.stdout.write(HELP);
else await entry(fileURLToPath(import.meta.url), start);
